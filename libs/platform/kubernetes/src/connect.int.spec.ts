import { describe, expect, it } from 'vitest';
import { ApiError } from './client.ts';
import { connectKubernetes } from './connect.ts';
import { KubernetesError } from './kubernetes-error.ts';
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

// Answers and faults that a real server does not give on demand; what it does give is in tools/conformance/kubernetes-client.spec.ts.

const clientOf = (server: ScriptedServer, timeoutMs = 5_000) =>
  connectKubernetes({ kubeconfig: server.kubeconfig, userAgent: 'spec', timeoutMs });
const key = { ...configMaps, namespace: 'x', name: 'a' };

/** Answers the first request, over whose connection the second comes and breaks. */
const breakSecond =
  (then: (exchange: Exchange) => unknown) =>
  (exchange: Exchange, count: number): unknown => {
    if (count === 1) return aConfigMap('a', 1);
    if (count === 2) return void exchange.socket.destroy();
    return then(exchange);
  };

describe('a broken connection', () => {
  it('is no fault for a read', async () => {
    await using server = await startScriptedServer(breakSecond(() => aConfigMap('a', 2)));
    const client = clientOf(server);
    await client.get(key);
    expect((await client.get(key))?.metadata.resourceVersion).toBe('2');
    expect(server.requests).toHaveLength(3);
  });

  it('is one for a read when it goes on, named with its cause and remedy', async () => {
    await using server = await startScriptedServer(({ socket }) => void socket.destroy());
    const failure = await clientOf(server)
      .get(key)
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(KubernetesError);
    expect(failure).toMatchObject({ reason: 'unreachable' });
    expect(String(failure)).toContain('check the API server');
    expect(server.requests).toHaveLength(3);
  });

  it.each([
    [
      'apply',
      3,
      (client: ReturnType<typeof clientOf>) =>
        client.apply(aConfigMap('a', 1), { fieldManager: 'm', force: true }),
    ],
    [
      'delete with a uid',
      3,
      (client: ReturnType<typeof clientOf>) => client.delete(key, { uid: 'uid-of-a' }),
    ],
  ])('on which a kept one turns out to be closed lets %s be sent once more', async (_, sent, write) => {
    await using server = await startScriptedServer(breakSecond(() => aConfigMap('a', 2)));
    const client = clientOf(server);
    await client.get(key);
    await write(client);
    expect(server.requests).toHaveLength(sent);
    expect(client.writes).toBe(1);
  });

  it('in the middle of an answer is no such thing: somebody has acted', async () => {
    await using server = await startScriptedServer(({ response, socket }, count) => {
      if (count === 1) return aConfigMap('a', 1);
      response.writeHead(200, { 'content-length': '99' }).write('{');
      setTimeout(() => socket.destroy(), 20);
    });
    const client = clientOf(server);
    await client.get(key);
    const applied = client.apply(aConfigMap('a', 1), { fieldManager: 'm', force: true });
    await expect(applied).rejects.toThrow(KubernetesError);
    expect(server.requests).toHaveLength(2);
  });

  it.each([
    ['create', (client: ReturnType<typeof clientOf>) => client.create(aConfigMap('a', 1))],
    ['replace', (client: ReturnType<typeof clientOf>) => client.replace(aConfigMap('a', 1))],
    ['patch', (client: ReturnType<typeof clientOf>) => client.patch(key, { data: {} })],
    ['delete without a uid', (client: ReturnType<typeof clientOf>) => client.delete(key)],
  ])('never repeats a %s, whose fate is unknown', async (_, write) => {
    await using server = await startScriptedServer(breakSecond(() => aConfigMap('a', 2)));
    const client = clientOf(server);
    await client.get(key);
    await expect(write(client)).rejects.toThrow(KubernetesError);
    expect(server.requests).toHaveLength(2);
    expect(client.writes).toBe(0);
  });
});

