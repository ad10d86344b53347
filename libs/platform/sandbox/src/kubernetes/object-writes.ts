import type { ApiObject } from './api-object.ts';
import { complete, inNamespace, shape, toObject } from './decode.ts';
import { badRequest, conflict, Failure, invalid, notFound } from './failure.ts';
import { copy } from './json.ts';
import { applyConfiguration, type Writer } from './managed-fields.ts';
import { generatedName } from './metadata-rules.ts';
import { apiVersionOf } from './resource.ts';
import { collectionOf, subjectOf, type State, type Target, type WriteContext } from './state.ts';
import { modify, storeNew, withOwner, writerOf } from './stored-writes.ts';
import { typingProblem } from './typing-problem.ts';

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
  return storeNew(state, target, withOwner(state, target, undefined, object, context), context);
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
  return modify(state, target, context, (live) => withOwner(state, target, live, copy(object), context));
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
    return withOwner(state, target, live, patched, context);
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

function nameIt({ metadata }: ApiObject): void {
  if (!metadata.name && metadata.generateName) metadata.name = generatedName(metadata.generateName);
}
