import { isFields, type Fields } from './json.ts';
import { versionsOf, type Registry } from './registry.ts';
import { versionOf, type Resource, type ResourceVersion } from './resource.ts';
import type { Schema } from './schema.ts';

/** `/openapi/v3`: where the documents of the group versions are. */
export function openapiIndex(registry: Registry, prefix: string): Fields {
  const groups = new Set(registry.all().map(({ group }) => group));
  const paths = [...groups].flatMap((group) =>
    versionsOf(registry.ofGroup(group)).map((version) => rootOf(group, version)),
  );
  return {
    paths: Object.fromEntries(
      paths.map((path) => [
        path,
        { serverRelativeURL: `${prefix}/openapi/v3/${path}?hash=${registry.generation}` },
      ]),
    ),
  };
}

const rootOf = (group: string, version: string): string =>
  group === '' ? `api/${version}` : `apis/${group}/${version}`;

const parameter = (name: string) => ({ name, in: 'query', schema: { type: 'string', uniqueItems: true } });

/** One document: enough for `kubectl apply` and `kubectl explain`. Undefined where the group version is not served. */
export function openapiDocument(registry: Registry, group: string, name: string): Fields | undefined {
  const served = registry.ofGroup(group).flatMap((resource) => {
    const version = versionOf(resource, name);
    return version?.served ? [{ resource, version }] : [];
  });
  if (served.length === 0) return undefined;
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: name },
    paths: Object.assign({}, ...served.map(({ resource }) => pathsOf(resource, name))) as Fields,
    components: {
      schemas: Object.fromEntries(
        served.map(({ resource, version }) => [componentOf(resource, name), describe(resource, version)]),
      ),
    },
  };
}

const componentOf = ({ group, kind }: Resource, version: string): string =>
  `${(group || 'core').split('.').toReversed().join('.')}.${version}.${kind}`;

function pathsOf(resource: Resource, version: string): Fields {
  const { group, kind, plural, namespaced } = resource;
  const collection = `/${rootOf(group, version)}${namespaced ? '/namespaces/{namespace}' : ''}/${plural}`;
  const gvk = { group, version, kind };
  const operation = (action: string, parameters: string[]) => ({
    operationId: `${action}${group}${version}${kind}`,
    parameters: parameters.map(parameter),
    responses: {
      200: {
        description: 'OK',
        content: {
          'application/json': { schema: { $ref: `#/components/schemas/${componentOf(resource, version)}` } },
        },
      },
    },
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': gvk,
  });
  const writes = ['dryRun', 'fieldManager', 'fieldValidation'];
  return {
    [collection]: { get: operation('list', ['limit']), post: operation('post', writes) },
    [`${collection}/{name}`]: {
      get: operation('get', []),
      put: operation('put', writes),
      patch: operation('patch', [...writes, 'force']),
      delete: operation('delete', ['dryRun']),
    },
  };
}

const described: Schema = {
  description: 'APIVersion defines the versioned schema of this representation of an object.',
  type: 'string',
};

function describe(resource: Resource, { schema, name }: ResourceVersion): Fields {
  const gvk = [{ group: resource.group, version: name, kind: resource.kind }];
  const { open: _, ...rest } = schema;
  return {
    type: 'object',
    ...rest,
    properties: {
      ...(resource.known &&
        Object.fromEntries([...resource.known].map((field) => [field, { type: 'object' }]))),
      ...withoutMarks(schema.properties ?? {}),
      apiVersion: described,
      kind: { ...described, description: 'Kind is the type of the object.' },
      metadata: { type: 'object', description: 'Standard object metadata.' },
    },
    'x-kubernetes-group-version-kind': gvk,
  };
}

/** `open` is a mark of ours. */
function withoutMarks(value: unknown): Fields {
  const clean = (one: unknown): unknown => {
    if (Array.isArray(one)) return one.map(clean);
    if (!isFields(one)) return one;
    return Object.fromEntries(
      Object.entries(one)
        .filter(([key, mark]) => !(key === 'open' && mark === true))
        .map(([key, below]) => [key, clean(below)]),
    );
  };
  return clean(value) as Fields;
}
