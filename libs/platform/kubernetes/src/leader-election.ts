import { ApiError } from './client.ts';
import type { ApiObject, ApiObjectMeta, KubernetesClient } from './client.ts';
import { type Clock, systemClock } from './clock.ts';

export interface LeaderElectionOptions {
  namespace: string;
  /** Of the Lease, e.g. `clusterstack.x-k8s.io`. */
  name: string;
  /** Of this process; no two may have the same. */
  identity: string;
  /** Seconds; 15, 10, 2 when left out, as in client-go. */
  leaseSeconds?: number;
  renewDeadlineSeconds?: number;
  retrySeconds?: number;
  onStarted: () => void;
  /** The lease is gone: stop writing at once. Not told when stopping gives it back. */
  onLost: () => void;
  /** Told of every failed look or renewal; it goes on by itself. */
  onError?: (error: unknown) => void;
  clock?: Clock;
}

interface Lease extends ApiObject {
  apiVersion: 'coordination.k8s.io/v1';
  kind: 'Lease';
  metadata: ApiObjectMeta;
  spec: {
    holderIdentity?: string;
    leaseDurationSeconds?: number;
    acquireTime?: string;
    renewTime?: string;
    leaseTransitions?: number;
  };
}

const leaseType = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' } as const;

/**
 * Takes part in the election until it is stopped; then gives the lease back.
 *
 * The rules are client-go's, so both can share a Lease: the lease of another is over when it has not changed for its whole duration *by our own
 * clock*; every write names the version it saw, so of two that try only one succeeds. Who cannot renew within the deadline has lost, before
 * anybody else may take over. After a loss it takes part again.
 */
export function takePart(
  client: Pick<KubernetesClient, 'get' | 'create' | 'replace'>,
  options: LeaderElectionOptions,
): {
  readonly leads: boolean;
  stop(): Promise<void>;
} {
  const { namespace, name, identity, onStarted, onLost, onError, clock = systemClock } = options;
  const { leaseSeconds = 15, renewDeadlineSeconds = 10, retrySeconds = 2 } = options;
  const deadlineMs = renewDeadlineSeconds * 1000;
  /** The last lease seen, and since when it has looked like that. */
  let observed: { lease: Lease; spec: string; since: number } | undefined;
  let leading = false;
  /** We lead until then, unless we renew. */
  let until = 0;
  let deadline: { cancel(): void } | undefined;
  let wake: () => void = () => {};
  let stopped = false;

  const isLeading = (): boolean => leading && clock.now() < until;

  function observe(lease: Lease): void {
    const spec = JSON.stringify(lease.spec);
    observed = { lease, spec, since: observed?.spec === spec ? observed.since : clock.now() };
  }

  function lose(): void {
    deadline?.cancel();
    if (!leading) return;
    leading = false;
    onLost();
  }

  function hold(renewedAt: number): void {
    deadline?.cancel();
    until = renewedAt + deadlineMs;
    deadline = clock.setTimeout(lose, until - clock.now());
    if (leading) return;
    leading = true;
    onStarted();
  }

  /** One try to get or to keep the lease. True where it is ours. */
  async function attempt(): Promise<boolean> {
    // What we hold nobody else writes: one request instead of two.
    if (!isLeading() || !observed) {
      const lease = await client.get<Lease>({ ...leaseType, namespace, name });
      if (!lease) return write(specAfter(undefined), undefined);
      observe(lease);
    }
    const { lease, since } = observed ?? {};
    if (!lease || since === undefined) return false;
    const { holderIdentity, leaseDurationSeconds = leaseSeconds } = lease.spec;
    const foreign = Boolean(holderIdentity) && holderIdentity !== identity;
    if (foreign && clock.now() < since + leaseDurationSeconds * 1000) return false;
    return write(specAfter(lease), lease);
  }

  function specAfter(lease: Lease | undefined): Lease['spec'] {
    const now = microTime(clock.date());
    const { holderIdentity, acquireTime, leaseTransitions = 0 } = lease?.spec ?? {};
    const mine = holderIdentity === identity;
    return {
      holderIdentity: identity,
      leaseDurationSeconds: leaseSeconds,
      acquireTime: (mine && acquireTime) || now,
      renewTime: now,
      leaseTransitions: leaseTransitions + (lease && !mine ? 1 : 0),
    };
  }

  async function write(spec: Lease['spec'], before: Lease | undefined, again = true): Promise<boolean> {
    try {
      observe(
        before
          ? await client.replace<Lease>({ ...before, spec })
          : await client.create<Lease>({ ...leaseType, metadata: { name, namespace }, spec }),
      );
      return true;
    } catch (error) {
      // Somebody else was faster, or somebody edited the lease: look before the next try.
      if (!(error instanceof ApiError) || error.status !== 409) throw error;
      const lease = await client.get<Lease>({ ...leaseType, namespace, name });
      if (lease) observe(lease);
      else observed = undefined;
      // Still ours: a label was set, or a renewal came through whose answer did not.
      return again && lease?.spec.holderIdentity === identity ? write(spec, lease, false) : false;
    }
  }

  async function run(): Promise<void> {
    while (!stopped) {
      const began = clock.now();
      try {
        // A request that hangs must leave time for another one before the deadline.
        const ours = await within(deadlineMs / 2, attempt());
        if (stopped) return;
        // From the request on, not from its answer: others count from what they see, which is later.
        if (ours) hold(began);
        else if (!ours && observed && observed.lease.spec.holderIdentity !== identity) lose();
      } catch (error) {
        onError?.(error);
      }
      // Those who wait come at different times, as in client-go; the leader keeps its rhythm.
      await pause(retrySeconds * 1000 * (leading ? 1 : 1 + Math.random() * 1.2));
    }
  }

  function within<T>(ms: number, work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const late = new Error(
        `the lease ${namespace}/${name} was not answered within ${ms / 1000} s; check the API server`,
      );
      const timer = clock.setTimeout(() => reject(late), ms);
      void work.then(resolve, reject).finally(() => timer.cancel());
    });
  }

  async function pause(ms: number): Promise<void> {
    if (stopped) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = clock.setTimeout(resolve, ms);
    wake = resolve;
    await promise;
    timer.cancel();
  }

  async function release(): Promise<void> {
    if (observed?.lease.spec.holderIdentity !== identity) return;
    const now = microTime(clock.date());
    const { leaseTransitions = 0 } = observed.lease.spec;
    const spec = {
      holderIdentity: '',
      leaseDurationSeconds: 1,
      acquireTime: now,
      renewTime: now,
      leaseTransitions,
    };
    try {
      await client.replace<Lease>({ ...observed.lease, spec });
    } catch (error) {
      // It runs out by itself.
      onError?.(error);
    }
  }

  const running = run();
  return {
    get leads() {
      return isLeading();
    },
    async stop() {
      stopped = true;
      wake();
      await running;
      await release();
      deadline?.cancel();
      leading = false;
    },
  };
}

/** metav1.MicroTime takes exactly six digits. */
const microTime = (date: Date): string => date.toISOString().replace('Z', '000Z');