describe('a busy server', () => {
  it.each([429, 503])('that answers %i and names a time is asked again by a read', async (code) => {
    await using server = await startScriptedServer((exchange, count) =>
      count === 1 ? refuse(exchange, code, 'Busy', { headers: { 'retry-after': '0' } }) : aConfigMap('a', 1),
    );
    expect((await clientOf(server).get(key))?.metadata.name).toBe('a');
    expect(server.requests).toHaveLength(2);
  });

  it('is asked three times at most, and its patience is told', async () => {
    await using server = await startScriptedServer((exchange) =>
      refuse(exchange, 429, 'TooManyRequests', { headers: { 'retry-after': '0' } }),
    );
    await expect(clientOf(server).get(key)).rejects.toMatchObject({ status: 429, retryAfter: 0 });
    expect(server.requests).toHaveLength(3);
  });

  it('is not waited for beyond the time of a request', async () => {
    await using server = await startScriptedServer((exchange) =>
      refuse(exchange, 503, 'ServiceUnavailable', { headers: { 'retry-after': '9' } }),
    );
    await expect(clientOf(server, 1_000).get(key)).rejects.toMatchObject({ status: 503, retryAfter: 9 });
    expect(server.requests).toHaveLength(1);
  });

  it('leaves a write to its caller', async () => {
    await using server = await startScriptedServer((exchange) =>
      refuse(exchange, 429, 'TooManyRequests', { headers: { 'retry-after': '0' } }),
    );
    await expect(clientOf(server).create(aConfigMap('a', 1))).rejects.toMatchObject({ status: 429 });
    expect(server.requests).toHaveLength(1);
  });
});

describe('a slow server', () => {
  it.each([
    ['that says nothing', () => undefined],
    [
      'that stops in the middle',
      ({ response }: Exchange) => void response.writeHead(200, { 'content-length': '99' }).write('{'),
    ],
  ])('%s is given up in time', async (_, script) => {
    await using server = await startScriptedServer(script);
    const failure = clientOf(server, 200).get(key);
    await expect(failure).rejects.toMatchObject({ name: 'KubernetesError', reason: 'timeout' });
    await expect(failure).rejects.toThrow('allow more time');
  });

  it('lets go when the caller does', async () => {
    const stop = new AbortController();
    await using server = await startScriptedServer(() => stop.abort(new Error('enough')));
    const client = connectKubernetes({
      kubeconfig: server.kubeconfig,
      userAgent: 'spec',
      signal: stop.signal,
    });
    await expect(client.get(key)).rejects.toThrow('enough');
  });
});

describe('an answer', () => {
  it('that refuses carries status, reason and one line', async () => {
    await using server = await startScriptedServer((exchange) =>
      refuse(exchange, 422, 'Invalid', { message: 'ConfigMap "a" is invalid:\n  data: no', name: 'a' }),
    );
    const failure = await clientOf(server)
      .create(aConfigMap('a', 1))
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ApiError);
    expect(failure).toMatchObject({
      status: 422,
      reason: 'Invalid',
      message: 'ConfigMap "a" is invalid: data: no',
    });
  });

  it.each([
    [403, 'Forbidden'],
    [502, 'Unknown'],
    [504, 'Timeout'],
  ])('%i of a proxy, which is no Status, has the reason %s', async (code, reason) => {
    await using server = await startScriptedServer(
      ({ response }) => void response.writeHead(code).end('<html>no</html>'),
    );
    await expect(clientOf(server).get(key)).rejects.toMatchObject({ name: 'ApiError', status: code, reason });
  });

  it('that is no JSON says that this is no API server', async () => {
    await using server = await startScriptedServer(
      ({ response }) => void response.end('<html>welcome</html>'),
    );
    await expect(clientOf(server).get(key)).rejects.toThrow('check that it is a Kubernetes API server');
  });

  it('that is longer than is allowed is not taken in', async () => {
    const large = { ...aConfigMap('a', 1), data: { text: 'x'.repeat(2 * 1024 * 1024) } };
    await using server = await startScriptedServer(() => large);
    const options = { kubeconfig: server.kubeconfig, userAgent: 'spec' };
    await expect(connectKubernetes({ ...options, maxBodyBytes: 1024 * 1024 }).get(key)).rejects.toThrow(
      /answers with more than 1 MiB; ask for less$/,
    );
    expect(await connectKubernetes(options).get(key)).toMatchObject({ data: large.data });
  });

  it('of 404 about the object means that there is none', async () => {
    await using server = await startScriptedServer((exchange) =>
      refuse(exchange, 404, 'NotFound', { name: 'a' }),
    );
    const client = clientOf(server);
    expect(await client.get(key)).toBeUndefined();
    expect(await client.delete(key)).toBe(false);
  });

  it('of 404 about the path means that the kind is not served', async () => {
    await using server = await startScriptedServer(
      ({ response }) => void response.writeHead(404).end('404 page not found\n'),
    );
    await expect(clientOf(server).get(key)).rejects.toMatchObject({ status: 404, reason: 'NoKindMatch' });
  });

  it('never puts a token into an error', async () => {
    await using server = await startScriptedServer((exchange) => refuse(exchange, 401, 'Unauthorized'));
    const { text } = server.kubeconfig;
    const kubeconfig = { text: text.replace('"user":{}', '"user":{"token":"s3cr3t-t0ken"}') };
    const failure = await connectKubernetes({ kubeconfig, userAgent: 'spec' })
      .get(key)
      .catch((error: unknown) => error);
    expect(server.exchanges[0]?.headers.authorization).toBe('Bearer s3cr3t-t0ken');
    expect(failure).toMatchObject({ status: 401, reason: 'Unauthorized' });
    expect(`${String(failure)} ${JSON.stringify(failure)} ${(failure as Error).stack}`).not.toContain(
      's3cr3t',
    );
  });
});

