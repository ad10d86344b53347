import { describe, expect, it } from 'vitest';
import { findRoute, isBefore, ok, pageOf } from './api.ts';

describe('microversions', () => {
  it.each([
    ['2.9', '2.61', true],
    ['2.61', '2.9', false],
    ['2.61', '2.61', false],
    ['2.96', '3.0', true],
  ])('%s comes before %s: %s', (one, other, expected) => {
    expect(isBefore(one, other)).toBe(expected);
  });
});

describe('pages', () => {
  const items = ['a', 'b', 'c', 'd', 'e'].map((id) => ({ id }));
  const page = (query: string, pageSize = 100) => {
    const { items: found, next } = pageOf(items, new URLSearchParams(query), pageSize);
    return { ids: found.map(({ id }) => id).join(''), next: next?.toString() ?? null };
  };

  it.each([
    ['', { ids: 'abcde', next: null }],
    ['limit=2', { ids: 'ab', next: 'limit=2&marker=b' }],
    ['limit=2&marker=b', { ids: 'cd', next: 'limit=2&marker=d' }],
    ['limit=2&marker=d', { ids: 'e', next: null }],
    ['limit=5', { ids: 'abcde', next: null }],
    ['marker=e', { ids: '', next: null }],
  ])('?%s', (query, expected) => {
    expect(page(query)).toEqual(expected);
  });

  it('are never longer than the service allows', () => {
    expect(page('limit=4', 3)).toEqual({ ids: 'abc', next: 'limit=4&marker=c' });
  });

  it.each(['limit=-1', 'limit=many', 'marker=z'])('refuse ?%s', (query) => {
    expect(() => page(query)).toThrow(expect.objectContaining({ status: 400 }));
  });
});

describe('routes', () => {
  const routes = { 'GET /servers/detail': () => ok('detail'), 'GET /servers/{id}': () => ok('one') };

  it('the first that fits', () => {
    expect(findRoute(routes, 'GET', '/servers/detail')?.params).toEqual({});
    expect(findRoute(routes, 'GET', '/servers/a%20b')?.params).toEqual({ id: 'a b' });
  });

  it.each([
    ['POST', '/servers/detail'],
    ['GET', '/servers'],
    ['GET', '/servers/a/b'],
  ])('none for %s %s', (method, path) => {
    expect(findRoute(routes, method, path)).toBeNull();
  });
});
