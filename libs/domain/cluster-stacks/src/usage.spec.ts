import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aCluster } from './cluster-facts.spec-data.ts';
import { metersOf, planMeters, type Meter, type OpenMeter } from './usage.ts';

const at = (time: string): Date => new Date(`2026-11-25T${time}Z`);
const aMeter = (more: Partial<Meter> = {}): Meter => ({
  resource: 'uid/workers',
  meter: 'kaas.node_pool',
  tenant: 'acme',
  owner: 'uid',
  count: 3,
  attributes: { replicas: String(more.count ?? 3) },
  ...more,
});
const open = (since: Date, more: Partial<Meter> = {}): OpenMeter => ({ ...aMeter(more), since });
const stretches = (plan: ReturnType<typeof planMeters>): string[] =>
  plan.segments.map(
    ({ start, end, count, quantity }) =>
      `${start.toISOString().slice(11, 19)}-${end.toISOString().slice(11, 19)} ${count} ${quantity}`,
  );

describe('meters', () => {
  it('begin when something is first seen, on a multiple of nine seconds', () => {
    const plan = planMeters([], [aMeter()], at('10:00:13.500'));
    expect(plan).toEqual({ segments: [], open: [open(at('10:00:09'))], closed: [] });
  });

  it.each([
    { title: 'of the same are not told before the hour is full', now: '10:59:59', used: 3, told: [] },
    { title: 'are told on the hour', now: '11:00:00', used: 3, told: ['10:00:00-11:00:00 3 3'] },
    {
      title: 'are told for each hour that nobody looked',
      now: '12:30:00',
      used: 3,
      told: ['10:00:00-11:00:00 3 3', '11:00:00-12:00:00 3 3'],
    },
    {
      title: 'of another number are told up to the change',
      now: '10:45:00',
      used: 4,
      told: ['10:00:00-10:45:00 3 2.25'],
    },
    {
      title: 'that change after an hour are cut at the hour',
      now: '11:00:09',
      used: 4,
      told: ['10:00:00-11:00:00 3 3', '11:00:00-11:00:09 3 0.0075'],
    },
    { title: 'that change within nine seconds are told as one', now: '10:00:08', used: 4, told: [] },
    {
      title: 'of what is gone are told up to the end',
      now: '10:20:00',
      used: 0,
      told: ['10:00:00-10:19:57 3 0.9975'],
    },
  ])('$title', ({ now, used, told }) => {
    const plan = planMeters([open(at('10:00:00'))], used === 0 ? [] : [aMeter({ count: used })], at(now));
    expect(stretches(plan)).toEqual(told);
    expect(plan.closed).toEqual(used === 0 ? ['uid/workers'] : []);
  });

  it('name a stretch the same whenever it is told', () => {
    const ids = ['11:00:00', '11:10:00'].map(
      (now) => planMeters([open(at('10:00:00'))], [aMeter()], at(now)).segments[0]?.id,
    );
    expect(ids).toEqual(Array(2).fill('uid/workers/2026-11-25T10:00:00.000Z'));
  });

  it('tell every moment once, whenever somebody looks and whatever changes', () => {
    const look = fc.record({
      wait: fc.integer({ min: 0, max: 9_000_000 }),
      count: fc.integer({ min: 0, max: 5 }),
    });
    fc.assert(
      fc.property(fc.array(look, { maxLength: 20 }), (looks) => {
        let state: OpenMeter[] = [];
        let now = at('09:59:00').getTime();
        let told: { start: Date; end: Date }[] = [];
        let begun = false;
        for (const { wait, count } of looks) {
          now += wait;
          const plan = planMeters(state, count === 0 ? [] : [aMeter({ count })], new Date(now));
          for (const segment of plan.segments) {
            const last = told.at(-1);
            // Without gap as long as it is used, and never twice.
            if (last && begun) expect(segment.start).toEqual(last.end);
            if (last) expect(segment.start.getTime()).toBeGreaterThanOrEqual(last.end.getTime());
            expect(segment.end.getTime() - segment.start.getTime()).toBeLessThanOrEqual(3_600_000);
            // 40 steps of nine seconds are a tenth of an hour.
            const steps = (segment.end.getTime() - segment.start.getTime()) / 9000;
            expect(Number(segment.quantity) * 400).toBeCloseTo(steps * segment.count, 6);
            told = [...told, segment];
            begun = true;
          }
          if (plan.closed.length > 0) begun = false;
          const written = new Map(state.map((meter) => [meter.resource, meter]));
          for (const meter of plan.open) written.set(meter.resource, meter);
          for (const resource of plan.closed) written.delete(resource);
          state = [...written.values()];
        }
      }),
    );
  });
});

describe('what a cluster uses', () => {
  it('is nothing before its control plane has answered', () => {
    expect(metersOf('acme', aCluster({ initialized: false }))).toEqual([]);
  });

  it('is its control plane, and the machines of each pool', () => {
    const meters = metersOf(
      'acme',
      aCluster({ pools: { workers: { replicas: 3, all: 4 }, empty: { replicas: 0 } } }),
    );
    expect(meters.map(({ resource, meter, owner, count }) => [resource, meter, owner, count])).toEqual([
      ['uid-demo', 'kaas.cluster', 'uid-demo', 1],
      ['uid-demo/workers', 'kaas.node_pool', 'uid-demo', 4],
    ]);
    expect(meters[1]?.attributes).toEqual({
      cluster: 'demo',
      pool: 'workers',
      release: 'openstack-scs2-1-34-v2',
      kubernetes_version: 'v1.34.7',
      replicas: '4',
    });
  });
});
