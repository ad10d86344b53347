import { expect, it } from 'vitest';
import { ageText } from './age.ts';

const now = new Date('2026-06-01T12:00:00Z');
const before = (seconds: number) => new Date(now.getTime() - seconds * 1000).toISOString();
const [minute, hour, day] = [60, 3600, 86_400];

// The steps of HumanDuration in Kubernetes' apimachinery.
it.each([
  [0, '0s'],
  [119, '119s'],
  [2 * minute, '2m'],
  [2 * minute + 5, '2m5s'],
  [9 * minute + 59, '9m59s'],
  [10 * minute + 30, '10m'],
  [179 * minute, '179m'],
  [3 * hour, '3h'],
  [3 * hour + 12 * minute, '3h12m'],
  [8 * hour + 5 * minute, '8h'],
  [47 * hour, '47h'],
  [2 * day, '2d'],
  [2 * day + 4 * hour, '2d4h'],
  [8 * day + 4 * hour, '8d'],
  [400 * day, '400d'],
  [731 * day, '2y1d'],
  [9 * 365 * day, '9y'],
])('%i s are shown as %s', (seconds, text) => {
  expect(ageText(before(seconds), now)).toBe(text);
});

it('says what cannot be said', () => {
  expect(ageText(undefined, now)).toBe('<unknown>');
  expect(ageText('yesterday', now)).toBe('<unknown>');
  expect(ageText(before(-60), now)).toBe('<invalid>');
});
