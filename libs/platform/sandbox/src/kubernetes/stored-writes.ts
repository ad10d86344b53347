import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { timeText, type ApiObject } from './api-object.ts';
import { builtInProblems } from './built-in-immutability.ts';
import { checkDefinition, definitions } from './custom-resources.ts';
import { inNamespace, shape, toObject } from './decode.ts';
import {
  alreadyExists,
  conflict,
  forbidden,
  invalid,
  modified,
  notFound,
  type FieldProblem,
} from './failure.ts';
import { copy, equal } from './json.ts';
import { ownAfterUpdate, type Writer } from './managed-fields.ts';
import { finalizerProblems, metadataProblems } from './metadata-rules.ts';
import { apiVersionOf, keyOf } from './resource.ts';
import { blocksRules, rulesUnchecked, validate } from './schema-validation.ts';
import { isFinished, settled } from './settling.ts';
import {
  collectionOf,
  kindSubjectOf,
  subjectOf,
  type State,
  type Target,
  type WriteContext,
} from './state.ts';
import { ruleProblems } from './validation-rules.ts';
import { inVersion, markShaped } from './views.ts';

/** Who writes here, and what this endpoint leaves alone. */
export function writerOf(
  state: State,
  { resource, version, subresource }: Target,
  context: WriteContext,
): Writer {
  const ignored = subresource === 'status' ? [['f:spec']] : version.status ? [['f:status']] : [];
  return {
    manager: context.manager,
    apiVersion: apiVersionOf(resource, version.name),
    subresource,
    now: state.now(),
    ignored,
  };
}

/** The object with its owners after the write. */
export const withOwner = (
  state: State,
  target: Target,
  live: ApiObject | undefined,
  object: ApiObject,
  context: WriteContext,
): ApiObject => ownAfterUpdate(live, object, target.version.schema, writerOf(state, target, context));

/** The common end of all that makes an object. */
export async function storeNew(
  state: State,
  target: Target,
  given: ApiObject,
  context: WriteContext,
): Promise<ApiObject> {
  const { resource, version } = target;
  checkNamespace(state, target, given.metadata.name);
  checkTermination(state, target, given.metadata.name);
  const admitted = await state.admission.mutate(state, target, context, 'CREATE', given, undefined);
  const object = readmitted(state, target, given, admitted, undefined, context);
  const {
    deletionTimestamp: _,
    deletionGracePeriodSeconds: __,
    selfLink: ___,
    ...metadata
  } = object.metadata as ApiObject['metadata'] & { selfLink?: string };
  if (version.status) delete object['status'];
  resource.prepare?.(object);
  object.metadata = {
    ...metadata,
    uid: randomUUID(),
    creationTimestamp: timeText(state.now()),
    ...(resource.generation && { generation: 1 }),
  };
  check(target, object, undefined);
  await state.admission.validate(state, target, context, 'CREATE', object, undefined);
  const exists = () => collectionOf(state, target).get(target.namespace, object.metadata.name) !== undefined;
  if (exists()) throw alreadyExists({ ...subjectOf(target), name: object.metadata.name });
  if (context.dryRun) return object;
  if (state.latencyMs > 0) await sleep(state.latencyMs);
  checkNamespace(state, target, object.metadata.name);
  if (exists()) throw alreadyExists({ ...subjectOf(target), name: object.metadata.name });
  return inVersion(resource, version, put(state, target, object, context));
}

/** What mutating webhooks changed goes the way of all input again. */
function readmitted(
  state: State,
  target: Target,
  before: ApiObject,
  admitted: ApiObject,
  live: ApiObject | undefined,
  context: WriteContext,
): ApiObject {
  if (admitted === before) return before;
  const object = copy(inNamespace(toObject(admitted, target), target));
  shape(object, target, { ...context, fieldValidation: 'Ignore' });
  return withOwner(state, target, live, object, context);
}

function checkNamespace(state: State, target: Target, name: string): void {
  const { resource, namespace } = target;
  if (!resource.namespaced) return;
  const found = state.storage.collection('/namespaces').get('', namespace);
  if (!found) throw notFound({ kind: 'namespaces', name: namespace });
  if (found.metadata.deletionTimestamp)
    throw forbidden(
      { ...subjectOf(target), name },
      `unable to create new content in namespace ${namespace} because it is being terminated`,
      [
        {
          reason: 'NamespaceTerminating',
          message: `namespace ${namespace} is being terminated`,
          field: 'metadata.namespace',
        },
      ],
    );
}

