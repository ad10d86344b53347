import { describe, expect, it } from 'vitest';
import { parseMoment } from './moment.ts';

describe('--at', () => {
  it.each([
    ['a bare date is the end of that day in UTC', '2026-11-23', '2026-11-23T23:59:59.999Z'],
    ['a leap day exists', '2028-02-29', '2028-02-29T23:59:59.999Z'],
    ['RFC 3339 in UTC', '2026-11-23T08:30:00Z', '2026-11-23T08:30:00.000Z'],
    ['RFC 3339 with an offset', '2026-11-23T08:30:00+02:00', '2026-11-23T06:30:00.000Z'],
    ['RFC 3339 with fractions', '2026-11-23T08:30:00.25Z', '2026-11-23T08:30:00.250Z'],
  ])('%s', (_, text, expected) => {
    expect(parseMoment(text).toISOString()).toBe(expected);
  });

  it.each([
    'garbage',
    '',
    '2026-02-30',
    '2027-02-29',
    '2026-13-01',
    '23.11.2026',
    '2026-11-23T25:00:00Z',
    '2026-11-23T08:30:00',
    '2026',
    'now',
  ])('refuses "%s" and shows how a date is written', (text) => {
    expect(() => parseMoment(text)).toThrow(/is no date; write 2026-11-23/);
  });
});
