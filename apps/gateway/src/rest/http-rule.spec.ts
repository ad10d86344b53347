import { EvaluationService } from '@scs/proto/scs/certification/v1/evaluation_pb';
import { ApiTokenService } from '@scs/proto/scs/iam/v1/api_token_pb';
import { describe, expect, it } from 'vitest';
import { httpRules, parseTemplate, variablesOf } from './http-rule.ts';
import { documentedPath, singular } from './path-parameter.ts';
import { createRouter } from './router.ts';

describe('parseTemplate', () => {
  it.each([
    ['/v1/scopes', ['v1', 'scopes'], '', []],
    ['/v1/{name=scopes/*}:diff', ['v1', 'scopes', '*'], 'diff', [{ field: 'name', start: 1, end: 3 }]],
    [
      '/v1/{name=subjects/*/evaluations/*}',
      ['v1', 'subjects', '*', 'evaluations', '*'],
      '',
      [{ field: 'name', start: 1, end: 5 }],
    ],
    [
      '/v1/{subject.name=subjects/*}',
      ['v1', 'subjects', '*'],
      '',
      [{ field: 'subject.name', start: 1, end: 3 }],
    ],
    [
      '/badges/{subject}/{scope}',
      ['badges', '*', '*'],
      '',
      [
        { field: 'subject', start: 1, end: 2 },
        { field: 'scope', start: 2, end: 3 },
      ],
    ],
    [
      '/v1/{parent=subjects/*}/evaluations:import',
      ['v1', 'subjects', '*', 'evaluations'],
      'import',
      [{ field: 'parent', start: 1, end: 3 }],
    ],
    ['/files/{path=**}', ['files', '**'], '', [{ field: 'path', start: 1, end: 2 }]],
  ])('takes %s apart', (text, segments, verb, variables) => {
    expect(parseTemplate(text)).toEqual({ segments, verb, variables });
  });

  it.each(['v1/scopes', '/v1//scopes', '/{path=**}/more', '/v1/{name', '/v1/{a={b}}', '/v1/a:b:c'])(
    'refuses %s',
    (text) => {
      expect(() => parseTemplate(text)).toThrow(text);
    },
  );
});

describe('httpRules', () => {
  it('reads the rule of an RPC', () => {
    const [rule, ...more] = httpRules(EvaluationService.method.evaluateSubject);
    expect(more).toEqual([]);
    expect(rule).toMatchObject({ method: 'POST', body: '*', template: { verb: 'evaluate' } });
  });
  it('finds none at an RPC of gRPC alone', () => {
    expect(httpRules(ApiTokenService.method.introspectApiToken)).toEqual([]);
  });
});

describe('variablesOf', () => {
  it.each([
    [
      '/v1/{name=subjects/*/evaluations/*}',
      ['v1', 'subjects', 'a', 'evaluations', '7'],
      { name: 'subjects/a/evaluations/7' },
    ],
    ['/v1/{name=subjects/*}', ['v1', 'subjects', 'a%3Ab%20c'], { name: 'subjects/a:b c' }],
    // An encoded slash does not make a level.
    [
      '/v1/{name=subjects/*}',
      ['v1', 'subjects', 'a%2Fevaluations%2F7'],
      { name: 'subjects/a%2Fevaluations%2F7' },
    ],
    ['/badges/{subject}/{scope}', ['badges', 'a%2Fb', 'iaas.svg'], { subject: 'a/b', scope: 'iaas.svg' }],
    ['/files/{path=**}', ['files', 'a', 'b%20c'], { path: 'a/b c' }],
  ])('reads %s', (template, segments, values) => {
    expect(Object.fromEntries(variablesOf(parseTemplate(template), segments))).toEqual(values);
  });
});

