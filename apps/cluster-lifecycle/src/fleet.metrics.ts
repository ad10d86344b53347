import { parseClassName, topologyOf } from '@scs/cluster-stacks';
import { metrics } from '@scs/service';
import { Gauge, Histogram } from 'prom-client';
import type { Fleet, Seen } from './fleet.ts';

const registers = [metrics.registry];
/** The newest fleet of the process. */
let observed: Fleet | undefined;

new Gauge({
  name: 'kaas',
  help: '1 for every cluster that there is',
  labelNames: ['cluster'],
  registers,
  collect() {
    this.reset();
    for (const { cluster } of observed?.clusters ?? [])
      this.set({ cluster: `${cluster.metadata.namespace}/${cluster.metadata.name}` }, 1);
  },
});
new Gauge({
  name: 'scs_cp_clusters',
  help: 'Clusters by state, cluster stack and version of Kubernetes',
  labelNames: ['state', 'stack', 'k8s_version'],
  registers,
  collect() {
    this.reset();
    for (const { cluster, explanation } of observed?.clusters ?? []) {
      const topology = topologyOf(cluster);
      const parsed = parseClassName(topology?.className ?? '');
      const stack = typeof parsed === 'string' ? '' : `${parsed.provider}-${parsed.name}`;
      this.inc({ state: explanation.state, stack, k8s_version: topology?.version ?? '' });
    }
  },
});
const durations = new Histogram({
  name: 'scs_cp_cluster_operation_duration_seconds',
  help: 'From the wish to its fulfilment, as far as this process saw it',
  labelNames: ['operation', 'outcome'],
  buckets: [5, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200],
  registers,
});

const operations = { PROVISIONING: 'create', UPGRADING: 'upgrade', UPDATING: 'update' } as const;
type Busy = keyof typeof operations;
const isBusy = (state: string): state is Busy => Object.hasOwn(operations, state);

/** Tells the metrics of a fleet. Gives what ends it. */
export function observeFleet(fleet: Fleet, clock: () => Date): () => void {
  observed = fleet;
  const begun = new Map<string, { operation: string; at: number; stuck: boolean }>();
  const end = (uid: string, operation: string, at: number, outcome: string): void => {
    durations.observe({ operation, outcome }, Math.max(0, clock().getTime() - at) / 1000);
    begun.delete(uid);
  };
  const forget = fleet.listen({
    seen({ cluster, explanation: { state } }: Seen) {
      const { uid = '', creationTimestamp = '' } = cluster.metadata;
      const running = begun.get(uid);
      if (isBusy(state) && !running)
        begun.set(uid, {
          operation: operations[state],
          at: state === 'PROVISIONING' ? Date.parse(creationTimestamp) : clock().getTime(),
          stuck: false,
        });
      if (!running) return;
      if (state === 'STUCK') running.stuck = true;
      if (state === 'READY') end(uid, running.operation, running.at, running.stuck ? 'late' : 'done');
      if (state === 'DELETING') end(uid, running.operation, running.at, 'given-up');
    },
    gone({ cluster: { metadata } }) {
      begun.delete(metadata.uid ?? '');
      if (metadata.deletionTimestamp)
        end(metadata.uid ?? '', 'delete', Date.parse(metadata.deletionTimestamp), 'done');
    },
  });
  return () => {
    forget();
    if (observed === fleet) observed = undefined;
  };
}
