import type { Lifetime } from './scope.ts';

/**
 * When a result stops counting: a calendar boundary (00:00 UTC) that leaves up to one more period of tolerance, as upstream's
 * monitor computes it. Without a lifetime: a week.
 */
export function expiry(checkedAt: Date, lifetime: Lifetime | null): Date {
  const [year, month, day] = [checkedAt.getUTCFullYear(), checkedAt.getUTCMonth(), checkedAt.getUTCDate()];
  const midnight = (y: number, m: number, d: number) => new Date(Date.UTC(y, m, d));
  switch (lifetime ?? 'week') {
    case 'day':
      return midnight(year, month, day + 2);
    case 'week': {
      const sinceMonday = (checkedAt.getUTCDay() + 6) % 7;
      return midnight(year, month, day + 14 - sinceMonday);
    }
    case 'month':
      return midnight(year, month + 2, 1);
    case 'quarter':
      return midnight(year, month - (month % 3) + 6, 1);
    case 'year':
      return midnight(year + 1, month + 2, 1);
  }
}
