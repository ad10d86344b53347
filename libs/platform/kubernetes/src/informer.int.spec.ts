import { describe, expect, it, vi } from 'vitest';
import { connectKubernetes } from './connect.ts';
import { createInformer, type Change, type InformerOptions } from './informer.ts';
import {
  aConfigMap,
  aList,
  configMaps,
  type Exchange,
  refuse,
  type ScriptedServer,
  sendJson,
  startScriptedServer,
} from './scripted-server.ts';

const isWatch = ({ query }: Exchange): boolean => query.has('watch');
const send = ({ response }: Exchange, type: string, object: object): void =>
  void response.write(`${JSON.stringify({ type, object })}\n`);
const eventually = (expectation: () => void) => vi.waitFor(expectation, { timeout: 20_000, interval: 20 });

function informerOf(server: ScriptedServer, options: InformerOptions = {}) {
  const client = connectKubernetes({ kubeconfig: server.kubeconfig, userAgent: 'spec' });
  const errors: unknown[] = [];
  const informer = createInformer(client, configMaps, { onError: (error) => errors.push(error), ...options });
  const changes: string[] = [];
  informer.onChange((change) => changes.push(said(change)));
  return { informer, changes, errors };
}
const said = ({
  type,
  object,
}: Change<{ apiVersion: string; kind: string; metadata: { name: string; resourceVersion?: string } }>) =>
  `${type} ${object.metadata.name}@${object.metadata.resourceVersion}`;

