import { basename } from 'node:path';
import { inspectCluster, type ClusterInspection } from '@scs/inspection';
import type { ClusterSnapshot } from '@scs/standards';
import { EXIT, Failure, oneLine, usage } from './failure.ts';
import { interruptible } from './interruption.ts';
import { progressLine } from './progress.ts';
import { readTimeoutMs } from './timeout.ts';

export interface ClusterValues {
  kubeconfig?: string;
  sonobuoy?: string[];
  'kubernetes-data'?: string;
  timeout?: string;
}

const importable = ['cncf-k8s-conformance', 'kaas-networking-check'] as const;

/** Reads a cluster; throws an unreachable failure (69) where its API does not even tell its version. */
export async function inspectOneCluster(values: ClusterValues): Promise<ClusterSnapshot> {
  const kubeconfig = values.kubeconfig ?? process.env['KUBECONFIG'];
  if (!kubeconfig) throw usage('which cluster? name its kubeconfig with --kubeconfig or KUBECONFIG');
  const data = values['kubernetes-data'];
  const sonobuoy = archives(values.sonobuoy ?? []);
  const progress = progressLine();
  const snapshot = await interruptible(null, async (signal) =>
    inspectCluster(kubeconfig, {
      subject: basename(kubeconfig).replace(/\.(ya?ml|conf|kubeconfig)$/, ''),
      now: () => new Date(),
      sonobuoy,
      ...(data !== undefined && { kubernetesData: data }),
      signal,
      timeoutMs: readTimeoutMs(values.timeout),
      onProgress: (step, done, total) => progress.show(`${done}/${total} ${step}`),
    }).catch((error: unknown) => {
      throw isKubernetesError(error) ? explain(error) : error;
    }),
  ).finally(() => progress.clear());
  const { version, kubernetes } = snapshot;
  // Files that the user named are for the user to mend, before anything is judged by them.
  for (const input of [...Object.values(snapshot.sonobuoy), kubernetes])
    if ('error' in input) throw usage(input.error.message);
  if ('error' in version) throw new Failure(EXIT.unreachable, version.error.message);
  return snapshot;
}

/** `@scs/kubernetes` takes a second to load, so only its errors’ name is known here. */
const isKubernetesError = (error: unknown): error is Error & { reason: string } =>
  error instanceof Error && error.name === 'KubernetesError' && 'reason' in error;

const explain = (error: Error & { reason: string }): Failure =>
  /^(?:unreachable|timeout)$/.test(error.reason)
    ? new Failure(EXIT.unreachable, oneLine(error))
    : usage(oneLine(error));

/** `FILE` is a conformance run; `TESTCASE=FILE` says which test case the archive is the evidence of. */
function archives(given: readonly string[]): NonNullable<ClusterInspection['sonobuoy']> {
  const files: NonNullable<ClusterInspection['sonobuoy']> = {};
  for (const text of given) {
    const named = importable.find((id) => text.startsWith(`${id}=`));
    const testcase = named ?? 'cncf-k8s-conformance';
    if (files[testcase] !== undefined)
      throw usage(
        `--sonobuoy names two archives for ${testcase}; write kaas-networking-check=FILE for the one of a networking run`,
      );
    files[testcase] = named ? text.slice(named.length + 1) : text;
  }
  return files;
}
