// A process of its own: what an index takes there, beyond what Node and the library take. Called with a file of pages (v8).
import { readFileSync } from 'node:fs';
import { deserialize, serialize } from 'node:v8';
import { buildIndex, pagesOf, search, type Page } from '@scs/doc-index';

const [file = '', how = ''] = process.argv.slice(2);
// The library is loaded and warm before anything is measured.
search(buildIndex([]), 'warm up', { asOf: '2026-11-24' });
const base = held();
const index =
  how === 'snapshot'
    ? (deserialize(readFileSync(file)) as ReturnType<typeof buildIndex>)
    : buildIndex(deserialize(readFileSync(file)) as Page[]);
for (const query of ['flavor', 'how do I back up a volume', 'loadbalancr'])
  search(index, query, { asOf: '2026-11-24' });
const after = held();
process.stdout.write(
  JSON.stringify({
    pages: pagesOf(index).length,
    heapAboveBaseMiB: after.heap - base.heap,
    rssAboveBaseMiB: after.rss - base.rss,
    snapshotMiB: Math.round(serialize(index).length / 2 ** 20),
  }),
);

function held(): { heap: number; rss: number } {
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heap: Math.round((heapUsed + external) / 2 ** 20), rss: Math.round(rss / 2 ** 20) };
}
