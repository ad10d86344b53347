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
  const timeoutMs = readTimeoutMs(values.timeout) ?? 30_000;
  const sonobuoy = archives(values.sonobuoy ?? []);
  const progress = progressLine();
  const snapshot = await interruptible(null, async (signal) =>
    Promise.race([
      inspectCluster(kubeconfig, {
        subject: basename(kubeconfig).replace(/\.(ya?ml|conf|kubeconfig)$/, ''),
        now: () => new Date(),
        sonobuoy,
        ...(data !== undefined && { kubernetesData: data }),
        signal,
        onProgress: (step, done, total) => progress.show(`${done}/${total} ${step}`),
      }).catch((error: unknown) => {
        throw error instanceof Error && error.name === 'KubernetesError' ? usage(oneLine(error)) : error;
      }),
      ended(AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]), kubeconfig, timeoutMs),
    ]),
  ).finally(() => progress.clear());
  const { version, kubernetes } = snapshot;
  // Files that the user named are for the user to mend, before anything is judged by them.
  for (const input of [...Object.values(snapshot.sonobuoy), kubernetes])
    if ('error' in input) throw usage(input.error.message);
  if ('error' in version) throw new Failure(EXIT.unreachable, version.error.message);
  return snapshot;
}

/** Rejects when the time is over or the user gives up; the client library itself would wait without end. */
function ended(signal: AbortSignal, kubeconfig: string, timeoutMs: number): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () =>
      reject(
        new Failure(
          EXIT.unreachable,
          `the cluster of ${kubeconfig} did not answer within ${timeoutMs / 1000} s; check its address, or allow more with --timeout`,
        ),
      ),
    );
  });
}

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
