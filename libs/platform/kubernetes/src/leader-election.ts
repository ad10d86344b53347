import type { KubernetesClient } from './client.ts';

export interface LeaderElectionOptions {
  namespace: string;
  /** Of the Lease, e.g. `clusterstack.x-k8s.io`. */
  name: string;
  identity: string;
  /** Seconds; 15, 10, 2 when left out, as in client-go. */
  leaseSeconds?: number;
  renewDeadlineSeconds?: number;
  retrySeconds?: number;
  onStarted: () => void;
  /** The lease is gone: stop writing at once. */
  onLost: () => void;
}

/** Takes part in the election until it is stopped; then gives the lease back. */
export function takePart(
  _client: KubernetesClient,
  _options: LeaderElectionOptions,
): {
  readonly leads: boolean;
  stop(): Promise<void>;
} {
  throw new Error('to be written');
}
