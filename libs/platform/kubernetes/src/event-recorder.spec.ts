import { describe, expect, it } from 'vitest';
import { ApiError, type ApiObject, type KubernetesClient } from './client.ts';
import { createEventRecorder } from './event-recorder.ts';
import { createManualClock, settled } from './manual-clock.ts';
import { aConfigMap } from './scripted-server.ts';

function setup() {
  const clock = createManualClock();
  const events: ApiObject[] = [];
  const errors: unknown[] = [];
  const server = { refuses: false };
  const client = {
    async create(event: ApiObject) {
      if (server.refuses) throw new ApiError(403, 'Forbidden', 'no');
      events.push(event);
      return event;
    },
    async patch({ name }: { name: string }, patch: object) {
      const event = events.find(({ metadata }) => metadata.name === name);
      if (!event) throw new ApiError(404, 'NotFound', 'expired');
      return Object.assign(event, patch);
    },
  } as Pick<KubernetesClient, 'create' | 'patch'>;
  const recorder = createEventRecorder(client, {
    component: 'spec',
    clock,
    onError: (error) => errors.push(error),
  });
  const said = () => events.map(({ reason, count }) => `${reason as string} ×${count as number}`);
  return { clock, events, errors, recorder, server, said };
}
const object = aConfigMap('a', 1);

describe('an event recorder', () => {
  it('writes an Event of core/v1 beside the object', async () => {
    const { events, recorder } = setup();
    recorder.record(object, 'Warning', 'Broken', 'it is broken');
    await recorder.flush();
    expect(events).toEqual([
      {
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name: expect.stringMatching(/^a\.[0-9a-f]+$/), namespace: 'x' },
        involvedObject: {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          name: 'a',
          namespace: 'x',
          uid: 'uid-of-a',
          resourceVersion: '1',
        },
        type: 'Warning',
        reason: 'Broken',
        message: 'it is broken',
        count: 1,
        firstTimestamp: '2026-01-01T00:00:00Z',
        lastTimestamp: '2026-01-01T00:00:00Z',
        source: { component: 'spec' },
        reportingComponent: 'spec',
        reportingInstance: '',
      },
    ]);
  });

  it('puts Events about objects of the whole cluster into default', async () => {
    const { events, recorder } = setup();
    recorder.record({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n' } }, 'Normal', 'Seen', 'seen');
    await recorder.flush();
    expect(events[0]?.metadata.namespace).toBe('default');
  });

  it('counts repeats up in one Event, whether they wait or are written', async () => {
    const { recorder, said } = setup();
    for (let n = 0; n < 3; n++) recorder.record(object, 'Normal', 'Done', 'done');
    await recorder.flush();
    expect(said()).toEqual(['Done ×3']);
    recorder.record(object, 'Normal', 'Done', 'done');
    recorder.record(object, 'Normal', 'Done', 'done differently');
    await recorder.flush();
    expect(said()).toEqual(['Done ×4', 'Done ×1']);
  });

  it('begins a new Event after 10 minutes, or when the old one has expired', async () => {
    const { clock, events, recorder, said } = setup();
    recorder.record(object, 'Normal', 'Done', 'done');
    await recorder.flush();
    await clock.advance(10 * 60_000);
    recorder.record(object, 'Normal', 'Done', 'done');
    await recorder.flush();
    expect(said()).toEqual(['Done ×1', 'Done ×1']);
    events.length = 0;
    recorder.record(object, 'Normal', 'Done', 'done');
    await recorder.flush();
    expect(said()).toEqual(['Done ×1']);
  });

  it('writes once a second for one object, and ten times for all', async () => {
    const { clock, recorder, said } = setup();
    for (const reason of ['A', 'B', 'C']) recorder.record(object, 'Normal', reason, reason);
    await clock.advance(900);
    await settled();
    expect(said()).toEqual(['A ×1']);
    await clock.advance(2_100);
    await settled();
    expect(said()).toEqual(['A ×1', 'B ×1', 'C ×1']);
    for (let n = 0; n < 30; n++) recorder.record(aConfigMap(`o${n}`, 1), 'Normal', 'Many', 'many');
    await clock.advance(1_000);
    await settled();
    expect(said().length).toBeGreaterThanOrEqual(3 + 9);
    expect(said().length).toBeLessThanOrEqual(3 + 11);
  });

  it('drops and counts what is more than 25 for an object', async () => {
    const { recorder, events } = setup();
    for (let n = 0; n < 40; n++) recorder.record(object, 'Normal', 'Much', `much ${n}`);
    await recorder.flush();
    expect(events).toHaveLength(25);
    expect(recorder.dropped).toBe(15);
  });

  it('tells of an Event that was refused, and forgets it', async () => {
    const { recorder, server, errors, said } = setup();
    server.refuses = true;
    recorder.record(object, 'Normal', 'Lost', 'lost');
    await recorder.flush();
    server.refuses = false;
    recorder.record(object, 'Normal', 'Kept', 'kept');
    await recorder.flush();
    expect(errors).toHaveLength(1);
    expect(said()).toEqual(['Kept ×1']);
  });

  it('cuts messages and names to what the API takes', async () => {
    const { recorder, events } = setup();
    recorder.record(aConfigMap('n'.repeat(253), 1), 'Normal', 'Long', 'm'.repeat(2_000));
    await recorder.flush();
    expect(events[0]?.message).toHaveLength(1_024);
    expect(events[0]?.metadata.name.length).toBeLessThanOrEqual(253);
  });
});
