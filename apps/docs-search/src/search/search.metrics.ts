import { metrics } from '@scs/service';
import { Counter, Gauge, Histogram } from 'prom-client';
import type { SearchIndex } from '../index/search-index.ts';

const registers = [metrics.registry];

const searches = new Histogram({
  name: 'scs_cp_docs_search_duration_seconds',
  help: 'Duration of searches in the service',
  labelNames: ['match'],
  buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5],
  registers,
});
const syncs = new Counter({
  name: 'scs_cp_docs_syncs_total',
  help: 'Readings of sources',
  labelNames: ['result'],
  registers,
});
const dropped = new Counter({
  name: 'scs_cp_docs_dropped_queries_total',
  help: 'Queries and clicks that are missing in the analytics, because Postgres was away for too long',
  registers,
});

export const observeSearch = (match: string, seconds: number): void => searches.observe({ match }, seconds);
export const countSync = (result: 'ready' | 'failed'): void => syncs.inc({ result });
export const countDropped = (count: number): void => dropped.inc(count);

/** Of the newest index of the process. */
let observed: SearchIndex | undefined;
for (const what of ['pages', 'sections'] as const)
  new Gauge({
    name: `scs_cp_docs_${what}`,
    help: `Documentation in the index: ${what}`,
    registers,
    collect() {
      this.set(observed?.counts()[what] ?? 0);
    },
  });

/** How much can be found. Gives what ends it. */
export function observeIndex(index: SearchIndex): () => void {
  observed = index;
  return () => {
    if (observed === index) observed = undefined;
  };
}
