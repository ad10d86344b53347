import { metrics } from '@scs/service';
import { Counter, Gauge, Histogram } from 'prom-client';

const registers = [metrics.registry];

const durations = new Histogram({
  name: 'scs_cp_reconcile_duration_seconds',
  help: 'Duration of reconciles',
  labelNames: ['reconciler', 'result'],
  buckets: [0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
  registers,
});
const failures = new Counter({
  name: 'scs_cp_reconcile_failures_total',
  help: 'Reconciles that threw and are tried again',
  labelNames: ['reconciler'],
  registers,
});

export function observeReconcile(reconciler: string, seconds: number, failed: boolean): void {
  durations.observe({ reconciler, result: failed ? 'failed' : 'done' }, seconds);
  if (failed) failures.inc({ reconciler });
}

/** An operator at work, as the gauges see it. */
export interface Observed {
  queueLengths(): Record<string, number>;
  writes(): number;
  requests(): number;
  leads(): boolean;
}

/** The newest operator of the process. */
let observed: Observed | undefined;

const queueLengths = new Gauge({
  name: 'scs_cp_reconcile_queue_length',
  help: 'Keys that wait for a reconcile',
  labelNames: ['reconciler'],
  registers,
  collect() {
    for (const [reconciler, length] of Object.entries(observed?.queueLengths() ?? {}))
      queueLengths.set({ reconciler }, length);
  },
});
const gauge = (name: string, help: string, read: (operator: Observed) => number) =>
  new Gauge({
    name,
    help,
    registers,
    collect() {
      if (observed) this.set(read(observed));
    },
  });
gauge('scs_cp_kubernetes_writes', 'Writes to the management cluster since the start', (one) => one.writes());
gauge('scs_cp_kubernetes_requests', 'Requests to the management cluster since the start', (one) =>
  one.requests(),
);
gauge('scs_cp_operator_leader', '1 while this process is the one that acts', (one) => Number(one.leads()));

/** Gives what ends it. */
export function observeOperator(operator: Observed): () => void {
  observed = operator;
  return () => {
    if (observed === operator) observed = undefined;
  };
}