describe('an informer', () => {
  it('lists, then tells what the watch brings', async () => {
    await using server = await startScriptedServer((exchange) => {
      if (!isWatch(exchange)) return aList(3, [aConfigMap('a', 1), aConfigMap('b', 2)]);
      send(exchange, 'MODIFIED', aConfigMap('a', 4));
      send(exchange, 'ADDED', aConfigMap('c', 5));
      send(exchange, 'DELETED', aConfigMap('b', 6));
    });
    const { informer, changes } = informerOf(server);
    await informer.start();
    expect(informer.synced).toBe(true);
    await eventually(() => expect(changes).toHaveLength(5));
    expect(changes).toEqual(['added a@1', 'added b@2', 'updated a@4', 'added c@5', 'deleted b@6']);
    expect(informer.list('x').map(({ metadata }) => metadata.name)).toEqual(['a', 'c']);
    expect(informer.list('y')).toEqual([]);
    expect(informer.get('x', 'a')?.metadata.resourceVersion).toBe('4');
    await informer.stop();
  });

  it('gives the object before with an update', async () => {
    await using server = await startScriptedServer((exchange) => {
      if (!isWatch(exchange)) return aList(3, [aConfigMap('a', 1, { k: 'old' })]);
      send(exchange, 'MODIFIED', aConfigMap('a', 4, { k: 'new' }));
    });
    const { informer } = informerOf(server);
    const updates: unknown[] = [];
    informer.onChange((change) => {
      if (change.type === 'updated') updates.push([change.before.data, change.object.data]);
    });
    await informer.start();
    await eventually(() => expect(updates).toEqual([[{ k: 'old' }, { k: 'new' }]]));
    await informer.stop();
  });

  it('goes on after a broken connection from the last version, that of a bookmark too', async () => {
    await using server = await startScriptedServer((exchange, count) => {
      if (!isWatch(exchange)) return aList(3, [aConfigMap('a', 1)]);
      if (count > 2) return send(exchange, 'MODIFIED', aConfigMap('a', 12));
      send(exchange, 'BOOKMARK', { ...configMaps, metadata: { resourceVersion: '10' } });
      setImmediate(() => exchange.socket.destroy());
    });
    const { informer, changes, errors } = informerOf(server);
    await informer.start();
    await eventually(() => expect(changes).toEqual(['added a@1', 'updated a@12']));
    expect(server.exchanges.map(({ query }) => query.get('resourceVersion'))).toEqual([null, '3', '10']);
    expect(errors).toHaveLength(1);
    await informer.stop();
  });

  it('lists again after 410 and tells what it has missed, deletions too', async () => {
    await using server = await startScriptedServer((exchange, count) => {
      if (count === 1)
        return aList(3, [aConfigMap('gone', 1), aConfigMap('changed', 2), aConfigMap('same', 3)]);
      if (count === 2) return refuse(exchange, 410, 'Expired');
      if (!isWatch(exchange))
        return aList(9, [aConfigMap('changed', 7), aConfigMap('same', 3), aConfigMap('new', 8)]);
      exchange.response.flushHeaders();
    });
    const { informer, changes } = informerOf(server);
    await informer.start();
    await eventually(() => expect(changes).toHaveLength(6));
    expect(changes.slice(3)).toEqual(['deleted gone@1', 'updated changed@7', 'added new@8']);
    await informer.stop();
  });

  it('lists again at once when a server that was away knows no old versions', async () => {
    await using server = await startScriptedServer((exchange, count) => {
      if (count === 1) return aList(3, [aConfigMap('a', 1)]);
      if (count === 2) return void exchange.socket.destroy();
      if (count === 3) return refuse(exchange, 410, 'Expired');
      if (!isWatch(exchange)) return aList(9, [aConfigMap('a', 7)]);
      exchange.response.flushHeaders();
    });
    const { informer, changes, errors } = informerOf(server);
    await informer.start();
    await eventually(() => expect(changes).toEqual(['added a@1', 'updated a@7']));
    // A fault would have been told, and waited for.
    expect(errors).toEqual([expect.objectContaining({ name: 'KubernetesError' })]);
    await informer.stop();
  });

  it('is no faster than its pauses where every version has expired', async () => {
    await using server = await startScriptedServer((exchange) =>
      isWatch(exchange) ? refuse(exchange, 410, 'Expired') : aList(3, []),
    );
    const { informer, errors } = informerOf(server);
    await informer.start();
    await eventually(() => expect(errors).toHaveLength(2));
    await informer.stop();
    // The first one is forgiven, the next two are faults: three lists and three watches. Without a pause there would be dozens.
    expect(server.requests.length).toBeGreaterThanOrEqual(6);
    expect(server.requests.length).toBeLessThan(16);
  });

  it('tells of an object that took the name of a deleted one as deleted and added', async () => {
    const reborn = { ...aConfigMap('a', 8), metadata: { ...aConfigMap('a', 8).metadata, uid: 'another' } };
    await using server = await startScriptedServer((exchange, count) => {
      if (count === 1) return aList(3, [aConfigMap('a', 1)]);
      if (count === 2) return refuse(exchange, 410, 'Expired');
      if (!isWatch(exchange)) return aList(9, [reborn]);
      exchange.response.flushHeaders();
    });
    const { informer, changes } = informerOf(server);
    await informer.start();
    await eventually(() => expect(changes).toEqual(['added a@1', 'deleted a@1', 'added a@8']));
    await informer.stop();
  });

  it('waits while the API is away, and says so', async () => {
    await using server = await startScriptedServer((exchange, count) => {
      if (count <= 1) return refuse(exchange, 500, 'InternalError');
      if (!isWatch(exchange)) return aList(3, [aConfigMap('a', 1)]);
      exchange.response.flushHeaders();
    });
    const { informer, errors } = informerOf(server);
    await informer.start();
    expect(informer.list()).toHaveLength(1);
    expect(errors).toEqual([expect.objectContaining({ status: 500 })]);
    await informer.stop();
  });

  it('waits for a kind that is not served yet', async () => {
    let served = false;
    await using server = await startScriptedServer((exchange) => {
      if (!served) return sendJson(exchange.response, 404, {});
      if (exchange.path === '/apis/g.example/v1')
        return { resources: [{ name: 'things', kind: 'Thing', namespaced: true, verbs: ['list'] }] };
      if (!isWatch(exchange)) return { metadata: { resourceVersion: '1' }, items: [aConfigMap('a', 1)] };
      exchange.response.flushHeaders();
    });
    const client = connectKubernetes({ kubeconfig: server.kubeconfig, userAgent: 'spec' });
    const errors: unknown[] = [];
    const informer = createInformer(
      client,
      { apiVersion: 'g.example/v1', kind: 'Thing' },
      { onError: (error) => errors.push(error) },
    );
    const started = informer.start();
    await eventually(() => expect(errors).toContainEqual(expect.objectContaining({ reason: 'NoKindMatch' })));
    expect(informer.synced).toBe(false);
    served = true;
    await started;
    expect(informer.list()).toHaveLength(1);
    await informer.stop();
  });

  it('keeps what it holds while the kind is away: only the server tells of deletions', async () => {
    await using server = await startScriptedServer((exchange, count) => {
      if (count === 1) return aList(3, [aConfigMap('a', 1)]);
      exchange.response.writeHead(404).end('404 page not found');
    });
    const { informer, changes, errors } = informerOf(server);
    await informer.start();
    await eventually(() => expect(errors.length).toBeGreaterThan(1));
    expect(changes).toEqual(['added a@1']);
    expect(informer.list()).toHaveLength(1);
    await informer.stop();
  });

  it('lists again when the kind is back, and tells what has gone with it', async () => {
    await using server = await startScriptedServer((exchange, count) => {
      if (count === 1) return aList(3, [aConfigMap('a', 1), aConfigMap('b', 2)]);
      if (count === 2) return void exchange.response.writeHead(404).end('404 page not found');
      if (!isWatch(exchange)) return aList(9, [aConfigMap('b', 2)]);
      exchange.response.flushHeaders();
    });
    const { informer, changes } = informerOf(server);
    await informer.start();
    await eventually(() => expect(changes).toEqual(['added a@1', 'added b@2', 'deleted a@1']));
    await informer.stop();
  });

  it('keeps no managed fields', async () => {
    const managed = aConfigMap('a', 1);
    Object.assign(managed.metadata, { managedFields: [{ manager: 'm' }] });
    await using server = await startScriptedServer((exchange) => {
      if (!isWatch(exchange)) return aList(3, [managed]);
      send(exchange, 'MODIFIED', { ...managed, metadata: { ...managed.metadata, resourceVersion: '4' } });
    });
    const { informer, changes } = informerOf(server);
    await informer.start();
    expect(informer.get('x', 'a')?.metadata).not.toHaveProperty('managedFields');
    await eventually(() => expect(changes).toHaveLength(2));
    expect(informer.get('x', 'a')?.metadata).not.toHaveProperty('managedFields');
    await informer.stop();
  });

  it('tells every object again from time to time, and a late listener of all that is there', async () => {
    await using server = await startScriptedServer((exchange) => {
      if (!isWatch(exchange)) return aList(3, [aConfigMap('a', 1)]);
      exchange.response.flushHeaders();
    });
    const { informer, changes } = informerOf(server, { resyncMs: 10 });
    await informer.start();
    await eventually(() => expect(changes).toContain('resync a@1'));
    const late: string[] = [];
    const leave = informer.onChange((change) => late.push(change.type));
    expect(late).toEqual(['added']);
    leave();
    await informer.stop();
  });

  it('survives a listener that throws', async () => {
    await using server = await startScriptedServer((exchange) => {
      if (!isWatch(exchange)) return aList(3, [aConfigMap('a', 1), aConfigMap('b', 2)]);
      exchange.response.flushHeaders();
    });
    const { informer, errors } = informerOf(server);
    informer.onChange(({ object }) => {
      if (object.metadata.name === 'a') throw new Error('oops');
    });
    await informer.start();
    expect(informer.list()).toHaveLength(2);
    expect(errors).toEqual([new Error('oops')]);
    await informer.stop();
  });

  it('stops at once, also while it waits for a list that does not come', async () => {
    await using server = await startScriptedServer(() => undefined);
    const { informer, errors } = informerOf(server);
    const started = informer.start();
    await eventually(() => expect(server.requests).toHaveLength(1));
    await informer.stop();
    await started;
    expect(informer.synced).toBe(false);
    expect(errors).toEqual([]);
  });

  it('stops at once while a busy server makes it wait', async () => {
    await using server = await startScriptedServer((exchange) =>
      refuse(exchange, 429, 'TooManyRequests', { headers: { 'retry-after': '9' } }),
    );
    const { informer, errors } = informerOf(server);
    void informer.start();
    await eventually(() => expect(server.requests).toHaveLength(1));
    await informer.stop();
    expect(server.requests).toHaveLength(1);
    expect(errors).toEqual([]);
  });

  it('does not ask without a pause where watches end at once', async () => {
    await using server = await startScriptedServer((exchange) => {
      if (!isWatch(exchange)) return aList(3, []);
      exchange.response.end();
    });
    const { informer } = informerOf(server);
    await informer.start();
    await eventually(() => expect(server.requests.length).toBeGreaterThanOrEqual(3));
    await informer.stop();
    // A list and two watches; were there no pause, there would be dozens between two looks.
    expect(server.requests.length).toBeLessThan(8);
  });
});
