// REST says what gRPC says, for every RPC that has a route; the OpenAPI document knows them all; bad input gets a problem document.
import {
  create,
  getOption,
  hasOption,
  toJson,
  type DescMethod,
  type MessageInitShape,
  type DescMessage,
} from '@bufbuild/protobuf';
import { permissionOf } from '@scs/grpc';
import { http } from '@scs/proto/google/api/annotations_pb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeBelongings, requestFor, type Belongings } from './fixture.ts';
import { methods, nameOf, setup, type Setup } from './setup.ts';

const routed = methods.filter((method) => hasOption(method, http));
const reading = routed.filter((method) => getOption(method, http).pattern.case === 'get');
/** Method and path template of an RPC's route. */
function ruleOf(method: DescMethod): { verb: string; template: string } {
  const { pattern } = getOption(method, http);
  if (pattern.case === undefined || pattern.case === 'custom')
    throw new Error(`${nameOf(method)} has a route of another kind`);
  return { verb: pattern.case.toUpperCase(), template: pattern.value };
}
const named = (list: DescMethod[]) => list.map((method) => [nameOf(method), method] as const);

describe('the contract', () => {
  let s: Setup;
  let token: string;
  let own: Belongings;
  beforeAll(async () => {
    s = await setup();
    token = await s.running.issueToken('platform-admin');
    own = await makeBelongings(s, null);
  });
  afterAll(() => s.close());

  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(`${s.running.url}${path}`, { headers: { authorization: `Bearer ${token}`, ...headers } });

  /** The route of an RPC with a request's values put in: what the path takes there, the rest in the query. */
  function pathOf(method: DescMethod, request: Record<string, unknown>): string {
    const { template } = ruleOf(method);
    const used = new Set<string>();
    const path = template.replaceAll(/\{([a-z_.]+)(?:=[^}]*)?\}/g, (_, field: string) => {
      used.add(field);
      return String(request[method.input.fields.find(({ name }) => name === field)!.localName]);
    });
    const rest = Object.entries(request).filter(
      ([key]) => !used.has(method.input.fields.find(({ localName }) => localName === key)!.name),
    );
    const query = new URLSearchParams(rest.map(([key, value]) => [key, String(value)])).toString();
    return query === '' ? path : `${path}?${query}`;
  }

  it.each(named(reading))('%s answers over REST as over gRPC', async (_, method) => {
    const request = requestFor(method, own, 'platform-admin') as Record<string, unknown>;
    const answers = await s.call(method, request, { token });
    const response = await get(pathOf(method, request));
    expect(response.status).toBe(200);
    if (method.output.typeName === 'google.api.HttpBody') {
      const body = answers[0] as unknown as { contentType: string; data: Uint8Array };
      expect(response.headers.get('content-type')).toBe(body.contentType);
      expect(Buffer.from(await response.arrayBuffer()).equals(body.data)).toBe(true);
      return;
    }
    const json = answers.map((message) =>
      toJson(method.output, create(method.output, message as MessageInitShape<DescMessage>), {
        alwaysEmitImplicit: true,
      }),
    );
    const text = method.name === 'WatchCluster' ? await firstEvent(response) : await response.text();
    const seen =
      method.methodKind === 'server_streaming'
        ? [...text.matchAll(/^event: message\ndata: (.*)$/gm)].map(([, data]) => JSON.parse(data!) as unknown)
        : [JSON.parse(text) as unknown];
    // Of what is answered with the moment of asking, or how long it took, these differ.
    for (const list of [json, seen])
      for (const item of list) {
        delete (item as { at?: unknown }).at;
        delete (item as { tookMs?: unknown }).tookMs;
      }
    expect(seen).toEqual(json);
  });

  /** Of a stream without an end. */
  async function firstEvent(response: Response): Promise<string> {
    let text = '';
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      if (text.includes('\n\n')) break;
    }
    return text;
  }

  it('searches by POST as by GET', async () => {
    const query = { query: 'naming of flavors', pageSize: 3, filter: { tracks: ['IaaS'] }, typing: true };
    const [inQuery, inBody] = await Promise.all([
      get('/v1/search?query=naming+of+flavors&pageSize=3&filter.tracks=IaaS&typing=true'),
      fetch(`${s.running.url}/v1/search`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify(query),
      }),
    ]);
    expect([inQuery.status, inBody.status]).toEqual([200, 200]);
    const [first, second] = [await inQuery.json(), await inBody.json()] as {
      hits: unknown[];
      tookMs?: number;
    }[];
    expect(first!.hits.length).toBeGreaterThan(0);
    expect({ ...first, tookMs: 0 }).toEqual({ ...second, tookMs: 0 });
  });

  it('has an operation for every RPC with a route, with its permission', async () => {
    const document = (await (await get('/openapi.json')).json()) as {
      openapi: string;
      paths: Record<string, Record<string, { operationId: string; 'x-permission'?: string }>>;
    };
    expect(document.openapi).toMatch(/^3\.1\./);
    const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
    const known = new Map(operations.map((operation) => [operation.operationId, operation['x-permission']]));
    for (const method of routed)
      expect(known.get(`${method.parent.name}_${method.name}`), nameOf(method)).toBe(permissionOf(method));
  });

  it.each(named(routed))('%s answers unknown fields with a problem document', async (_, method) => {
    const { verb, template } = ruleOf(method);
    const request = requestFor(method, own, 'platform-admin') as Record<string, unknown>;
    for (const [resource, local] of [
      ['subject', 'subject'],
      ['source', 'source'],
      ['cluster', 'cluster'],
      ['node_pool', 'nodePool'],
    ] as const) {
      const given = request[local];
      if (typeof given === 'object' && given !== null)
        request[`${resource}.name`] = (given as { name?: string }).name ?? '';
    }
    const path = template.replaceAll(/\{([a-z_.]+)(?:=[^}]*)?\}/g, (__, field: string) =>
      String(request[field] ?? request[method.input.fields.find(({ name }) => name === field)!.localName]),
    );
    const hasBody = verb === 'POST' || verb === 'PATCH';
    const response = await fetch(`${s.running.url}${path}${hasBody ? '' : '?colour=blue'}`, {
      method: verb,
      headers: { authorization: `Bearer ${token}`, ...(hasBody && { 'content-type': 'application/json' }) },
      ...(hasBody && { body: '{"colour": "blue"}' }),
    });
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    const problem = (await response.json()) as { status: number; detail: string; reason: string };
    expect(problem.status).toBe(400);
    expect(problem.detail).toContain('colour');
    expect(problem.reason).toMatch(/^[A-Z_]+$/);
  });

  it('gives badges to everybody, and 304 to who has it already', async () => {
    const path = `/badges/${own.subject.slice('subjects/'.length)}/iaas.svg`;
    const first = await fetch(`${s.running.url}${path}`);
    expect(first.status).toBe(200);
    const etag = first.headers.get('etag')!;
    expect(etag).toMatch(/^"/);
    const again = await fetch(`${s.running.url}${path}`, { headers: { 'if-none-match': etag } });
    expect(again.status).toBe(304);
  });
});