/** A definition that waits for its objects to go takes no new ones. */
function checkTermination(state: State, target: Target, name: string): void {
  const { custom, plural, group } = target.resource;
  if (!custom) return;
  const definition = state.storage.collection(definitions).get('', `${plural}.${group}`);
  if (definition?.metadata.deletionTimestamp)
    throw forbidden(
      { ...subjectOf(target), name },
      'create not allowed while custom resource definition is terminating',
    );
}

/** Throws a 422 that names all that is wrong with an object. */
function check(target: Target, object: ApiObject, live: ApiObject | undefined): void {
  const { resource, version } = target;
  const problems: FieldProblem[] = [
    ...metadataProblems(object, resource.custom),
    ...(live ? finalizerProblems(live.metadata, object.metadata) : []),
  ];
  if (resource.custom) {
    const bySchema = validate(object, version.schema);
    problems.push(...bySchema);
    if (bySchema.some(blocksRules)) problems.push(rulesUnchecked);
    else problems.push(...ruleProblems(object, live, version.schema));
  } else if (live) problems.push(...builtInProblems(object, live));
  if (problems.length > 0) throw invalid(kindSubjectOf(target, object.metadata.name), problems);
  if (keyOf(resource) === definitions) checkDefinition(object);
}

/** Stores in the storage version. */
function put(state: State, target: Target, object: ApiObject, context: WriteContext): ApiObject {
  const { resource, version } = target;
  const isStorageVersion = version.name === resource.storageVersion;
  const apiVersion = apiVersionOf(resource, resource.storageVersion);
  const stored = state.storage.put(keyOf(resource), { ...object, apiVersion });
  // Written in another version, it is brought into shape when it is read.
  if (isStorageVersion) markShaped(stored, version.schema);
  tell(state, target, stored, context);
  return stored;
}

export function tell(state: State, target: Target, { metadata }: ApiObject, context: WriteContext): void {
  const { resource, subresource } = target;
  state.written({
    verb: context.verb,
    resource: subresource ? `${resource.plural}/${subresource}` : resource.plural,
    group: resource.group,
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    userAgent: context.userAgent,
    resourceVersion: metadata.resourceVersion ?? '',
  });
}

const attempts = 20;

/**
 * Changes a stored object: read, change, judge, store; again where somebody else was quicker and the request does not insist on a version.
 * `change` gets the object in the version of the request; where it gives that back, nothing is written.
 */
export async function modify(
  state: State,
  target: Target,
  context: WriteContext,
  change: (live: ApiObject) => ApiObject,
): Promise<ApiObject> {
  const { resource, version } = target;
  for (let attempt = 1; ; attempt++) {
    const stored = collectionOf(state, target).get(target.namespace, target.name);
    if (!stored) throw notFound(subjectOf(target));
    const live = inVersion(resource, version, stored);
    const given = change(live);
    checkPreconditions(target, given, live);
    const admitted = await state.admission.mutate(state, target, context, 'UPDATE', given, live);
    const object = readmitted(state, target, given, admitted, live, context);
    const next = settled(target, object, live);
    check(target, next, live);
    await state.admission.validate(state, target, context, 'UPDATE', next, live);
    if (equal(timeless(next), timeless(live))) return live;
    if (context.dryRun) return next;
    if (state.latencyMs > 0) await sleep(state.latencyMs);
    if (collectionOf(state, target).get(target.namespace, target.name) !== stored) {
      if (attempt >= attempts) throw conflict(subjectOf(target), modified);
      continue;
    }
    if (isFinished(next)) {
      tell(state, target, state.storage.remove(keyOf(resource), next), context);
      return next;
    }
    return inVersion(resource, version, put(state, target, next, context));
  }
}

/** When a field was taken over is no change by itself. */
function timeless(object: ApiObject): ApiObject {
  const { managedFields } = object.metadata;
  if (!managedFields) return object;
  const entries = managedFields.map(({ time: _, ...entry }) => entry);
  return { ...object, metadata: { ...object.metadata, managedFields: entries } };
}

function checkPreconditions(target: Target, { metadata }: ApiObject, live: ApiObject): void {
  const { uid, resourceVersion } = metadata;
  if (uid && uid !== live.metadata.uid)
    throw conflict(
      subjectOf(target),
      `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${live.metadata.uid}`,
    );
  if (resourceVersion && resourceVersion !== live.metadata.resourceVersion)
    throw conflict(subjectOf(target), modified);
}
