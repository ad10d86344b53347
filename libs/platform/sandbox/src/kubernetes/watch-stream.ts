import type http from 'node:http';
import { formOf, includeOf, objectText } from './answers.ts';
import type { KubernetesInterference } from './interference.ts';
import type { State, Target } from './state.ts';
import { textOf } from './views.ts';
import { expired, watchObjects, type WatchEvent, type WatchSink } from './watches.ts';

/** A client that reads so slowly that this much waits for it loses its watch. Bytes. */
const maxBacklog = 16 * 1024 * 1024;
/** How long events wait for more to be reordered with. Milliseconds. */
const silenceMs = 100;

/** Answers a watch: one JSON line for each event, until one of the two sides ends it. */
export function streamWatch(
  state: State,
  target: Target,
  query: URLSearchParams,
  request: http.IncomingMessage,
  response: http.ServerResponse,
  interference: KubernetesInterference | undefined,
): void {
  const form = formOf(request.headers.accept);
  const include = includeOf(query);
  const shows = (type: string) => type !== 'BOOKMARK' && type !== 'ERROR';
  const write = ({ type, object }: WatchEvent) => {
    if (response.destroyed || response.writableEnded) return;
    const text = shows(type) ? objectText(state, target, object, form, include) : textOf(object);
    response.write(`{"type":"${type}","object":${text}}\n`);
    if (response.writableLength > maxBacklog) response.destroy();
  };
  const sink: WatchSink = { send: write, end: () => response.end() };
  let started = false;
  const begin = () => {
    if (started) return;
    started = true;
    response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-cache, private' });
    response.flushHeaders();
  };
  const disturbed = interference?.watch ? disturb(sink, response, interference) : sink;
  // Headers go out first, but a refusal is no stream: so they wait for what comes first.
  const watch = watchObjects(state, target, query, {
    send(event) {
      begin();
      disturbed.send(event);
    },
    end() {
      begin();
      disturbed.end();
    },
  });
  begin();
  response.on('close', () => watch.stop());
}

function disturb(
  sink: WatchSink,
  response: http.ServerResponse,
  { watch = {} }: KubernetesInterference,
): WatchSink {
  const { drop, delayMs = 0, reorder = 0, cutAfter, expireAfter } = watch;
  let sent = 0;
  let over = false;
  const held: WatchEvent[] = [];
  let silence: NodeJS.Timeout | undefined;

  const out = (event: WatchEvent) => {
    if (over) return;
    if (cutAfter !== undefined && sent >= cutAfter) {
      over = true;
      // What was sent shall still arrive.
      setImmediate(() => response.destroy());
      return;
    }
    if (expireAfter !== undefined && sent >= expireAfter) {
      over = true;
      sink.send({ type: 'ERROR', object: expired(1) });
      sink.end();
      return;
    }
    sent++;
    if (delayMs > 0) setTimeout(() => sink.send(event), delayMs).unref();
    else sink.send(event);
  };
  const release = () => {
    clearTimeout(silence);
    for (const event of held.splice(0).toReversed()) out(event);
  };
  return {
    send(event) {
      if (event.type !== 'BOOKMARK' && drop?.(event)) return;
      if (reorder < 2) return out(event);
      held.push(event);
      clearTimeout(silence);
      if (held.length >= reorder) release();
      else silence = setTimeout(release, silenceMs).unref();
    },
    end() {
      release();
      if (delayMs > 0) setTimeout(() => sink.end(), delayMs).unref();
      else sink.end();
    },
  };
}
