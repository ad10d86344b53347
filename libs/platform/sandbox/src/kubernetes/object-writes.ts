import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { timeText, type ApiObject } from './api-object.ts';
import { builtInProblems } from './built-in-immutability.ts';
import { checkDefinition, definitions } from './custom-resources.ts';
import { complete, shape, toObject } from './decode.ts';
import {
  alreadyExists,
  badRequest,
  conflict,
  Failure,
  forbidden,
  invalid,
  modified,
  notFound,
  type FieldProblem,
} from './failure.ts';
import { copy, equal } from './json.ts';
import { applyConfiguration, ownAfterUpdate, type Writer } from './managed-fields.ts';
import { finalizerProblems, generatedName, metadataProblems } from './metadata-rules.ts';
import { apiVersionOf, keyOf, type Resource } from './resource.ts';
import { blocksRules, rulesUnchecked, validate } from './schema-validation.ts';
import {
  collectionOf,
  kindSubjectOf,
  subjectOf,
  type State,
  type Target,
  type WriteContext,
} from './state.ts';
import { typingProblem } from './typing-problem.ts';
import { ruleProblems } from './validation-rules.ts';
import { inVersion, markShaped } from './views.ts';

/** Answers of a write. */
export interface Written {
  object: ApiObject;
  created: boolean;
}

/** POST of a new object. */
export async function createObject(
  state: State,
  target: Target,
  body: unknown,
  context: WriteContext,
): Promise<ApiObject> {
  const object = inNamespace(toObject(body, target), target);
  if (object.metadata.resourceVersion)
    throw new Failure(500, undefined, 'resourceVersion should not be set on objects to be created');
  nameIt(object);
  shape(object, target, context);
  return storeNew(state, target, own(state, target, undefined, object, context), context);
}

/** PUT. */
export async function replaceObject(
  state: State,
  target: Target,
  body: unknown,
  context: WriteContext,
): Promise<ApiObject> {
  const object = inNamespace(toObject(body, target), target);
  const { name, resourceVersion } = object.metadata;
  if (name !== target.name)
    throw badRequest(`the name of the object (${name}) does not match the name on the URL (${target.name})`);
  if (!resourceVersion && !target.resource.unconditional)
    throw invalid(subjectOf(target), [
      {
        reason: 'FieldValueInvalid',
        field: 'metadata.resourceVersion',
        message: 'Invalid value: 0: must be specified for an update',
      },
    ]);
  shape(object, target, context);
  return modify(state, target, context, (live) => own(state, target, live, copy(object), context));
}

/** PATCH with a JSON, merge or strategic merge patch; `patch` makes the new object of the old one. */
export async function patchObject(
  state: State,
  target: Target,
  patch: (live: ApiObject) => unknown,
  context: WriteContext,
): Promise<ApiObject> {
  return modify(state, target, context, (live) => {
    const patched = copy(toObject(patch(live), target));
    if (patched.metadata.name !== target.name)
      throw badRequest(
        `the name of the object (${patched.metadata.name}) does not match the name on the URL (${target.name})`,
      );
    shape(patched, target, context);
    return own(state, target, live, patched, context);
  });
}

/** PATCH with a configuration to apply. */
export async function applyObject(
  state: State,
  target: Target,
  body: unknown,
  context: WriteContext & { force: boolean },
): Promise<Written> {
  const { resource, version, name } = target;
  const given = body as Partial<ApiObject> | undefined;
  const apiVersion = apiVersionOf(resource, version.name);
  if (given?.kind !== resource.kind || given.apiVersion !== apiVersion)
    throw badRequest(`invalid object type: ${gvk(given?.apiVersion ?? '', given?.kind ?? '')}`);
  if (given.metadata?.managedFields) throw badRequest('metadata.managedFields must be nil');
  const applied = inNamespace(toObject(body, target), target);
  if (applied.metadata.name && applied.metadata.name !== name)
    throw badRequest(
      `the name of the object (${applied.metadata.name}) does not match the name on the URL (${name})`,
    );
  applied.metadata.name = name;
  const problem = typingProblem(applied, version.schema);
  if (problem)
    throw new Failure(
      500,
      undefined,
      `failed to create typed patch object (${given.metadata?.namespace ?? ''}/${name}; ${gvk(apiVersion, resource.kind)}): ${problem}`,
    );
  const writer = writerOf(state, target, context);
  for (;;) {
    const live = collectionOf(state, target).get(target.namespace, name);
    if (!live) {
      const made = applyNew(applied, target, writer, context);
      try {
        return { object: await storeNew(state, target, made, context), created: true };
      } catch (error) {
        // Somebody else was quicker: then it is an update.
        if (error instanceof Failure && error.reason === 'AlreadyExists') continue;
        throw error;
      }
    }
    const object = await modify(state, target, context, (found) => {
      const { resourceVersion: _, uid: __, ...metadata } = applied.metadata;
      const clean = { ...applied, metadata };
      const result = applyConfiguration(found, clean, version.schema, writer, context.force);
      if (!result) return keepPreconditions(found, applied);
      const made = copy(keepPreconditions(result, applied));
      complete(made, target);
      return made;
    });
    return { object, created: false };
  }
}

