import type { ApiObject } from './api-object.ts';
import { notAllowed, parseBody, targetOfRequest, type KubernetesRequest } from './call.ts';
import { badRequest, Failure, forbiddenValue, invalid, notFound, requiredValue } from './failure.ts';
import { at, fieldsOf, type Fields } from './json.ts';
import { deleteObject, deletionAnswer, type Deletion, type Propagation } from './object-deletion.ts';
import { applyObject, createObject, patchObject, replaceObject } from './object-writes.ts';
import { modify } from './stored-writes.ts';
import { jsonPatch, mergePatch, strategicMergePatch } from './patches.ts';
import { listObjects, select, selectorOf, type Listed, type Pages } from './reads.ts';
import { scaleOf, withScale } from './scale.ts';
import { collectionOf, subjectOf, type State, type Target, type WriteContext } from './state.ts';
import { inVersion } from './views.ts';

/** What a request of a resource is answered with. */
export type Outcome =
  | { status: number; object: ApiObject }
  | { status: number; list: Listed }
  /** A Status, or an object of another kind. */
  | { status: number; plain: Fields };

interface Call {
  request: KubernetesRequest;
  query: URLSearchParams;
  body: Buffer;
  contentType: string;
  warnings: string[];
}

/** Everything but watches. */
export async function callResource(
  state: State,
  pages: Pages,
  call: Call,
): Promise<{ target: Target; outcome: Outcome }> {
  const target = targetOfRequest(state.registry, call.request);
  return { target, outcome: await outcomeOf(state, pages, target, call) };
}

async function outcomeOf(state: State, pages: Pages, target: Target, call: Call): Promise<Outcome> {
  const { query, request } = call;
  switch (request.verb) {
    case 'get': {
      const object = read(state, target);
      return target.subresource === 'scale'
        ? { status: 200, plain: scaleOf(object, target) }
        : { status: 200, object };
    }
    case 'list':
      return { status: 200, list: listObjects(state, pages, target, query) };
    case 'create':
      return {
        status: 201,
        object: await createObject(state, target, bodyOf(target, call), contextOf(call, 'create')),
      };
    case 'update':
      return update(state, target, call);
    case 'patch':
      return patch(state, target, call);
    case 'delete': {
      const context = contextOf(call, 'delete');
      const deleted = await deleteObject(state, target, deletionOf(call), context);
      const answer = deletionAnswer(target, deleted);
      return answer === deleted.object
        ? { status: 200, object: deleted.object }
        : { status: 200, plain: answer };
    }
    case 'deletecollection':
      return { status: 200, list: await deleteCollection(state, target, call) };
    default:
      throw notAllowed();
  }
}

function read(state: State, target: Target): ApiObject {
  const found = collectionOf(state, target).get(target.namespace, target.name);
  if (!found) throw notFound(subjectOf(target));
  return inVersion(target.resource, target.version, found);
}

const bodyOf = ({ resource }: Target, { body, contentType }: Call): unknown =>
  parseBody(body, contentType, resource.kind);

async function update(state: State, target: Target, call: Call): Promise<Outcome> {
  const context = contextOf(call, 'update');
  const body = bodyOf(target, call);
  if (target.subresource === 'scale')
    return scale(state, target, context, (live) => withScale(live, body, target));
  if (target.subresource === 'finalize') {
    const finalizers = at(body, 'spec', 'finalizers');
    const object = await modify(state, target, context, (live) => ({
      ...live,
      spec: { ...fieldsOf(live['spec']), finalizers: finalizers ?? [] },
    }));
    return { status: 200, object };
  }
  return { status: 200, object: await replaceObject(state, target, body, context) };
}

const scale = async (
  state: State,
  target: Target,
  context: WriteContext,
  change: (live: ApiObject) => ApiObject,
): Promise<Outcome> => {
  const object = await patchObject(state, target, change, context);
  return { status: 200, plain: scaleOf(object, target) };
};

