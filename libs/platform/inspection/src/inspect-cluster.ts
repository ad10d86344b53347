import { readFile } from 'node:fs/promises';
import {
  SNAPSHOT_FORMAT,
  shippedKubernetesData,
  type ClusterSnapshot,
  type Input,
  type KubernetesData,
} from '@scs/standards';
import { readSonobuoyArchive, SonobuoyError } from './sonobuoy.ts';

export interface ClusterInspection {
  subject: string;
  now: () => Date;
  /** Result archives of Sonobuoy runs, by test case. */
  sonobuoy?: Partial<Record<keyof ClusterSnapshot['sonobuoy'], string>>;
  /** A JSON file with ends of support, releases and CVEs; the facts that came with the product when left out. */
  kubernetesData?: string;
  signal?: AbortSignal;
  onProgress?: (step: string, done: number, total: number) => void;
}

/** Reads a cluster: version, nodes, and what was imported. A kubeconfig that cannot be used throws; the rest becomes input errors. */
export async function inspectCluster(
  kubeconfig: string,
  inspection: ClusterInspection,
): Promise<ClusterSnapshot> {
  const { subject, now, sonobuoy = {}, onProgress } = inspection;
  const begin = now();
  const { connectCluster, KubernetesError } = await import('@scs/kubernetes');
  const connection = connectCluster(kubeconfig, inspection.signal);
  const capture = async <T>(work: () => Promise<T>): Promise<Input<T>> => {
    try {
      return { value: await work() };
    } catch (error) {
      if (error instanceof KubernetesError)
        return { error: { reason: error.reason, message: error.message } };
      if (error instanceof SonobuoyError) return { error: { reason: 'malformed', message: error.message } };
      throw error;
    }
  };
  onProgress?.('reading the cluster', 0, 1);
  const imports = Object.entries(sonobuoy).map(
    async ([testcase, path]) => [testcase, await capture(() => readSonobuoyArchive(path))] as const,
  );
  const [version, nodes, kubernetes, ...imported] = await Promise.all([
    capture(() => connection.version()),
    capture(() => connection.nodes()),
    inspection.kubernetesData === undefined
      ? { value: shippedKubernetesData }
      : readKubernetesData(inspection.kubernetesData),
    ...imports,
  ]);
  onProgress?.('reading the cluster', 1, 1);
  return {
    format: SNAPSHOT_FORMAT,
    kind: 'cluster',
    subject,
    takenAt: begin.toISOString(),
    requests: connection.requests,
    durationMs: now().getTime() - begin.getTime(),
    version,
    nodes,
    kubernetes,
    sonobuoy: Object.fromEntries(imported),
  };
}

/** A bundle of facts about Kubernetes, in the shape of {@link KubernetesData}. */
async function readKubernetesData(path: string): Promise<Input<KubernetesData>> {
  const refuse = (why: string): Input<KubernetesData> => ({
    error: { reason: 'malformed', message: `${path} ${why}` },
  });
  try {
    const data = JSON.parse(await readFile(path, 'utf8')) as Partial<KubernetesData>;
    if (typeof data.asOf !== 'string' || typeof data.endOfLife !== 'object')
      return refuse('is no bundle of Kubernetes facts: it lacks asOf or endOfLife');
    return {
      value: {
        asOf: data.asOf,
        endOfLife: data.endOfLife,
        releases: data.releases ?? null,
        severeCves: data.severeCves ?? null,
      },
    };
  } catch (error) {
    return refuse((error as NodeJS.ErrnoException).code === 'ENOENT' ? 'does not exist' : 'is no JSON');
  }
}