describe('a list', () => {
  it('puts pages together, and kind and version into every item', async () => {
    await using server = await startScriptedServer(({ query }) =>
      query.get('continue') === 'more'
        ? aList(7, [aConfigMap('b', 2)])
        : aList(7, [aConfigMap('a', 1)], 'more'),
    );
    const { items, resourceVersion } = await clientOf(server).list(configMaps, { labelSelector: 'a=b' });
    expect(items.map(({ kind, apiVersion, metadata }) => [kind, apiVersion, metadata.name])).toEqual([
      ['ConfigMap', 'v1', 'a'],
      ['ConfigMap', 'v1', 'b'],
    ]);
    expect(resourceVersion).toBe('7');
    expect(server.exchanges.map(({ query }) => query.get('labelSelector'))).toEqual(['a=b', 'a=b']);
    expect(server.exchanges.map(({ query }) => query.get('limit'))).toEqual(['500', '500']);
  });

  it('whose next page has expired begins again', async () => {
    let expired = false;
    await using server = await startScriptedServer((exchange) => {
      if (!exchange.query.has('continue')) return aList(expired ? 9 : 7, [aConfigMap('a', 1)], 'more');
      if (expired) return aList(9, [aConfigMap('b', 8)]);
      expired = true;
      return refuse(exchange, 410, 'Expired');
    });
    const { items, resourceVersion } = await clientOf(server).list(configMaps);
    expect(items.map(({ metadata }) => metadata.name)).toEqual(['a', 'b']);
    expect(resourceVersion).toBe('9');
  });

  it('whose pages expire every time is asked for as a whole', async () => {
    await using server = await startScriptedServer((exchange) => {
      if (exchange.query.has('continue')) return refuse(exchange, 410, 'Expired');
      if (exchange.query.has('limit')) return aList(7, [aConfigMap('a', 1)], 'more');
      return aList(7, [aConfigMap('a', 1), aConfigMap('b', 2)]);
    });
    expect((await clientOf(server).list(configMaps)).items).toHaveLength(2);
  });
});

