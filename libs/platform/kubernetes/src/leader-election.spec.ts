import { describe, expect, it } from 'vitest';
import { ApiError, type ApiObject, type KubernetesClient } from './client.ts';
import { takePart } from './leader-election.ts';
import { createManualClock, settled } from './manual-clock.ts';

/** One Lease, with the versions and conflicts of a real API; it can be away or silent. */
function setup() {
  const clock = createManualClock();
  const log: string[] = [];
  const api = {
    lease: undefined as ApiObject | undefined,
    mood: 'well' as 'well' | 'away' | 'silent',
    writes: 0,
  };
  let version = 0;
  const answer = async <T>(work: () => T): Promise<T> => {
    if (api.mood === 'away') throw new Error('away');
    if (api.mood === 'silent') return new Promise(() => {});
    return work();
  };
  const store = (object: ApiObject): ApiObject => {
    api.writes++;
    api.lease = structuredClone({
      ...object,
      metadata: { ...object.metadata, resourceVersion: String(++version) },
    });
    return structuredClone(api.lease);
  };
  const client = {
    get: () => answer(() => structuredClone(api.lease)),
    create: (object: ApiObject) =>
      answer(() => {
        if (api.lease) throw new ApiError(409, 'AlreadyExists', 'there is one');
        return store(object);
      }),
    replace: (object: ApiObject) =>
      answer(() => {
        if (object.metadata.resourceVersion !== api.lease?.metadata.resourceVersion)
          throw new ApiError(409, 'Conflict', 'it has changed');
        return store(object);
      }),
  } as Pick<KubernetesClient, 'get' | 'create' | 'replace'>;
  const join = (identity: string) =>
    takePart(client, {
      namespace: 'x',
      name: 'l',
      identity,
      clock,
      onStarted: () => log.push(`${identity} leads`),
      onLost: () => log.push(`${identity} lost`),
      onError: () => {},
    });
  const spec = (): Record<string, unknown> => (api.lease?.spec ?? {}) as Record<string, unknown>;
  return { clock, log, api, join, spec };
}

describe('leader election', () => {
  it('is won at once where there is no lease, which is written as client-go writes it', async () => {
    const { log, join, spec } = setup();
    const a = join('a');
    await settled();
    expect(log).toEqual(['a leads']);
    expect(a.leads).toBe(true);
    expect(spec()).toEqual({
      holderIdentity: 'a',
      leaseDurationSeconds: 15,
      acquireTime: '2026-01-01T00:00:00.000000Z',
      renewTime: '2026-01-01T00:00:00.000000Z',
      leaseTransitions: 0,
    });
    await a.stop();
  });

  it('has one leader of many, and the next when that one goes', async () => {
    const { clock, log, join, spec } = setup();
    const [a, b, c] = ['a', 'b', 'c'].map(join);
    await clock.advance(60_000);
    expect(log).toHaveLength(1);
    const first = spec().holderIdentity;
    const parts = { a, b, c };
    await parts[first as 'a' | 'b' | 'c']?.stop();
    // Who gives the lease back leaves it free: no waiting for 15 s.
    await clock.advance(5_000);
    expect(log).toHaveLength(2);
    expect(log[1]).not.toBe(`${first as string} leads`);
    expect(spec().leaseTransitions).toBe(1);
    for (const part of [a, b, c]) await part?.stop();
  });

  it('renews every 2 s and keeps the time of its beginning', async () => {
    const { clock, api, join, spec } = setup();
    const a = join('a');
    await settled();
    const { acquireTime } = spec();
    const before = api.writes;
    await clock.advance(20_000);
    expect(api.writes - before).toBe(10);
    expect(spec()).toMatchObject({ acquireTime, leaseTransitions: 0 });
    await a.stop();
  });

  it.each(['away', 'silent'] as const)(
    'is lost after 10 s without renewal when the API is %s',
    async (mood) => {
      const { clock, log, api, join } = setup();
      const a = join('a');
      await settled();
      api.mood = mood;
      await clock.advance(9_999);
      expect(log).toEqual(['a leads']);
      await clock.advance(1);
      expect(log).toEqual(['a leads', 'a lost']);
      expect(a.leads).toBe(false);
      api.mood = 'well';
      await clock.advance(20_000);
      expect(log).toEqual(['a leads', 'a lost', 'a leads']);
      await a.stop();
    },
  );

  it('passes to another only after the whole lease by the clock of that other, whatever times it names', async () => {
    const { clock, log, api, join } = setup();
    api.lease = {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'l', namespace: 'x', resourceVersion: '0' },
      // A holder whose clock is years behind, or who died years ago: nobody can tell at first sight.
      spec: {
        holderIdentity: 'dead',
        leaseDurationSeconds: 15,
        renewTime: '2001-01-01T00:00:00.000000Z',
        leaseTransitions: 4,
      },
    };
    const a = join('a');
    await clock.advance(14_999);
    expect(log).toEqual([]);
    // The next look comes at most 2 s × 2.2 later.
    await clock.advance(4_401);
    expect(log).toEqual(['a leads']);
    expect(api.lease?.spec).toMatchObject({ holderIdentity: 'a', leaseTransitions: 5 });
    await a.stop();
  });

  it('is lost at once to one who has taken the lease over', async () => {
    const { clock, log, api, join } = setup();
    const a = join('a');
    await settled();
    const lease = structuredClone(api.lease);
    if (lease)
      api.lease = {
        ...lease,
        spec: { holderIdentity: 'b', leaseDurationSeconds: 15 },
        metadata: { ...lease.metadata, resourceVersion: 'other' },
      };
    await clock.advance(2_000);
    await settled();
    expect(log).toEqual(['a leads', 'a lost']);
    await a.stop();
    expect(api.lease?.spec).toMatchObject({ holderIdentity: 'b' });
  });

  it('survives that somebody edits the lease', async () => {
    const { clock, log, api, join, spec } = setup();
    const a = join('a');
    await settled();
    if (api.lease)
      api.lease.metadata = { ...api.lease.metadata, labels: { edited: 'yes' }, resourceVersion: 'edited' };
    await clock.advance(30_000);
    expect(log).toEqual(['a leads']);
    expect(api.lease?.metadata.labels).toEqual({ edited: 'yes' });
    expect(spec().holderIdentity).toBe('a');
    await a.stop();
  });

  it('gives the lease back when it is stopped, without calling that a loss', async () => {
    const { clock, log, join, spec } = setup();
    const a = join('a');
    await settled();
    await a.stop();
    expect(spec()).toMatchObject({ holderIdentity: '', leaseDurationSeconds: 1 });
    await clock.advance(60_000);
    expect(log).toEqual(['a leads']);
    expect(a.leads).toBe(false);
  });
});
