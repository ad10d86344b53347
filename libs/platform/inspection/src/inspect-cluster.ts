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
  /** For one request. Milliseconds. */
  timeoutMs?: number | undefined;
  onProgress?: (step: string, done: number, total: number) => void;
}

/**
 * Reads a cluster: version, nodes, and what was imported. A kubeconfig that cannot be used and an API server that does not answer throw a
 * `KubernetesError`; the rest becomes input errors.
 */
export async function inspectCluster(
  kubeconfig: string,
  inspection: ClusterInspection,
): Promise<ClusterSnapshot> {
  const { subject, now, sonobuoy = {}, onProgress } = inspection;
  const begin = now();
  const { connectCluster, KubernetesError } = await import('@scs/kubernetes');
  const connection = connectCluster(kubeconfig, inspection);
  const capture = async <T>(work: () => Promise<T>): Promise<Input<T>> => {
    try {
      return { value: await work() };
    } catch (error) {
      if (error instanceof KubernetesError && !/^(?:unreachable|timeout)$/.test(error.reason))
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

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isTexts = (value: unknown): value is Record<string, string> =>
  isObject(value) && Object.values(value).every((item) => typeof item === 'string');
const isListOf = (value: unknown, shape: (item: unknown) => boolean): boolean =>
  Array.isArray(value) && value.every(shape);
const isRelease = (value: unknown): boolean =>
  isObject(value) &&
  typeof value['tag'] === 'string' &&
  !Number.isNaN(Date.parse(String(value['publishedAt'])));
const isCve = (value: unknown): boolean =>
  isObject(value) && typeof value['id'] === 'string' && isListOf(value['ranges'], isRange);
const isRange = (value: unknown): boolean =>
  isObject(value) &&
  typeof value['lower'] === 'string' &&
  (value['upper'] === null || typeof value['upper'] === 'string') &&
  typeof value['inclusive'] === 'boolean';

/** A bundle of facts about Kubernetes, in the shape of {@link KubernetesData}. */
async function readKubernetesData(path: string): Promise<Input<KubernetesData>> {
  const refuse = (why: string): Input<KubernetesData> => ({
    error: { reason: 'malformed', message: `${path} ${why}` },
  });
  try {
    const parsed: unknown = JSON.parse(await readFile(path, 'utf8'));
    const data: Partial<KubernetesData> = isObject(parsed) ? parsed : {};
    if (typeof data.asOf !== 'string' || Number.isNaN(Date.parse(data.asOf)) || !isTexts(data.endOfLife))
      return refuse('is no bundle of Kubernetes facts: it lacks asOf (a time) or endOfLife (branch to date)');
    if (!Object.values(data.endOfLife).every((day) => /^\d{4}-\d\d-\d\d$/.test(day)))
      return refuse('has ends of life that are no dates YYYY-MM-DD; correct them');
    if (data.releases && !isListOf(data.releases, isRelease))
      return refuse('has releases without tag or publishedAt (a time); correct them');
    if (data.severeCves && !isListOf(data.severeCves, isCve))
      return refuse('has severeCves without id or ranges (lower, upper, inclusive); correct them');
    return {
      value: {
        asOf: data.asOf,
        endOfLife: data.endOfLife,
        releases: data.releases ?? null,
        severeCves: data.severeCves ?? null,
      },
    };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return refuse('does not exist; check the path');
    return refuse(code ? `cannot be read (${code}); check the path` : 'is no JSON; correct it');
  }
}
