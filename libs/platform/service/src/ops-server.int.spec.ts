import { Gauge } from 'prom-client';
import { expect, it } from 'vitest';
import { metrics } from './metrics.ts';
import { startOpsServer } from './ops-server.ts';

it('a metric that cannot be read is a 503, and the process lives on', async () => {
  const name = 'scs_cp_unreadable';
  new Gauge({
    name,
    help: 'Of a database that is away',
    registers: [metrics.registry],
    collect: () => Promise.reject(new Error('the database is away')),
  });
  const ops = await startOpsServer({ host: '127.0.0.1', port: 0 }, {});
  try {
    const answer = await fetch(`${ops.url}/metrics`, { signal: AbortSignal.timeout(5000) });
    expect([answer.status, await answer.text()]).toEqual([
      503,
      'cannot be answered now: the database is away\n',
    ]);
    expect((await fetch(`${ops.url}/livez`)).status).toBe(200);
  } finally {
    metrics.registry.removeSingleMetric(name);
    await ops.close();
  }
});
