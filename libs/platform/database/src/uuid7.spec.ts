import { expect, it } from 'vitest';
import { uuid7 } from './uuid7.ts';

it('makes ids that hold their time, sort by it, and within a millisecond by their order', () => {
  const now = Date.parse('2026-11-24T12:00:00.123Z');
  const ids = [...Array.from({ length: 1000 }, () => uuid7(now)), uuid7(now + 1)];
  expect([...ids].sort()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids)
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(Number.parseInt(ids[0]!.replace('-', '').slice(0, 12), 16)).toBe(now);
});