describe('a watch', () => {
  const line = (type: string, object: object): string => `${JSON.stringify({ type, object })}\n`;
  const watch = async (server: ScriptedServer, signal = new AbortController().signal) => {
    const events: string[] = [];
    const client = clientOf(server);
    for await (const { type, object } of client.watch(configMaps, { resourceVersion: '1', signal }))
      events.push(`${type} ${object.metadata.name ?? ''}@${object.metadata.resourceVersion}`);
    return events;
  };

  it('asks for bookmarks from a version on, and ends with the answer', async () => {
    await using server = await startScriptedServer(({ response }) => {
      response.write(line('ADDED', aConfigMap('a', 2)));
      response.end(line('BOOKMARK', { metadata: { resourceVersion: '5' } }));
    });
    expect(await watch(server)).toEqual(['ADDED a@2', 'BOOKMARK @5']);
    expect(server.requests).toEqual([
      'GET /api/v1/configmaps?watch=true&allowWatchBookmarks=true&resourceVersion=1',
    ]);
  });

  it('puts events together that come in pieces, in the middle of a letter too', async () => {
    const bytes = Buffer.from(
      line('ADDED', aConfigMap('a', 2, { text: 'grün 😀' })) + line('DELETED', aConfigMap('a', 3)),
    );
    const drip = async (response: Exchange['response']): Promise<void> => {
      for (const byte of bytes) {
        response.write(Buffer.from([byte]));
        await new Promise((resolve) => setImmediate(resolve));
      }
      response.end();
    };
    await using server = await startScriptedServer(({ response }) => void drip(response));
    const texts: unknown[] = [];
    const options = { resourceVersion: '1', signal: new AbortController().signal };
    for await (const { object } of clientOf(server).watch(configMaps, options)) texts.push(object.data);
    expect(texts).toEqual([{ text: 'grün 😀' }, {}]);
  });

  it.each([
    ['in the middle of a line', ({ response }: Exchange) => void response.end('{"type":"ADDED","obj')],
    [
      'in the middle of the answer',
      ({ response, socket }: Exchange) => {
        response.write(line('ADDED', aConfigMap('a', 2)));
        setImmediate(() => socket.destroy());
      },
    ],
  ])('that breaks off %s says so', async (_, script) => {
    await using server = await startScriptedServer(script);
    await expect(watch(server)).rejects.toMatchObject({ name: 'KubernetesError', reason: 'unreachable' });
  });

  it.each([
    ['before it begins', (exchange: Exchange) => refuse(exchange, 410, 'Expired')],
    [
      'after it has begun',
      ({ response }: Exchange) =>
        void response.end(line('ERROR', { kind: 'Status', code: 410, reason: 'Expired' })),
    ],
  ])('of a version that is too old is refused with 410 %s', async (_, script) => {
    await using server = await startScriptedServer(script);
    await expect(watch(server)).rejects.toMatchObject({ name: 'ApiError', status: 410 });
  });

  it('ends quietly when it is aborted', async () => {
    const stop = new AbortController();
    await using server = await startScriptedServer(({ response }) => {
      response.flushHeaders();
      setImmediate(() => stop.abort());
    });
    expect(await watch(server, stop.signal)).toEqual([]);
  });
});

describe('discovery', () => {
  it('is asked once for many requests', async () => {
    await using server = await startScriptedServer(() => aConfigMap('a', 1));
    const client = clientOf(server);
    await Promise.all([client.get(key), client.get(key), client.get(key)]);
    expect(client.requests).toBe(4);
  });

  it('leaves subresources out', async () => {
    await using server = await startScriptedServer(() => undefined);
    expect(await clientOf(server).resourceType({ apiVersion: 'v1', kind: 'Namespace' })).toMatchObject({
      plural: 'namespaces',
      namespaced: false,
    });
  });

  it('tells the versions of a group, the preferred one first, and none where the group is not served', async () => {
    await using server = await startScriptedServer(({ path, response }) => {
      if (path !== '/apis/g.example') return sendJson(response, 404, {});
      return {
        versions: [
          { groupVersion: 'g.example/v1beta1', version: 'v1beta1' },
          { groupVersion: 'g.example/v1', version: 'v1' },
        ],
        preferredVersion: { groupVersion: 'g.example/v1', version: 'v1' },
      };
    });
    const client = clientOf(server);
    expect(await client.versions('g.example')).toEqual(['v1', 'v1beta1']);
    expect(await client.versions('h.example')).toEqual([]);
  });

  it('says which kind is not served', async () => {
    await using server = await startScriptedServer(({ response }) => sendJson(response, 404, {}));
    await expect(
      clientOf(server).get({ apiVersion: 'g.example/v1', kind: 'Thing', name: 'a' }),
    ).rejects.toMatchObject({
      status: 404,
      reason: 'NoKindMatch',
      message: expect.stringContaining('Thing of g.example/v1'),
    });
  });
});
