import {
  addonNamespace,
  resourceKey,
  resourceOf,
  type AddonStage,
  type AppliedResource,
  type ClusterAddon,
} from '@scs/cluster-stacks';
import type { Rendered } from '@scs/helm';
import { ApiError, type ApiObject, type KubernetesClient } from '@scs/kubernetes';
import type { applyObjects } from '../apply/apply.ts';
import type { deleteResources } from '../apply/delete.ts';
import type { AddonCharts } from './charts.ts';

export class Killed extends Error {}

/** Counts writes, and ends the process at one of them: before it is stored, or right after. */
export class Executioner {
  #left = Infinity;
  #after = false;
  killAt(write: number, after: boolean): void {
    this.#left = write;
    this.#after = after;
  }
  write(store: () => void): void {
    this.#left -= 1;
    if (this.#left < 0 && !this.#after) throw new Killed();
    store();
    if (this.#left < 0) throw new Killed();
  }
}

const refuse = (): never => {
  throw new Error('not part of this test');
};
const nobody: KubernetesClient = {
  server: 'https://workload.test',
  writes: 0,
  requests: 0,
  version: refuse,
  ready: refuse,
  resourceType: refuse,
  versions: refuse,
  get: refuse,
  list: refuse,
  create: refuse,
  replace: refuse,
  patch: refuse,
  apply: refuse,
  delete: refuse,
  watch: refuse,
  close: refuse,
};

/** One ClusterAddon in a management cluster: two merge patches, with resourceVersions. */
export function aManagement(executioner: Executioner, first: ClusterAddon) {
  let stored = { ...first, metadata: { ...first.metadata, resourceVersion: '1' } };
  let pruned: string | undefined;
  return {
    /** A field of the status that the definition does not know. */
    prune(field: string) {
      pruned = field;
    },
    get stored() {
      return structuredClone(stored);
    },
    set(change: (addon: ClusterAddon) => ClusterAddon) {
      const next = change(structuredClone(stored));
      stored = {
        ...next,
        metadata: { ...next.metadata, resourceVersion: `${Number(stored.metadata.resourceVersion) + 1}` },
      };
    },
    patch: <T extends ApiObject = ApiObject>(
      _: unknown,
      patch: object,
      options?: { subresource?: string },
    ) => {
      const { metadata, ...parts } = patch as { metadata: { resourceVersion?: string } };
      const expected = metadata.resourceVersion;
      if (expected !== undefined && expected !== stored.metadata.resourceVersion)
        throw new ApiError(409, 'Conflict', 'the object has been modified');
      const only = options?.subresource
        ? { status: 'status' in parts ? parts.status : {} }
        : { ...parts, metadata };
      executioner.write(() => {
        const merged = merge(stored, only) as typeof stored;
        if (pruned && merged.status) merged.status = { ...merged.status, [pruned]: undefined };
        stored = {
          ...merged,
          metadata: { ...merged.metadata, resourceVersion: `${Number(stored.metadata.resourceVersion) + 1}` },
        };
      });
      return Promise.resolve(structuredClone(stored) as unknown as T);
    },
  };
}

function merge(target: unknown, patch: unknown): unknown {
  if (!isFields(patch)) return structuredClone(patch);
  const result: Record<string, unknown> = { ...(isFields(target) ? target : {}) };
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name];
    else result[name] = merge(result[name], value);
  }
  return result;
}
const isFields = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Objects of a workload cluster by inventory key; each write may be the last. */
export function aWorkload(executioner: Executioner) {
  const objects = new Map<string, ApiObject>();
  const keyOf = (resource: AppliedResource) => resourceKey(resource, addonNamespace);
  const client: KubernetesClient = {
    ...nobody,
    resourceType: (type) =>
      Promise.resolve({ ...type, plural: `${type.kind.toLowerCase()}s`, namespaced: true, verbs: [] }),
    get: <T extends ApiObject>(key: {
      apiVersion: string;
      kind: string;
      name: string;
      namespace?: string | undefined;
    }) => Promise.resolve(objects.get(keyOf(resourceOf({ ...key, metadata: key }))) as T | undefined),
  };
  const apply: typeof applyObjects = (_, rendered) => {
    const changes: Awaited<ReturnType<typeof applyObjects>>['changes'] = [];
    const manifests = rendered.objects.map((object) => object as unknown as ApiObject);
    // As the engine: of an object that is there twice the last one counts.
    const last = new Map(manifests.map((manifest) => [keyOf(resourceOf(manifest)), manifest]));
    const resources = [...last.values()].map((manifest): AppliedResource => {
      const resource = resourceOf(manifest);
      if (JSON.stringify(objects.get(keyOf(resource))) !== JSON.stringify(manifest)) {
        const change = objects.has(keyOf(resource)) ? 'changed' : 'created';
        executioner.write(() => objects.set(keyOf(resource), manifest));
        changes.push({ resource, change });
      }
      return { ...resource, status: 'synced' };
    });
    return Promise.resolve({ resources, synced: true, changes });
  };
  const remove: typeof deleteResources = (_, resources) => {
    for (const resource of resources)
      if (objects.has(keyOf(resource))) executioner.write(() => objects.delete(keyOf(resource)));
    return Promise.resolve([]);
  };
  return { objects, client, apply, remove };
}

/** Charts by stage name, each with ConfigMaps of these names; their content says which release they are of. */
export function someCharts(
  charts: Readonly<Record<string, readonly string[]>>,
  content: string,
): AddonCharts {
  return {
    render: ({ name }: AddonStage) => {
      const names = charts[name];
      if (!names)
        return Promise.resolve({ trouble: { trouble: 'chart-missing', message: `no folder ${name}` } });
      const rendered: Rendered = {
        objects: names.map((one) => configMap(one, content)),
        digest: content,
        random: new Map(),
      };
      return Promise.resolve({ rendered });
    },
  };
}

export const configMap = (name: string, content: string): ApiObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: addonNamespace },
  data: { content },
});
