import { setTimeout as sleep } from 'node:timers/promises';
import { ClusterSchema, Cluster_State, type Cluster } from '@scs/proto/scs/lifecycle/v1/cluster_pb';
import { stream } from './control-plane.ts';
import { progressOf } from './cluster-output.ts';
import { EXIT, Failure } from './failure.ts';
import { interruptible } from './interruption.ts';
import { progressLine } from './progress.ts';
import { readTimeoutMs } from './timeout.ts';

/** A control plane that restarts comes back. */
const reconnectMs = 1000;
const defaultTimeoutMs = 3_600_000;

/** What an interruption means where the work is the control plane’s. */
export const goesOn = 'interrupted; the control plane goes on by itself';

export interface WaitValues {
  wait?: boolean;
  timeout?: string;
}

/** Follows a cluster until it is ready. Failure (1) names what it still waits for when the time is up. */
export async function untilReady(server: string, path: string, values: WaitValues): Promise<Cluster> {
  const found = await follow(server, path, values, ({ state }) => state === Cluster_State.READY);
  if (found) return found;
  throw new Failure(EXIT.fail, `${path} was deleted in the meantime`);
}

/** Follows a cluster until it is gone. */
export async function untilGone(server: string, path: string, values: WaitValues): Promise<void> {
  await follow(server, path, values, () => false);
}

/** Undefined: the cluster is gone. */
function follow(
  server: string,
  path: string,
  { timeout }: WaitValues,
  isDone: (cluster: Cluster) => boolean,
): Promise<Cluster | undefined> {
  const progress = progressLine();
  let last: Cluster | undefined;
  return interruptible(
    null,
    async (interrupted) => {
      const late = AbortSignal.timeout(readTimeoutMs(timeout) ?? defaultTimeoutMs);
      const signal = AbortSignal.any([interrupted, late]);
      try {
        for (;;) {
          try {
            for await (const cluster of stream(
              server,
              { path: `/v1/${path}:watch`, signal },
              ClusterSchema,
            )) {
              last = cluster;
              progress.show(progressOf(cluster));
              if (isDone(cluster)) return cluster;
            }
            return undefined;
          } catch (error) {
            if (signal.aborted || !(error instanceof Failure)) throw error;
            // It was there a moment ago, so it is gone now.
            if (isGone(error)) return undefined;
            if (error.exitCode !== EXIT.unreachable) throw error;
          }
          await sleep(reconnectMs, undefined, { signal });
        }
      } catch (error) {
        if (!late.aborted || interrupted.aborted) throw error;
        throw new Failure(EXIT.fail, `not done in time; ${lateText(path, last)}`);
      } finally {
        progress.clear();
      }
    },
    goesOn,
  );
}

const isGone = (error: Failure): boolean => 'status' in error && error.status === 404;

function lateText(path: string, last: Cluster | undefined): string {
  if (!last) return `${path} was not seen`;
  const { waitingFor } = last;
  const why = waitingFor ? ` (${waitingFor.reason}${waitingFor.remedy ? ` ${waitingFor.remedy}` : ''})` : '';
  return `${progressOf(last)}${why}`;
}
