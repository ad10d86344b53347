// A real gRPC server behind the real edge, spoken to over HTTP. Not here: what services decide, and identity.
import 'reflect-metadata';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import {
  GrpcController,
  GrpcRuntime,
  startGrpcServer,
  type Call,
  type GrpcHandlers,
  type GrpcServer,
} from '@scs/grpc';
import {
  Evaluation_State,
  EvaluationService,
  type EvaluateSubjectRequest,
  type WatchEvaluationRequest,
} from '@scs/proto/scs/certification/v1/evaluation_pb';
import { ScopeService } from '@scs/proto/scs/certification/v1/scope_pb';
import {
  SubjectService,
  type CreateSubjectRequest,
  type GetBadgeRequest,
  type GetSubjectRequest,
  type GetSubjectStatusRequest,
  type ListSubjectsRequest,
  type UpdateSubjectRequest,
} from '@scs/proto/scs/certification/v1/subject_pb';
import { createLogger, DomainError, metrics, startTelemetry, traceId, type ErrorKind } from '@scs/service';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startEdge, type Edge } from './edge.ts';
import type { Problem } from './rest/problem.ts';

const logged: string[] = [];
const logger = createLogger({ name: 'gateway', version: '0' }, 'info', {
  write: (line) => logged.push(line),
});
/** What the last handler saw. */
let seen: { request: unknown; requestId: string; trace: string | undefined };
/** Of a call that waits for its client to go. */
let watching: AbortSignal | undefined;
const note = (request: unknown, { requestId }: Call) => (seen = { request, requestId, trace: traceId() });

const kinds: Record<string, ErrorKind> = {
  'is-invalid': 'invalid',
  'is-unauthenticated': 'unauthenticated',
  'is-forbidden': 'forbidden',
  'is-not-found': 'not-found',
  'is-exists': 'exists',
  'is-conflict': 'conflict',
  'is-wrong-state': 'wrong-state',
  'is-exhausted': 'exhausted',
  'is-unavailable': 'unavailable',
};

@GrpcController(SubjectService)
class Subjects implements GrpcHandlers<typeof SubjectService> {
  async createSubject(request: CreateSubjectRequest, call: Call) {
    note(request, call);
    return { ...request.subject!, name: `subjects/${request.subjectId}` };
  }
  async getSubject({ name }: GetSubjectRequest, call: Call) {
    note({ name }, call);
    const id = name.slice('subjects/'.length);
    if (id === 'slow') {
      watching = call.signal;
      await new Promise((resolve) => call.signal.addEventListener('abort', resolve, { once: true }));
    }
    if (id === 'breaks') throw new Error('a secret of the inside');
    const kind = kinds[id];
    if (kind) throw new DomainError(kind, 'SUBJECT_ODD', `the subject ${id} is odd`, { metadata: { id } });
    return { name, displayName: 'Regio A', createTime: timestampFromDate(new Date('2026-01-02T03:04:05Z')) };
  }
  async listSubjects(request: ListSubjectsRequest, call: Call) {
    note(request, call);
    return { subjects: [{ name: 'subjects/a' }], nextPageToken: '' };
  }
  async updateSubject(request: UpdateSubjectRequest, call: Call) {
    note(request, call);
    return request.subject!;
  }
  async deleteSubject() {
    return {};
  }
  async getSubjectStatus(request: GetSubjectStatusRequest, call: Call) {
    note(request, call);
    return { subject: request.name };
  }
  async getBadge({ subject, scope }: GetBadgeRequest) {
    const drawing = `<svg xmlns="http://www.w3.org/2000/svg"><title>${subject} ${scope}</title></svg>`;
    return { contentType: 'image/svg+xml', data: new TextEncoder().encode(drawing) };
  }
}

const untested = (): never => {
  throw new Error('no part of this test');
};

