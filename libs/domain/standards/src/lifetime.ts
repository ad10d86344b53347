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

/** When evidence should be gathered anew so that its result never lapses: one period after it was gathered. */
export function dueAt(checkedAt: Date, lifetime: Lifetime | null): Date {
  const due = new Date(checkedAt);
  switch (lifetime ?? 'week') {
    case 'day':
      due.setUTCDate(due.getUTCDate() + 1);
      break;
    case 'week':
      due.setUTCDate(due.getUTCDate() + 7);
      break;
    // `expiry` leaves more than these days, whatever the calendar.
    case 'month':
      due.setUTCDate(due.getUTCDate() + 28);
      break;
    case 'quarter':
      due.setUTCDate(due.getUTCDate() + 84);
      break;
    case 'year':
      due.setUTCDate(due.getUTCDate() + 365);
      break;
  }
  return due;
}
