import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dueAt, expiry } from './lifetime.ts';
import type { Result } from './result.ts';
import { scopes } from './scopes.ts';
import { nextLook, standing, type StoredResult } from './standing.ts';
import { findVersion } from './validity.ts';

const at = new Date('2026-11-24T12:00:00Z');
const v51 = findVersion(scopes.iaas, 'v5.1').targets['main']!;

const all = (result: Result, change: Partial<StoredResult> & { only?: string } = {}): StoredResult[] =>
  v51.map((testcase) => ({
    testcase,
    result,
    checkedAt: new Date('2026-11-23T12:00:00Z'),
    expiresAt: new Date('2026-12-07T00:00:00Z'),
    ...(change.only === undefined || change.only === testcase ? change : {}),
  }));

describe('standing', () => {
  it('is PASS while every result of main is a valid PASS', () => {
    const { represented } = standing(scopes.iaas, all('PASS'), at);
    expect(represented).toMatchObject({
      version: 'v5.1',
      validity: 'effective',
      result: 'PASS',
      decidedBy: [],
    });
  });

  it('is MISS from the moment on at which one result expires', () => {
    const results = all('PASS', { only: 'scs-0102-image-recency', expiresAt: at });
    expect(standing(scopes.iaas, results, at).represented).toMatchObject({
      result: 'MISS',
      decidedBy: ['scs-0102-image-recency'],
    });
    const before = new Date(at.getTime() - 1);
    expect(standing(scopes.iaas, results, before).represented).toMatchObject({ result: 'PASS' });
  });

  it('is MISS without any result, FAIL with one failure among many misses', () => {
    expect(standing(scopes.iaas, [], at).represented?.result).toBe('MISS');
    const [first] = all('FAIL');
    expect(standing(scopes.iaas, [first!], at).represented).toMatchObject({
      result: 'FAIL',
      decidedBy: [first!.testcase],
    });
  });

  it('speaks of the versions that the timeline names at the moment', () => {
    const versions = standing(scopes.iaas, [], at).versions.map(({ version, validity }) => [
      version,
      validity,
    ]);
    expect(versions).toEqual([
      ['next', 'draft'],
      ['v5.1', 'effective'],
    ]);
  });
});

describe('nextLook', () => {
  it('is one lifetime after the oldest result that a look renews', () => {
    const results = all('PASS', {
      only: 'scs-0102-image-recency',
      checkedAt: new Date('2026-11-20T06:00:00Z'),
    });
    // `next` adds test cases that v5.1 lacks; they count as never tried.
    const more = findVersion(scopes.iaas, 'next').targets['main']!.map((testcase) => ({
      ...results[0]!,
      testcase,
    }));
    expect(nextLook(scopes.iaas, [...more, ...results], at, ['automatic'])).toEqual(
      new Date('2026-11-27T06:00:00Z'),
    );
  });

  it('is now for what was never tried, and never where nothing can be renewed', () => {
    expect(nextLook(scopes.iaas, [], at, ['automatic'])).toEqual(at);
    expect(nextLook(scopes.iaas, [], at, [])).toBeNull();
  });

  it('comes before a result expires, whatever the lifetime and the day', () => {
    const lifetimes = ['day', 'week', 'month', 'quarter', 'year'] as const;
    fc.assert(
      fc.property(
        fc.date({ min: new Date('2024-01-01'), max: new Date('2032-12-31'), noInvalidDate: true }),
        fc.constantFrom(...lifetimes),
        (checkedAt, lifetime) => dueAt(checkedAt, lifetime) < expiry(checkedAt, lifetime),
      ),
    );
  });
});