@GrpcController(EvaluationService)
class Evaluations implements GrpcHandlers<typeof EvaluationService> {
  async *watchEvaluation({ name }: WatchEvaluationRequest, { signal }: Call) {
    if (name.startsWith('subjects/none/'))
      throw new DomainError('not-found', 'EVALUATION_UNKNOWN', 'there is no such evaluation');
    yield { name, state: Evaluation_State.QUEUED };
    if (name.startsWith('subjects/breaks/'))
      throw new DomainError('unavailable', 'CLOUD_UNREACHABLE', 'the cloud does not answer');
    if (name.startsWith('subjects/endless/')) {
      watching = signal;
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      return;
    }
    yield { name, state: Evaluation_State.DONE };
  }
  async evaluateSubject(request: EvaluateSubjectRequest, call: Call) {
    note(request, call);
    return { name: `${request.subject}/evaluations/1`, state: Evaluation_State.QUEUED };
  }
  async getEvaluation() {
    return untested();
  }
  async listEvaluations() {
    return untested();
  }
  async cancelEvaluation() {
    return {};
  }
  async diffEvaluations() {
    return untested();
  }
  async listFindings() {
    return untested();
  }
  async getSnapshot() {
    return untested();
  }
  async exportEvaluation() {
    return untested();
  }
  async importReport() {
    return {};
  }
}

class TestModule {}
let server: GrpcServer;
let edge: Edge;
const evaluation = '01890000-0000-7000-8000-000000000000';

const free = () =>
  new Promise<string>((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(`127.0.0.1:${port}`));
    });
  });

beforeAll(async () => {
  startTelemetry({ name: 'gateway', version: '0' });
  const verify = async (token: string) => {
    if (token !== 'good') throw new DomainError('unauthenticated', 'TOKEN_REFUSED', 'the token is not good');
    return { subject: 'alice', roles: ['certifier' as const], tenant: null };
  };
  const module = {
    module: TestModule,
    controllers: [Subjects, Evaluations],
    providers: [{ provide: GrpcRuntime, useValue: new GrpcRuntime(verify, logger, 'test.scs.community') }],
  };
  server = await startGrpcServer(module, [SubjectService, EvaluationService], await free(), logger);
  edge = await startEdge({
    backends: [
      { address: server.address, services: [SubjectService, EvaluationService] },
      // Nobody listens there.
      { address: await free(), services: [ScopeService] },
    ],
    listen: { host: '127.0.0.1', port: 0 },
    publicUrl: 'https://scs.example/',
    logger,
  });
});
afterAll(async () => {
  await edge.close();
  await server.close();
});
beforeEach(() => {
  logged.length = 0;
  watching = undefined;
});

