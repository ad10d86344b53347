import { readFileSync } from 'node:fs';
import { rawKubernetes } from '../kubernetes-api/raw-kubernetes.ts';

interface Groups {
  groups: { preferredVersion: { groupVersion: string } }[];
}
interface Resources {
  resources: { name: string; kind: string; namespaced: boolean; verbs: string[] }[];
}
interface List {
  items: { metadata: { name: string } }[];
}

/** Comes and goes without anybody asking, or because of others at the same API. */
const restless = new Set([
  'namespaces',
  'events',
  'leases',
  'endpointslices',
  'endpoints',
  'componentstatuses',
]);

/** `kind name` of everything that is in a namespace, and of everything that is in none, of every kind that the API serves. */
export async function inventory(kubeconfig: string, namespace: string): Promise<string[]> {
  const api = rawKubernetes(readFileSync(kubeconfig, 'utf8'));
  const get = async <T>(path: string): Promise<T> => (await api.request('GET', path)).body as unknown as T;
  try {
    const { groups } = await get<Groups>('/apis');
    const found: string[] = [];
    for (const root of [
      '/api/v1',
      ...groups.map((group) => `/apis/${group.preferredVersion.groupVersion}`),
    ]) {
      const { resources } = await get<Resources>(root);
      for (const { name, kind, namespaced, verbs } of resources) {
        if (name.includes('/') || restless.has(name) || !verbs.includes('list')) continue;
        const path = namespaced ? `namespaces/${namespace}/${name}` : name;
        const { items } = await get<List>(`${root}/${path}`);
        found.push(...items.map(({ metadata }) => `${kind} ${metadata.name}`));
      }
    }
    return found.toSorted();
  } finally {
    api.close();
  }
}
