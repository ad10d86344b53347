import { EvaluationService } from '@scs/proto/scs/certification/v1/evaluation_pb';
import { ScopeService } from '@scs/proto/scs/certification/v1/scope_pb';
import { SubjectService } from '@scs/proto/scs/certification/v1/subject_pb';
import { ApiTokenService } from '@scs/proto/scs/iam/v1/api_token_pb';
import { describe, expect, it } from 'vitest';
import { readComments } from './comments.ts';
import { docsPages } from './pages.ts';
import { httpRules } from '../rest/http-rule.ts';
import { openApiOf } from './openapi.ts';

const services = [SubjectService, EvaluationService, ScopeService, ApiTokenService];
const comments = readComments();
const document = openApiOf(services, comments, { version: '1', publicUrl: '' });
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

/** Every object inside, the thing itself too. */
function* objects(value: unknown): Generator<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return;
  yield value as Record<string, unknown>;
  for (const inner of Object.values(value)) yield* objects(inner);
}

describe('the document', () => {
  it('has an operation for each route, and each under an id of its own', () => {
    const ids = services.flatMap((service) =>
      service.methods
        .filter((method) => httpRules(method).length > 0)
        .map((method) => `${service.name}_${method.name}`),
    );
    expect(operations.map(({ operation }) => operation.operationId).toSorted()).toEqual(ids.toSorted());
  });

  it('refers to nothing that is not there', () => {
    const text = JSON.stringify(document);
    const parsed: unknown = JSON.parse(text);
    const references = [...objects(parsed)]
      .map(({ $ref }) => $ref)
      .filter(($ref) => typeof $ref === 'string');
    expect(references.length).toBeGreaterThan(50);
    for (const reference of references) {
      const target = reference
        .slice(2)
        .split('/')
        .reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], parsed);
      expect(target, reference).toEqual(expect.any(Object));
    }
  });

  it('declares the parameters of each path, once, and answers', () => {
    for (const { path, operation } of operations) {
      const inPath = operation.parameters.filter((parameter) => parameter.in === 'path');
      expect(inPath.map(({ name }) => `{${name}}`)).toEqual(path.match(/\{\w+\}/g) ?? []);
      expect(inPath.every(({ required }) => required === true)).toBe(true);
      const names = operation.parameters.map(({ name, in: place }) => `${place} ${name}`);
      expect(new Set(names).size).toBe(names.length);
      expect(Object.keys(operation.responses)).toContain('default');
      expect(Object.keys(operation.responses).some((status) => status.startsWith('2'))).toBe(true);
      for (const tag of operation.tags) expect(document.tags.map(({ name }) => name)).toContain(tag);
    }
  });

  it('has patterns that are regular expressions of JavaScript', () => {
    const patterns = [...objects(document)]
      .map(({ pattern }) => pattern)
      .filter((pattern) => typeof pattern === 'string');
    expect(patterns.length).toBeGreaterThan(10);
    for (const pattern of patterns) expect(() => new RegExp(pattern, 'u')).not.toThrow();
  });

  it('says of every operation what it does', () => {
    for (const { operation } of operations) expect(operation.summary).not.toMatch(/^\w+$|[.]$/);
  });
});

const at = (method: string, path: string) => document.paths[path]![method]!;

describe('an operation', () => {
  it('carries comment, permission and security', () => {
    expect(at('post', '/v1/subjects')).toMatchObject({
      summary: 'Registers a cloud or cluster',
      'x-permission': 'certification.subjects.write',
      security: [{ bearer: [] }],
    });
    expect(at('get', '/badges/{subject}/{scope}')).toMatchObject({ 'x-permission': 'public', security: [] });
  });

  it('carries rules as keywords', () => {
    expect(at('get', '/v1/subjects').parameters).toContainEqual({
      name: 'pageSize',
      in: 'query',
      description: 'At most 100; 50 when unset.',
      schema: { type: 'integer', format: 'int32', minimum: 0, maximum: 100 },
    });
    expect(at('get', '/v1/subjects/{subject}/evaluations/{evaluation}:export').parameters).toContainEqual({
      name: 'format',
      in: 'query',
      required: true,
      description: '`upstream`, `junit` or `sarif`.',
      schema: { type: 'string', enum: ['upstream', 'junit', 'sarif'] },
    });
    expect(at('post', '/v1/apiTokens').requestBody).toMatchObject({
      required: true,
      content: {
        'application/json': {
          schema: {
            required: ['displayName', 'roles', 'expireDays'],
            additionalProperties: false,
            properties: {
              displayName: { minLength: 1, maxLength: 100 },
              roles: { type: 'array', minItems: 1, maxItems: 8 },
              expireDays: { minimum: 1, maximum: 366 },
            },
          },
        },
      },
    });
  });

  it('leaves out of the body what the path gives', () => {
    const body = at('post', '/v1/subjects/{subject}:evaluate').requestBody!;
    expect(body.required).toBe(false);
    expect(Object.keys(body.content['application/json']!.schema.properties!)).not.toContain('subject');
  });

  it('answers in the form that it has', () => {
    expect(Object.keys(at('delete', '/v1/subjects/{subject}').responses)).toContain('204');
    expect(at('get', '/badges/{subject}/{scope}').responses).toMatchObject({
      200: { content: { '*/*': {} } },
      304: {},
    });
    expect(at('get', '/v1/subjects/{subject}/evaluations/{evaluation}:watch').responses).toMatchObject({
      200: {
        content: {
          'text/event-stream': { schema: { 'x-event-schema': { $ref: '#/components/schemas/Evaluation' } } },
        },
      },
    });
  });
});

describe('a schema', () => {
  it('describes fields, maps, enums and what excludes each other', () => {
    const { Subject, VersionStatus, Result } = document.components.schemas;
    expect(Subject!.description).toContain('At most one of `osCloud`, `kubeconfig`.');
    expect(Subject!.properties!['createTime']).toEqual({ type: 'string', format: 'date-time' });
    expect(VersionStatus!.properties!['targets']).toEqual({
      type: 'object',
      description: 'By target; `main` decides.',
      additionalProperties: { $ref: '#/components/schemas/Result' },
    });
    expect(Result).toMatchObject({
      type: 'string',
      description: expect.stringContaining(
        '- `RESULT_MISS`: There is no evidence, or it has expired.',
      ) as string,
    });
    expect(Result!.enum).toContain('RESULT_PASS');
  });
});

describe('the pages', () => {
  const pages = new Map(docsPages(document).map(({ path, body }) => [path, body]));
  it.each(['/docs', '/docs/errors'])(
    '%s opens and closes its elements in order, and loads nothing',
    (path) => {
      const html = pages.get(path)!;
      const open: string[] = [];
      for (const [, end, name] of html.matchAll(/<(\/?)([a-z][a-z0-9]*)[^>]*>/g)) {
        if (['meta', 'link', 'br'].includes(name!)) continue;
        if (end === '') open.push(name!);
        else expect(open.pop()).toBe(name);
      }
      expect(open).toEqual([]);
      expect(html).not.toMatch(/<script|<img|<link|src=|url\(|@import/);
    },
  );
  it('link only to what they have', () => {
    const html = pages.get('/docs')!;
    const ids = new Set([...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
    for (const [, target] of html.matchAll(/href="#([^"]+)"/g)) expect(ids, target).toContain(target);
  });
});
