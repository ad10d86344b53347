import { randomBytes } from 'node:crypto';
import { ApiError } from './client.ts';
import type { ApiObject, KubernetesClient } from './client.ts';
import { type Clock, systemClock } from './clock.ts';

/** Writes Events about objects; repeats are counted up in one Event (same object, type, reason and message within 10 minutes). */
export interface EventRecorder {
  record(object: ApiObject, type: 'Normal' | 'Warning', reason: string, message: string): void;
  /** Waits for what is on its way, and sends what waits for its turn. An Event that cannot be written is logged and forgotten. */
  flush(): Promise<void>;
}

/** For metrics: Events that were not written, because too many waited or the server refused them. */
export interface EventStatistics {
  readonly dropped: number;
}

/** One Event to be, with its repeats. */
interface Occurrence {
  key: string;
  object: ApiObject;
  type: 'Normal' | 'Warning';
  reason: string;
  message: string;
  count: number;
  first: string;
  last: string;
}

const repeatMs = 10 * 60_000;
const pauseForObjectMs = 1_000;
const pauseForAllMs = 100;
const mostWaitingForObject = 25;
const mostWaiting = 1_000;
const longestMessage = 1024;

/**
 * `core/v1` Events. At most one write a second goes out for one object, ten for all; others wait for their turn, repeats in one. What is more
 * than 25 for an object or 1,000 in all is dropped and counted.
 */
export function createEventRecorder(
  client: Pick<KubernetesClient, 'create' | 'patch'>,
  {
    component,
    onError,
    clock = systemClock,
  }: { component: string; onError?: (error: unknown) => void; clock?: Clock },
): EventRecorder & EventStatistics {
  const waiting = new Map<string, Occurrence>();
  /** Written Events by key: what a repeat counts up. */
  const written = new Map<string, { name: string; namespace: string; count: number; at: number }>();
  const lastWrite = new Map<string, number>();
  let sending: Promise<void> = Promise.resolve();
  let onTheirWay = 0;
  let timer: { cancel(): void } | undefined;
  let dropped = 0;

  function record(object: ApiObject, type: Occurrence['type'], reason: string, text: string): void {
    const message = text.slice(0, longestMessage);
    const key = [idOf(object), type, reason, message].join('\n');
    const now = rfc3339(clock.date());
    const repeated = waiting.get(key);
    if (repeated) {
      repeated.count++;
      repeated.last = now;
      return;
    }
    const ofObject = [...waiting.values()].filter((other) => idOf(other.object) === idOf(object));
    if (waiting.size >= mostWaiting || ofObject.length >= mostWaitingForObject) {
      dropped++;
      return;
    }
    waiting.set(key, { key, object, type, reason, message, count: 1, first: now, last: now });
    timer ??= clock.setTimeout(sendDue, 0);
  }

  /** Sends the first one whose object had its pause, and comes back. */
  function sendDue(): void {
    timer = undefined;
    const now = clock.now();
    const due = [...waiting.values()].find(
      ({ object }) => now - (lastWrite.get(idOf(object)) ?? -Infinity) >= pauseForObjectMs,
    );
    // A slow server makes them wait here, where their number is bounded.
    if (due && onTheirWay === 0) send(due);
    if (waiting.size > 0) timer = clock.setTimeout(sendDue, pauseForAllMs);
  }

  function send(occurrence: Occurrence): void {
    waiting.delete(occurrence.key);
    const now = clock.now();
    for (const [id, at] of lastWrite) if (now - at >= pauseForObjectMs) lastWrite.delete(id);
    for (const [key, { at }] of written) if (now - at >= repeatMs) written.delete(key);
    lastWrite.set(idOf(occurrence.object), now);
    onTheirWay++;
    // One after the other, or a repeat might overtake what it repeats.
    sending = sending.then(async () => {
      try {
        await write(occurrence);
      } catch (error) {
        dropped++;
        onError?.(error);
      } finally {
        onTheirWay--;
      }
    });
  }

  async function write(occurrence: Occurrence): Promise<void> {
    const before = written.get(occurrence.key);
    if (before && (await countUp(before, occurrence))) return;
    const event = eventOf(occurrence, component);
    await client.create(event);
    const { name, namespace } = event.metadata;
    written.set(occurrence.key, { name, namespace, count: occurrence.count, at: clock.now() });
  }

  /** False where the Event has expired. */
  async function countUp(
    before: { name: string; namespace: string; count: number; at: number },
    { count, last }: Occurrence,
  ): Promise<boolean> {
    const { name, namespace } = before;
    try {
      await client.patch(
        { apiVersion: 'v1', kind: 'Event', name, namespace },
        { count: before.count + count, lastTimestamp: last },
      );
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return false;
      throw error;
    }
    before.count += count;
    before.at = clock.now();
    return true;
  }

  return {
    record,
    get dropped() {
      return dropped;
    },
    async flush() {
      timer?.cancel();
      timer = undefined;
      for (const occurrence of waiting.values()) send(occurrence);
      await sending;
    },
  };
}

function eventOf({ object, type, reason, message, count, first, last }: Occurrence, component: string) {
  const { apiVersion, kind, metadata } = object;
  const { name, namespace, uid, resourceVersion } = metadata;
  return {
    apiVersion: 'v1',
    kind: 'Event',
    // Events about objects of the whole cluster live in `default`; a name has at most 253 characters.
    metadata: {
      name: `${name.slice(0, 230)}.${randomBytes(8).toString('hex')}`,
      namespace: namespace || 'default',
    },
    involvedObject: { apiVersion, kind, name, namespace, uid, resourceVersion },
    type,
    reason,
    message,
    count,
    firstTimestamp: first,
    lastTimestamp: last,
    source: { component },
    reportingComponent: component,
    reportingInstance: '',
  };
}

const idOf = ({ kind, metadata: { namespace = '', name, uid = '' } }: ApiObject): string =>
  `${kind}/${namespace}/${name}/${uid}`;

/** metav1.Time, whole seconds. */
const rfc3339 = (date: Date): string => date.toISOString().replace(/\.\d+Z$/, 'Z');