describe('createRouter', () => {
  const find = createRouter(
    [
      'GET /',
      'GET /v1/{name=subjects/*}',
      'PATCH /v1/{subject.name=subjects/*}',
      'POST /v1/{name=subjects/*}:evaluate',
      'GET /v1/{name=subjects/*}/status',
      'GET /v1/subjects/mine',
      'POST /v1/subjects/{id}/files/{rest=**}',
    ].map((value) => {
      const [method = '', path = ''] = value.split(' ');
      return { method, template: parseTemplate(path), value };
    }),
  );
  it.each([
    ['GET', '/', 'GET /'],
    ['GET', '/v1/subjects/a', 'GET /v1/{name=subjects/*}'],
    ['PATCH', '/v1/subjects/a', 'PATCH /v1/{subject.name=subjects/*}'],
    ['POST', '/v1/subjects/a:evaluate', 'POST /v1/{name=subjects/*}:evaluate'],
    ['GET', '/v1/subjects/mine', 'GET /v1/subjects/mine'],
    // The literal has no PATCH, so the wider one takes it.
    ['PATCH', '/v1/subjects/mine', 'PATCH /v1/{subject.name=subjects/*}'],
    ['GET', '/v1/subjects/a/status', 'GET /v1/{name=subjects/*}/status'],
    ['POST', '/v1/subjects/a/files/b/c', 'POST /v1/subjects/{id}/files/{rest=**}'],
    ['GET', '/v1/subjects/a%3Aevaluate', 'GET /v1/{name=subjects/*}'],
  ])('finds %s %s', (method, path, expected) => {
    expect(find(method, path)).toMatchObject({ kind: 'found', entry: { value: expected } });
  });
  it.each([
    '/v1',
    '/v1/subjects',
    '/v1/subjects/',
    '/v1/subjects/a:watch',
    '/v1//a',
    '//',
    '',
    '/v2/subjects/a',
  ])('finds nothing at "%s"', (path) => {
    expect(find('GET', path)).toEqual({ kind: 'unknown' });
  });
  it('says which methods a path takes', () => {
    expect(find('DELETE', '/v1/subjects/a')).toEqual({ kind: 'wrong-method', allow: ['GET', 'PATCH'] });
  });
  it('refuses two routes of one form', () => {
    const entry = { method: 'GET', template: parseTemplate('/v1/{a}'), value: 1 };
    expect(() => createRouter([entry, { ...entry, template: parseTemplate('/v1/{b=*}') }])).toThrow(
      'two routes',
    );
  });
});

describe('documentedPath', () => {
  it.each([
    ['/v1/{name=subjects/*/evaluations/*}:watch', '/v1/subjects/{subject}/evaluations/{evaluation}:watch'],
    ['/v1/{api_token.name=apiTokens/*}', '/v1/apiTokens/{apiToken}'],
    ['/badges/{subject_id}/{scope}', '/badges/{subjectId}/{scope}'],
    ['/v1/{name=nodes/*/nodes/*}', '/v1/nodes/{node}/nodes/{node4}'],
  ])('writes %s as %s', (template, path) => {
    expect(documentedPath(parseTemplate(template), () => ({})).path).toBe(path);
  });
  it('gives each parameter its part of the pattern, where it is one', () => {
    const patterns = (pattern: string) =>
      documentedPath(parseTemplate('/v1/{name=subjects/*/evaluations/*}'), () => ({
        pattern,
      })).parameters.map(({ schema }) => schema.pattern);
    expect(patterns('^subjects/[a-z]{1,9}/evaluations/[0-9]+$')).toEqual(['^[a-z]{1,9}$', '^[0-9]+$']);
    expect(patterns('^.+$')).toEqual([undefined, undefined]);
    expect(patterns('^subjects/a|b/evaluations/c$')).toEqual([undefined, undefined]);
  });
  it.each([
    ['subjects', 'subject'],
    ['policies', 'policy'],
    ['statuses', 'status'],
    ['status', 'status'],
    ['releases', 'release'],
    ['classes', 'class'],
    ['boxes', 'box'],
  ])('says one of %s is a %s', (plural, one) => {
    expect(singular(plural)).toBe(one);
  });
});