async function patch(state: State, target: Target, call: Call): Promise<Outcome> {
  const { query } = call;
  const type = (call.contentType.split(';')[0] ?? '').trim();
  const context = contextOf(call, 'patch');
  if (type === 'application/apply-patch+yaml') {
    if (!query.get('fieldManager'))
      throw invalid({ group: 'meta.k8s.io', kind: 'PatchOptions' }, [
        requiredValue('fieldManager', 'is required for apply patch'),
      ]);
    const body = bodyOf(target, call);
    const force = query.get('force') === 'true';
    const { object, created } = await applyObject(state, target, body, { ...context, force });
    return { status: created ? 201 : 200, object };
  }
  const change = patchOf(type, target, () => bodyOf(target, call));
  if (query.has('force'))
    throw invalid({ group: 'meta.k8s.io', kind: 'PatchOptions' }, [
      forbiddenValue('force', 'may not be specified for non-apply patch'),
    ]);
  if (target.subresource === 'scale')
    return scale(state, target, context, (live) => withScale(live, change(scaleOf(live, target)), target));
  return { status: 200, object: await patchObject(state, target, change, context) };
}

function patchOf(
  type: string,
  { resource, version }: Target,
  body: () => unknown,
): (live: unknown) => unknown {
  const parsed = () => {
    const value = body();
    if (typeof value !== 'object' || value === null) throw badRequest('the patch is no JSON object or list');
    return value;
  };
  switch (type) {
    case 'application/merge-patch+json': {
      const value = parsed();
      return (live) => mergePatch(live, value);
    }
    case 'application/json-patch+json': {
      const value = parsed();
      return (live) => jsonPatch(live, value);
    }
    case 'application/strategic-merge-patch+json': {
      if (resource.custom) break;
      const value = parsed();
      return (live) => strategicMergePatch(live, value, version.schema);
    }
  }
  throw new Failure(
    415,
    'UnsupportedMediaType',
    'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml',
  );
}

async function deleteCollection(state: State, target: Target, call: Call): Promise<Listed> {
  const context = contextOf(call, 'delete');
  const deletion = deletionOf(call);
  const objects: ApiObject[] = [];
  for (const object of select(state, target, selectorOf(call.query, target))) {
    const one = { ...target, namespace: object.metadata.namespace ?? '', name: object.metadata.name };
    try {
      objects.push((await deleteObject(state, one, deletion, context)).object);
    } catch (error) {
      if (!(error instanceof Failure && error.reason === 'NotFound')) throw error;
    }
  }
  return { objects, metadata: { resourceVersion: String(state.storage.revision) } };
}

const propagations = ['Background', 'Foreground', 'Orphan'] as const;

function deletionOf(call: Call): Deletion {
  const body = fieldsOf(parseBody(call.body, call.contentType, 'DeleteOptions'));
  const asked = body['propagationPolicy'] ?? call.query.get('propagationPolicy') ?? undefined;
  const propagation: Propagation | undefined = propagations.find((one) => one === asked);
  const orphans = body['orphanDependents'] === true ? 'Orphan' : undefined;
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  return {
    propagation: propagation ?? orphans,
    uid: text(at(body, 'preconditions', 'uid')),
    resourceVersion: text(at(body, 'preconditions', 'resourceVersion')),
  };
}

const optionKinds: Record<WriteContext['verb'], string> = {
  create: 'CreateOptions',
  update: 'UpdateOptions',
  patch: 'PatchOptions',
  delete: 'DeleteOptions',
};

function contextOf(
  { query, request, warnings, body, contentType }: Call,
  verb: WriteContext['verb'],
): WriteContext {
  const inBody = verb === 'delete' ? at(parseBody(body, contentType, 'DeleteOptions'), 'dryRun') : undefined;
  const dryRun = [...query.getAll('dryRun'), ...(Array.isArray(inBody) ? (inBody as string[]) : [])];
  const bad = dryRun.find((one) => one !== 'All');
  if (bad !== undefined)
    throw invalid({ group: 'meta.k8s.io', kind: optionKinds[verb] }, [
      {
        reason: 'FieldValueNotSupported',
        field: 'dryRun',
        message: `Unsupported value: [${JSON.stringify(bad)}]: supported values: "All"`,
      },
    ]);
  const fieldValidation = query.get('fieldValidation');
  return {
    verb,
    manager: query.get('fieldManager') ?? request.userAgent.split('/')[0] ?? '',
    userAgent: request.userAgent,
    dryRun: dryRun.length > 0,
    fieldValidation: fieldValidation === 'Ignore' || fieldValidation === 'Strict' ? fieldValidation : 'Warn',
    warnings,
  };
}
