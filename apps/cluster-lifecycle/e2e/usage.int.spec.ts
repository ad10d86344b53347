// What clusters use, on its way to whoever bills, and clusters on their way to certification. Not covered: how stretches are cut (tables of the
// domain library), and what certification makes of a cluster.
import { Cluster_State } from '@scs/proto/scs/lifecycle/v1/cluster_pb';
import { connectJobs, handles } from '@scs/jobs';
import { createLogger } from '@scs/service';
import { eventually } from '@scs/testing';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { certifyCluster, recordUsage } from '../src/usage/usage.jobs.ts';
import { memberOf, startWorld, type World } from './tenant-world.ts';

const logger = createLogger({ name: 'e2e', version: '0' }, 'fatal');
const hourMs = 3_600_000;

interface Event {
  id: string;
  meter: string;
  tenant: string;
  resource: string;
  owner: string;
  startTime: string;
  endTime: string;
  quantity: string;
  attributes: Record<string, string>;
}

let world: World;
let database: pg.Client;
beforeAll(async () => {
  world = await startWorld();
  await world.tenant('acme');
  database = new pg.Client({ connectionString: world.databaseUrl });
  await database.connect();
});
afterAll(async () => {
  await database.end();
  await world.close();
});

/** Somebody who works on a queue: keeps what comes. */
async function consumer(job: typeof recordUsage) {
  const jobs = await connectJobs(world.databaseUrl, logger);
  const payloads: unknown[] = [];
  await jobs.work([job], [handles(job, async (payload) => void payloads.push(payload))]);
  return { payloads, close: () => jobs.close() };
}

/** Events that wait for somebody to take them. */
const waiting = async (topic: string): Promise<Event[]> =>
  (
    await database.query<{ payload: Event }>(
      'SELECT payload FROM cluster_lifecycle.outbox WHERE topic = $1 ORDER BY id',
      [topic],
    )
  ).rows.map(({ payload }) => payload);

describe('usage', () => {
  const name = 'tenants/acme/clusters/metered';
  let uid: string;

  it('waits in the outbox while nobody takes it, and is metered over a restart', async () => {
    await world.cluster('acme', 'metered');
    uid =
      (
        await world.client.get({
          apiVersion: 'cluster.x-k8s.io/v1beta2',
          kind: 'Cluster',
          namespace: 'acme',
          name: 'metered',
        })
      )?.metadata.uid ?? '';
    await eventually(async () => {
      const { rows } = await database.query('SELECT resource FROM cluster_lifecycle.meter ORDER BY resource');
      expect(rows).toEqual([{ resource: uid }, { resource: `${uid}/workers` }]);
    });
    expect(await waiting('usage')).toEqual([]);
    // The service is down at the full hour.
    world.clock.aheadMs += hourMs;
    await world.restart();
    await eventually(async () => expect(await waiting('usage')).toHaveLength(2));
    const [one, other] = (await waiting('usage')).toSorted((a, b) => a.resource.length - b.resource.length);
    expect(one).toMatchObject({ meter: 'kaas.cluster', tenant: 'acme', resource: uid, owner: uid });
    expect(other).toMatchObject({
      meter: 'kaas.node_pool',
      resource: `${uid}/workers`,
      owner: uid,
      attributes: { cluster: 'metered', pool: 'workers', release: 'dev-sandbox-1-33-v1', replicas: '1' },
    });
    expect(new Date(one!.endTime).getTime() % hourMs).toBe(0);
  });

  it('is cut when a pool is scaled, and ends with the cluster', async () => {
    const token = await world.as(memberOf('acme'));
    world.clock.aheadMs += 60_000;
    await world.clusters.updateNodePool(
      { nodePool: { name: `${name}/nodePools/workers`, replicas: 3 } },
      token,
    );
    await world.until(name, Cluster_State.READY);
    await eventually(async () => {
      const { rows } = await database.query('SELECT count FROM cluster_lifecycle.meter WHERE resource = $1', [
        `${uid}/workers`,
      ]);
      expect(rows).toEqual([{ count: 3 }]);
    });
    world.clock.aheadMs += 120_000;
    await world.clusters.deleteCluster({ name }, token);
    await eventually(async () => {
      const { rows } = await database.query('SELECT resource FROM cluster_lifecycle.meter');
      expect(rows).toEqual([]);
    });
    const counts = (await waiting('usage'))
      .filter(({ resource }) => resource.endsWith('/workers'))
      .map(({ attributes }) => attributes['replicas']);
    expect(counts[0]).toBe('1');
    expect(counts).toContain('3');
  });

  it('is handed over when somebody works on the queue, each stretch following the last', async () => {
    const told = await waiting('usage');
    const billing = await consumer(recordUsage);
    try {
      // The relay looks now and then; a change makes it look at once.
      await world.cluster('acme', 'wakes');
      await eventually(async () => expect(await waiting('usage')).toEqual([]), 30_000);
      const events = await eventually(async () => {
        const taken = billing.payloads.flatMap((payload) => (payload as { events: Event[] }).events);
        expect(taken.map(({ id }) => id)).toEqual(expect.arrayContaining(told.map(({ id }) => id)));
        return taken;
      });
      for (const resource of [uid, `${uid}/workers`]) {
        const own = events
          .filter((event) => event.resource === resource)
          .toSorted((a, b) => a.startTime.localeCompare(b.startTime));
        expect(own.length).toBeGreaterThan(1);
        for (const [index, event] of own.slice(1).entries())
          expect(event.startTime).toBe(own[index]?.endTime);
        // Hours times count, exact: in ten-thousandths, nine seconds are 25.
        for (const { startTime, endTime, quantity, attributes } of own)
          expect(Math.round(Number(quantity) * 10_000)).toBe(
            ((Date.parse(endTime) - Date.parse(startTime)) / 9000) * 25 * Number(attributes['replicas']),
          );
      }
    } finally {
      await billing.close();
    }
  });
});

describe('clusters that are ready', () => {
  it('are announced once, and once more after an upgrade, over restarts', async () => {
    const certification = await consumer(certifyCluster);
    try {
      const name = 'tenants/acme/clusters/announced';
      await world.cluster('acme', 'announced');
      const seen = () =>
        certification.payloads
          .map(
            (payload) =>
              payload as { tenant: string; cluster: string; kubernetesVersion: string; release: string },
          )
          .filter(({ cluster }) => cluster === 'announced')
          .map(({ kubernetesVersion, release }) => [kubernetesVersion, release]);
      const first = ['v1.33.6', 'dev-sandbox-1-33-v1'];
      await eventually(async () => expect(seen()).toEqual([first]), 30_000);
      await world.restart();
      const token = await world.as(memberOf('acme'));
      await world.clusters.updateNodePool(
        { nodePool: { name: `${name}/nodePools/workers`, replicas: 2 } },
        token,
      );
      await world.until(name, Cluster_State.READY);
      await world.clusters.upgradeCluster({ name, release: 'dev-sandbox-1-34-v1' }, token);
      const second = ['v1.34.3', 'dev-sandbox-1-34-v1'];
      await eventually(async () => expect(seen()).toEqual([first, second]), 60_000);
    } finally {
      await certification.close();
    }
  });
});