/** What the configuration asks of the object that it meets. */
const keepPreconditions = (object: ApiObject, { metadata: { resourceVersion, uid } }: ApiObject): ApiObject =>
  resourceVersion || uid
    ? {
        ...object,
        metadata: { ...object.metadata, ...(resourceVersion && { resourceVersion }), ...(uid && { uid }) },
      }
    : object;

function applyNew(applied: ApiObject, target: Target, writer: Writer, context: WriteContext): ApiObject {
  if (applied.metadata.uid)
    throw conflict(
      subjectOf(target),
      `uid mismatch: the provided object specified uid ${applied.metadata.uid}, and no existing object was found`,
    );
  if (target.subresource) throw notFound(subjectOf(target));
  const { resourceVersion: _, ...metadata } = applied.metadata;
  const made = applyConfiguration(undefined, { ...applied, metadata }, target.version.schema, writer, true);
  const object = copy(made ?? applied);
  shape(object, target, context);
  return object;
}

const gvk = (apiVersion: string, kind: string): string =>
  `${apiVersion.includes('/') ? apiVersion : `/${apiVersion}`}, Kind=${kind}`;

/** The namespace of the path holds; an object that says another is refused. */
function inNamespace(object: ApiObject, { resource, namespace }: Target): ApiObject {
  const given = object.metadata.namespace;
  if (given && given !== namespace)
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  const { namespace: _, ...metadata } = object.metadata;
  return { ...object, metadata: resource.namespaced ? { ...metadata, namespace } : metadata };
}

function nameIt({ metadata }: ApiObject): void {
  if (!metadata.name && metadata.generateName) metadata.name = generatedName(metadata.generateName);
}

function writerOf(state: State, { resource, version, subresource }: Target, context: WriteContext): Writer {
  const ignored = subresource === 'status' ? [['f:spec']] : version.status ? [['f:status']] : [];
  return {
    manager: context.manager,
    apiVersion: apiVersionOf(resource, version.name),
    subresource,
    now: state.now(),
    ignored,
  };
}

const own = (
  state: State,
  target: Target,
  live: ApiObject | undefined,
  object: ApiObject,
  context: WriteContext,
): ApiObject => ownAfterUpdate(live, object, target.version.schema, writerOf(state, target, context));

/** The common end of all that makes an object. */
async function storeNew(
  state: State,
  target: Target,
  given: ApiObject,
  context: WriteContext,
): Promise<ApiObject> {
  const { resource, version } = target;
  checkNamespace(state, target, given.metadata.name);
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
  return own(state, target, live, object, context);
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
    if (equal(next, live)) return live;
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

/** Deletion was asked for, and nothing holds the object any more. */
export const isFinished = ({ metadata, kind, ...object }: ApiObject): boolean =>
  metadata.deletionTimestamp !== undefined &&
  (metadata.finalizers?.length ?? 0) === 0 &&
  !(
    kind === 'Namespace' &&
    ((object['spec'] as { finalizers?: string[] } | undefined)?.finalizers?.length ?? 0) > 0
  );

/** What an endpoint leaves alone stays as it was, and the generation moves with the spec. */
function settled(target: Target, object: ApiObject, live: ApiObject): ApiObject {
  const { resource, version, subresource } = target;
  const { managedFields } = object.metadata;
  if (subresource === 'status') {
    const { managedFields: _, ...metadata } = live.metadata;
    const next: ApiObject = {
      ...live,
      metadata: { ...metadata, ...(managedFields && { managedFields }) },
    };
    if (object['status'] === undefined) delete next['status'];
    else next['status'] = object['status'];
    return next;
  }
  const next: ApiObject = { ...object, metadata: { ...object.metadata } };
  const {
    uid,
    creationTimestamp,
    deletionTimestamp,
    deletionGracePeriodSeconds,
    resourceVersion,
    generation,
  } = live.metadata;
  Object.assign(next.metadata, { uid, creationTimestamp, resourceVersion });
  for (const [key, value] of Object.entries({ deletionTimestamp, deletionGracePeriodSeconds, generation }))
    if (value === undefined) delete next.metadata[key as 'generation'];
    else Object.assign(next.metadata, { [key]: value });
  if (version.status) {
    if (live['status'] === undefined) delete next['status'];
    else next['status'] = live['status'];
  }
  if (resource.generation && specMoved(resource, next, live, version.status))
    next.metadata.generation = (generation ?? 0) + 1;
  return next;
}

function specMoved(resource: Resource, next: ApiObject, live: ApiObject, hasStatus: boolean): boolean {
  const content = ({ apiVersion: _, kind: __, metadata, ...rest }: ApiObject) => {
    const { status: ___, ...spec } = rest;
    // Deployments count their annotations in.
    return [hasStatus ? spec : rest, resource.kind === 'Deployment' ? metadata.annotations : undefined];
  };
  return !equal(content(next), content(live));
}