function send(path: string, init: RequestInit & { token?: string | null } = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  if (init.token !== null) headers.set('authorization', `Bearer ${init.token ?? 'good'}`);
  return fetch(`${edge.url}${path}`, { redirect: 'manual', ...init, headers });
}
const sendJson = (method: string, path: string, body: unknown) =>
  send(path, { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

async function problem(answer: Promise<Response>): Promise<Problem & { headers: Headers }> {
  const response = await answer;
  expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json\b/);
  const document = (await response.json()) as Problem;
  expect(document.status).toBe(response.status);
  expect(document.requestId).toBe(response.headers.get('x-request-id'));
  return { ...document, headers: response.headers };
}

describe('requests and answers', () => {
  it('takes a message as JSON and answers with one, defaults written out', async () => {
    const response = await sendJson('POST', '/v1/subjects?subjectId=regio-a', {
      displayName: 'Regio A',
      os_cloud: 'regio-a',
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(await response.json()).toEqual({
      name: 'subjects/regio-a',
      displayName: 'Regio A',
      osCloud: 'regio-a',
      scope: '',
      probes: false,
      scheduled: false,
      public: false,
      tenant: '',
    });
  });

  it('reads path, numbers and times', async () => {
    expect(await (await send('/v1/subjects/regio-a')).json()).toMatchObject({
      name: 'subjects/regio-a',
      createTime: '2026-01-02T03:04:05Z',
    });
    await send('/v1/subjects?pageSize=7&page_token=t');
    expect(seen.request).toMatchObject({ pageSize: 7, pageToken: 't' });
    await send('/v1/subjects/regio-a/status?at=2026-05-01T00:00:00Z');
    expect(seen.request).toMatchObject({ name: 'subjects/regio-a', at: { seconds: 1777593600n } });
  });

  it('finds a custom verb and merges path and body', async () => {
    const response = await sendJson('POST', '/v1/subjects/regio-a:evaluate', {
      versions: ['v5'],
      mode: 'MODE_STANDARD',
    });
    expect(await response.json()).toMatchObject({ state: 'STATE_QUEUED' });
    expect(seen.request).toMatchObject({ subject: 'subjects/regio-a', versions: ['v5'], mode: 2 });
  });

  it.each([
    ['MODE_STANDART', 'mode: there is no such value; did you mean MODE_STANDARD?'],
    ['strict', 'mode: there is no such value; there are MODE_UPSTREAM, MODE_STANDARD'],
  ])('says what %s might have been', async (mode, detail) => {
    const document = await problem(sendJson('POST', '/v1/subjects/regio-a:evaluate', { mode }));
    expect(document).toMatchObject({ status: 400, reason: 'INVALID_BODY', detail });
  });

  it('needs no body where nothing must be given', async () => {
    const response = await send(`/v1/subjects/a/evaluations/${evaluation}:cancel`, { method: 'POST' });
    expect(response.status).toBe(200);
  });

  it('makes the update mask of the fields that a PATCH gives, unless there is one', async () => {
    await sendJson('PATCH', '/v1/subjects/regio-a', {
      name: 'subjects/regio-a',
      displayName: 'B',
      probes: false,
    });
    expect(seen.request).toMatchObject({
      subject: { name: 'subjects/regio-a', displayName: 'B' },
      updateMask: { paths: ['display_name', 'probes'] },
    });
    await sendJson('PATCH', '/v1/subjects/regio-a?updateMask=display_name,probes', { displayName: 'B' });
    expect(seen.request).toMatchObject({ updateMask: { paths: ['display_name', 'probes'] } });
    await sendJson('PATCH', '/v1/subjects/regio-a?updateMask=public', { displayName: 'B' });
    expect(seen.request).toMatchObject({ updateMask: { paths: ['public'] } });
  });

  it('answers 204 where there is nothing to say', async () => {
    const response = await send('/v1/subjects/regio-a', { method: 'DELETE' });
    expect(response.status).toBe(204);
    expect(await response.text()).toBe('');
  });

  it('serves a document in its own type and lets caches ask whether it changed', async () => {
    const first = await send('/badges/regio-a/iaas.svg', { token: null });
    expect(first.headers.get('content-type')).toBe('image/svg+xml');
    expect(first.headers.get('cache-control')).toBe('public, max-age=60');
    expect(await first.text()).toContain('<title>regio-a iaas.svg</title>');
    const etag = first.headers.get('etag')!;
    const ask = (tag: string) =>
      send('/badges/regio-a/iaas.svg', { token: null, headers: { 'if-none-match': tag } });
    const second = await ask(`"other", W/${etag}`);
    expect(second.status).toBe(304);
    expect(second.headers.get('etag')).toBe(etag);
    expect((await ask('"other"')).status).toBe(200);
  });

  it('cancels the call of a client that does not wait for its answer', async () => {
    const leave = new AbortController();
    const answer = send('/v1/subjects/slow', { signal: leave.signal });
    await vi.waitFor(() => expect(watching).toBeDefined());
    leave.abort();
    await expect(answer).rejects.toThrow('aborted');
    await vi.waitFor(() => expect(watching!.aborted).toBe(true));
    expect(logged.join('')).not.toContain('could not be answered');
  });

  it('answers HEAD as GET, without the body', async () => {
    const response = await send('/v1/subjects/regio-a', { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('');
  });
});

describe('request id and trace', () => {
  it('passes both on to the service', async () => {
    const trace = '0af7651916cd43dd8448eb211c80319c';
    const response = await send('/v1/subjects', {
      headers: { traceparent: `00-${trace}-b7ad6b7169203331-01`, 'x-request-id': 'build-17' },
    });
    expect(response.headers.get('x-request-id')).toBe('build-17');
    expect(seen).toMatchObject({ requestId: 'build-17', trace });
    expect(logged.map((line) => JSON.parse(line))).toContainEqual(
      expect.objectContaining({
        msg: 'request',
        route: '/v1/subjects',
        request_id: 'build-17',
        trace_id: trace,
      }),
    );
  });

  it('makes a request id where the given one is not sane', async () => {
    const response = await send('/v1/subjects', { headers: { 'x-request-id': 'a b'.repeat(30) } });
    expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('measures by route and never writes the query or the token down', async () => {
    await send('/v1/subjects/regio-a?token=hush');
    await send('/nowhere/hush');
    await send('/%zz?token=hush');
    const text = await metrics.registry.metrics();
    expect(text).toContain('http_route="/v1/subjects/{subject}",http_response_status_code="400"');
    expect(text).toContain('http_route="_OTHER",http_response_status_code="404"');
    expect(logged.filter((line) => line.includes('"path":"/v1/subjects/regio-a"'))).toHaveLength(1);
    expect(logged.filter((line) => line.includes('"path":"/%zz"'))).toHaveLength(1);
    expect(logged.join('')).not.toMatch(/token=hush|Bearer|"good"/);
  });
});

describe('server-sent events', () => {
  it('sends each message, then says that there are no more', async () => {
    const response = await send(`/v1/subjects/a/evaluations/${evaluation}:watch`);
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const events = (await response.text()).trim().split('\n\n');
    expect(events.map((text) => text.split('\n')[0])).toEqual([
      'event: message',
      'event: message',
      'event: end',
    ]);
    const states = events
      .slice(0, 2)
      .map((text) => JSON.parse(text.split('\ndata: ')[1]!) as { state: string });
    expect(states.map(({ state }) => state)).toEqual(['STATE_QUEUED', 'STATE_DONE']);
  });

  it('answers an error before the first message with its status', async () => {
    const { status, reason } = await problem(send(`/v1/subjects/none/evaluations/${evaluation}:watch`));
    expect({ status, reason }).toEqual({ status: 404, reason: 'EVALUATION_UNKNOWN' });
    expect((await send(`/v1/subjects/a/evaluations/${evaluation}:watch`, { token: 'bad' })).status).toBe(401);
  });

  it('sends a later error as an event', async () => {
    const text = await (await send(`/v1/subjects/breaks/evaluations/${evaluation}:watch`)).text();
    const [, last] = text.trim().split('\n\n');
    expect(last).toMatch(/^event: error\ndata: /);
    expect(JSON.parse(last!.split('\ndata: ')[1]!)).toMatchObject({
      status: 503,
      reason: 'CLOUD_UNREACHABLE',
    });
  });

  it('says that it is still there where nothing happens', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const leave = new AbortController();
    try {
      const path = `/v1/subjects/endless/evaluations/${evaluation}:watch`;
      const reader = (await send(path, { signal: leave.signal })).body!.getReader();
      const next = async () => new TextDecoder().decode((await reader.read()).value);
      expect(await next()).toMatch(/^event: message\n/);
      vi.advanceTimersByTime(15_000);
      expect(await next()).toBe(': still here\n\n');
    } finally {
      leave.abort();
      vi.useRealTimers();
    }
  });

  it('cancels the call when the client goes away', async () => {
    const leave = new AbortController();
    const response = await send(`/v1/subjects/endless/evaluations/${evaluation}:watch`, {
      signal: leave.signal,
    });
    await response.body!.getReader().read();
    const ended = new Promise((resolve) => watching!.addEventListener('abort', resolve, { once: true }));
    leave.abort();
    await ended;
    expect(watching!.aborted).toBe(true);
  });
});

describe('starting', () => {
  it('says what to do when the port is taken', async () => {
    const listen = { host: '127.0.0.1', port: Number(new URL(edge.url).port) };
    await expect(startEdge({ backends: [], listen, logger })).rejects.toThrow(
      /^port \d+ of 127\.0\.0\.1 is taken; end what listens there, or choose another HTTP_PORT$/,
    );
  });
});

describe('stopping', () => {
  it('ends streams, so that their clients come back to another replica', async () => {
    const stopping = await startEdge({
      backends: [{ address: server.address, services: [EvaluationService] }],
      listen: { host: '127.0.0.1', port: 0 },
      logger,
    });
    const path = `/v1/subjects/endless/evaluations/${evaluation}:watch`;
    const response = await fetch(stopping.url + path, { headers: { authorization: 'Bearer good' } });
    await stopping.close();
    expect(await response.text()).toMatch(/^event: message\n.*\n\n$/);
    await expect(fetch(stopping.url + path)).rejects.toThrow('fetch failed');
  });
});

describe('problems', () => {
  it.each([
    ['invalid', 400],
    ['unauthenticated', 401],
    ['forbidden', 403],
    ['not-found', 404],
    ['exists', 409],
    ['conflict', 409],
    ['wrong-state', 409],
    ['exhausted', 429],
    ['unavailable', 503],
  ] as const)('answers %s with %i', async (kind, status) => {
    const { headers, ...document } = await problem(send(`/v1/subjects/is-${kind}`));
    expect(document).toMatchObject({
      status,
      type: 'https://scs.example/docs/errors#SUBJECT_ODD',
      detail: `the subject is-${kind} is odd`,
      reason: 'SUBJECT_ODD',
      instance: `/v1/subjects/is-${kind}`,
      metadata: { id: `is-${kind}` },
    });
    expect(headers.get('www-authenticate')).toBe(status === 401 ? 'Bearer realm="scs"' : null);
    expect(headers.get('retry-after')).toBe(status === 503 ? '5' : null);
  });

  it('tells nothing of a defect but the id that finds it', async () => {
    const { headers, ...document } = await problem(send('/v1/subjects/breaks'));
    expect(document).toMatchObject({ status: 500, reason: 'INTERNAL' });
    expect(headers.get('retry-after')).toBeNull();
    expect(JSON.stringify(document)).not.toMatch(/secret|\.ts|stack/);
  });

  it('does not name the address of a service that is down', async () => {
    const document = await problem(send('/v1/scopes'));
    expect(document).toMatchObject({ status: 503, reason: 'UNAVAILABLE' });
    expect(document.detail).not.toMatch(/127\.0\.0\.1/);
    expect(logged.join('')).toContain('a request could not be answered');
  });

  it('asks for a token', async () => {
    expect(await problem(send('/v1/subjects', { token: null }))).toMatchObject({
      status: 401,
      reason: 'TOKEN_MISSING',
    });
  });

  it('calls fields as JSON does when a rule is broken', async () => {
    expect(await problem(send('/v1/subjects?pageSize=1000'))).toMatchObject({
      status: 400,
      reason: 'INVALID_REQUEST',
      detail: expect.stringMatching(/^pageSize: must be/) as string,
      violations: [{ field: 'pageSize' }],
    });
    expect(await problem(send('/v1/subjects?subjectId=a', { method: 'POST' }))).toMatchObject({
      violations: [{ field: 'subject' }],
    });
  });

  it.each([
    ['a misspelt query parameter', '/v1/subjects?pagesize=1', 'UNKNOWN_PARAMETER', 'did you mean pageSize?'],
    ['a number that is none', '/v1/subjects?pageSize=many', 'INVALID_PARAMETER', 'pageSize: '],
    ['a time that is none', '/v1/subjects/a/status?at=noon', 'INVALID_PARAMETER', 'at: '],
    [
      'a parameter given twice',
      '/v1/subjects?pageToken=a&pageToken=b',
      'INVALID_PARAMETER',
      'more than once',
    ],
    ['a wrongly encoded path', '/v1/subjects/%zz', 'INVALID_PATH', 'percent-encoded'],
  ])('refuses %s', async (_, path, reason, detail) => {
    const document = await problem(send(path));
    expect(document).toMatchObject({ status: 400, reason });
    expect(document.detail).toContain(detail);
  });

  it.each([
    [
      'an unknown field',
      { displayNam: 'B' },
      'UNKNOWN_FIELD',
      'displayNam: there is no such field; did you mean displayName?',
    ],
    ['a wrong type', { probes: 'yes' }, 'INVALID_BODY', 'probes: '],
    ['a list for an object', ['a'], 'INVALID_BODY', '(body): must be a JSON object'],
    ['another name than the path', { name: 'subjects/b' }, 'PATH_CONFLICT', 'subject.name: '],
    [
      'a field under both its names',
      { displayName: 'a', display_name: 'b' },
      'INVALID_BODY',
      'display_name: is given twice',
    ],
    [
      'two of which only one may be',
      { osCloud: 'a', kubeconfig: 'b' },
      'INVALID_BODY',
      'kubeconfig: cannot be given together with osCloud',
    ],
    ['a time of the wrong type', { createTime: 5 }, 'INVALID_BODY', 'createTime: cannot be read from 5'],
    ['a poisoned prototype', JSON.parse('{"__proto__": {"probes": true}}'), 'UNKNOWN_FIELD', '__proto__: '],
  ])('refuses %s in the body', async (_, body, reason, detail) => {
    const document = await problem(sendJson('PATCH', '/v1/subjects/a', body));
    expect(document).toMatchObject({ status: 400, reason });
    expect(document.detail).toContain(detail);
  });

  it('refuses bodies that are no JSON, too large, of another type or not wanted', async () => {
    const post = (body: string, type = 'application/json') =>
      problem(send('/v1/subjects?subjectId=a', { method: 'POST', body, headers: { 'content-type': type } }));
    expect(await post('{"displayName": ')).toMatchObject({ status: 400, reason: 'INVALID_JSON' });
    expect(await post('a=b', 'application/x-www-form-urlencoded')).toMatchObject({
      status: 415,
      reason: 'CONTENT_TYPE',
    });
    expect(await post(' '.repeat(5 * 1024 * 1024 + 1))).toMatchObject({
      status: 413,
      reason: 'BODY_TOO_LARGE',
    });
    expect(await problem(sendJson('DELETE', '/v1/subjects/a', { force: true }))).toMatchObject({
      status: 400,
      reason: 'BODY_UNEXPECTED',
    });
  });

  it('knows an unknown path from a wrong method', async () => {
    expect(await problem(send('/v1/subject'))).toMatchObject({ status: 404, reason: 'PATH_UNKNOWN' });
    expect(await problem(send('/v1/subjects/a:explode', { method: 'POST' }))).toMatchObject({ status: 404 });
    expect(await problem(sendJson('PUT', '/nowhere', {}))).toMatchObject({ status: 404 });
    const { headers, ...document } = await problem(send('/v1/subjects/a', { method: 'PUT' }));
    expect(document).toMatchObject({ status: 405, reason: 'METHOD_NOT_ALLOWED' });
    expect(headers.get('allow')).toBe('DELETE, GET, PATCH');
  });

  it('answers what is hardly HTTP as a problem too', async () => {
    const { hostname, port } = new URL(edge.url);
    const raw = (text: string) =>
      new Promise<string>((resolve, reject) => {
        let answer = '';
        const socket = connect(Number(port), hostname, () => socket.write(text));
        socket
          .on('data', (data) => (answer += String(data)))
          .on('end', () => resolve(answer))
          .on('error', reject);
      });
    expect(await raw('NONSENSE\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 400 [^]*application\/problem\+json[^]*"reason":"BAD_REQUEST"/,
    );
    const huge = `GET / HTTP/1.1\r\nhost: x\r\nx-large: ${'a'.repeat(64 * 1024)}\r\n\r\n`;
    expect(await raw(huge)).toMatch(/^HTTP\/1\.1 431 [^]*"reason":"HEADERS_TOO_LARGE"/);
    expect(await raw('PROPFIND /v1/subjects HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 405 /,
    );
  });
});

describe('documents', () => {
  it('serves the OpenAPI document and pages that load nothing', async () => {
    expect(await (await send('/openapi.json', { token: null })).json()).toMatchObject({
      openapi: '3.1.0',
      info: { title: 'SCS Control Plane' },
      servers: [{ url: 'https://scs.example' }],
    });
    const response = await send('/docs', { token: null });
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(await response.text()).toContain('SubjectService/CreateSubject');
    expect(await (await send('/docs/errors', { token: null })).text()).toContain('id="PERMISSION_MISSING"');
  });

  it('leads from the root to the docs', async () => {
    const response = await send('/', { token: null });
    expect([response.status, response.headers.get('location')]).toEqual([302, '/docs']);
  });
});
