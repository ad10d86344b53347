import type { ApiObject } from './api-object.ts';
import { Failure } from './failure.ts';
import { keyOf } from './resource.ts';
import { select, selectorOf } from './reads.ts';
import type { Selector } from './selectors.ts';
import { collectionOf, type State, type Target } from './state.ts';
import type { StorageEvent } from './storage.ts';
import { inVersion } from './views.ts';

export interface WatchEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  object: ApiObject;
}

/** Where the events of a watch go. */
export interface WatchSink {
  send(event: WatchEvent): void;
  /** Ends the answer. */
  end(): void;
}

const initialEventsEnd = 'k8s.io/initial-events-end';

export interface Watch {
  stop(): void;
}

/** Sends what happens to the selected objects until it is stopped or its time is up. Throws refusals before the first event. */
export function watchObjects(state: State, target: Target, query: URLSearchParams, sink: WatchSink): Watch {
  const { resource, version } = target;
  const selects = selectorOf(query, target);
  const bookmarks = query.get('allowWatchBookmarks') === 'true';
  const collection = collectionOf(state, target);
  const show = (object: ApiObject) => inVersion(resource, version, object);
  const from = startOf(state, query);
  const past = from.revision === undefined ? [] : collection.since(from.revision);
  if (!past) {
    sink.send({ type: 'ERROR', object: expired(from.revision ?? 0) });
    sink.end();
    return { stop: () => {} };
  }
  const inScope = (object: ApiObject) =>
    (!resource.namespaced || !target.namespace || object.metadata.namespace === target.namespace) &&
    selects(object);
  const pass = (event: StorageEvent) => {
    const told = translate(event, inScope);
    if (told) sink.send({ type: told.type, object: show(told.object) });
  };

  if (from.initial) {
    for (const object of select(state, target, selects)) sink.send({ type: 'ADDED', object: show(object) });
    if (from.bookmarkEnd) sink.send(bookmark(state, target, { [initialEventsEnd]: 'true' }));
  }
  for (const event of past) pass(event);

  const timers: NodeJS.Timeout[] = [];
  const seconds = Number(query.get('timeoutSeconds') ?? 0) || 1800 + Math.random() * 1800;
  const tellVersion = () => sink.send(bookmark(state, target));
  if (bookmarks) {
    timers.push(setInterval(tellVersion, 60_000));
    // As the real one does, a moment before the end.
    timers.push(setTimeout(tellVersion, Math.max(seconds * 1000 - 2000, 200)));
  }
  const stopListening = [
    collection.onEvent(pass),
    // A type that is served no more has no watches.
    state.storage.onEvent(() => {
      if (resource.custom && !state.registry.byKey(keyOf(resource))) finish();
    }),
  ];
  const stop = () => {
    for (const timer of timers) clearTimeout(timer);
    for (const stopOne of stopListening) stopOne();
  };
  const finish = () => {
    stop();
    sink.end();
  };
  timers.push(setTimeout(finish, seconds * 1000));
  for (const timer of timers) timer.unref();
  return { stop };
}

interface Start {
  /** Of the last known event; undefined where the watch starts with what is there now. */
  revision: number | undefined;
  initial: boolean;
  bookmarkEnd: boolean;
}

function startOf(state: State, query: URLSearchParams): Start {
  const version = query.get('resourceVersion') ?? '';
  if (version !== '' && !/^\d+$/.test(version))
    throw new Failure(
      500,
      undefined,
      `resourceVersion: Invalid value: "${version}": strconv.ParseUint: parsing "${version}": invalid syntax`,
    );
  if (query.get('sendInitialEvents') === 'true')
    return { revision: undefined, initial: true, bookmarkEnd: true };
  if (query.get('sendInitialEvents') === 'false' && (version === '' || version === '0'))
    return { revision: state.storage.revision, initial: false, bookmarkEnd: false };
  if (version === '' || version === '0') return { revision: undefined, initial: true, bookmarkEnd: false };
  return { revision: Number(version), initial: false, bookmarkEnd: false };
}

/** An object that comes into the selection is added, one that leaves it is deleted. */
function translate(
  { type, object, before }: StorageEvent,
  inScope: Selector,
): { type: 'ADDED' | 'MODIFIED' | 'DELETED'; object: ApiObject } | undefined {
  const was = before !== undefined && inScope(before);
  if (type === 'DELETED') return was ? { type, object } : undefined;
  const is = inScope(object);
  if (is) return { type: was ? 'MODIFIED' : 'ADDED', object };
  if (!was) return undefined;
  // As it was, with the version of the change.
  const { resourceVersion } = object.metadata;
  return {
    type: 'DELETED',
    object: { ...before, metadata: { ...before.metadata, ...(resourceVersion && { resourceVersion }) } },
  };
}

function bookmark(state: State, target: Target, annotations?: Record<string, string>): WatchEvent {
  const { resource, version } = target;
  return {
    type: 'BOOKMARK',
    object: {
      kind: resource.kind,
      apiVersion: resource.group ? `${resource.group}/${version.name}` : version.name,
      metadata: {
        resourceVersion: String(state.storage.revision),
        ...(annotations && { annotations }),
      } as ApiObject['metadata'],
    },
  };
}

/** The object of an ERROR event: the version is older than what is remembered. */
export function expired(revision: number, oldest = revision + 1): ApiObject {
  const status = new Failure(410, 'Expired', `too old resource version: ${revision} (${oldest})`).status();
  return { apiVersion: 'v1', ...status, kind: 'Status', metadata: {} as ApiObject['metadata'] };
}
