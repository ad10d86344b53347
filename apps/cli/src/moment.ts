import { usage } from './failure.ts';

const format = /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2}))?$/;

/**
 * The moment that `--at` names: RFC 3339, or a bare date, which means the last millisecond of that day in UTC, because a
 * version that ends or starts on a day does so for the whole day.
 */
export function parseMoment(text: string): Date {
  const match = format.exec(text);
  const moment = new Date(match && !match[2] ? `${text}T23:59:59.999Z` : text);
  // JavaScript turns February 30th into March 1st: a date that does not come back is none.
  const real = match && new Date(`${match[1]}T00:00:00Z`);
  if (
    !match ||
    !real ||
    Number.isNaN(moment.getTime()) ||
    Number.isNaN(real.getTime()) ||
    real.toISOString().slice(0, 10) !== match[1]
  ) {
    throw usage(`--at "${text}" is no date; write 2026-11-23 or 2026-11-23T12:00:00Z`);
  }
  return moment;
}
