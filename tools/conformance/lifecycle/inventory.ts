import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
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
  const ask = async <T>(path: string): Promise<T | undefined> => {
    let { status, body } = await api.request('GET', path);
    // The storage of a definition that was just written is made anew.
    for (let look = 0; status === 429 && look < 100; look++) {
      await pause(100);
      ({ status, body } = await api.request('GET', path));
    }
    // Discovery still names kinds of other suites that are just going.
    if (status === 404) return undefined;
    if (status !== 200) throw new Error(`GET ${path} answers ${status}: ${JSON.stringify(body)}`);
    return body as unknown as T;
  };
  try {
    const groups = (await ask<Groups>('/apis'))?.groups ?? [];
    const found: string[] = [];
    for (const root of [
      '/api/v1',
      ...groups.map((group) => `/apis/${group.preferredVersion.groupVersion}`),
    ]) {
      const resources = (await ask<Resources>(root))?.resources ?? [];
      for (const { name, kind, namespaced, verbs } of resources) {
        if (name.includes('/') || restless.has(name) || !verbs.includes('list')) continue;
        const path = namespaced ? `namespaces/${namespace}/${name}` : name;
        const items = (await ask<List>(`${root}/${path}`))?.items ?? [];
        found.push(...items.map(({ metadata }) => `${kind} ${metadata.name}`));
      }
    }
    return found.toSorted();
  } finally {
    api.close();
  }
}
