/** Seconds since 1970 of a date in one of the formats, or null. All are UTC. Digits may lack leading zeros. */
type Reader = (text: string) => number | null;

const reader =
  (pattern: RegExp): Reader =>
  (text) => {
    const match = pattern.exec(text);
    if (!match) return null;
    const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number);
    const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
    const real = date.getUTCMonth() === month - 1 && date.getUTCDate() === day && hour < 24 && minute < 60;
    return real && date.getTime() !== 0 ? date.getTime() / 1000 : null;
  };

const dash = reader(/^(\d{4})-(\d{1,2})-(\d{1,2})$/);
const compact = reader(/^(\d{4})(\d{2})(\d{2})$/);
const zulu = reader(/^(\d{4})-(\d{1,2})-(\d{1,2})T(\d{1,2}):(\d{1,2}):(\d{1,2})Z$/);
const blank = reader(/^(\d{4})-(\d{1,2})-(\d{1,2}) (\d{1,2}):(\d{1,2})(?::(\d{1,2}))?$/);

const firstOf =
  (...readers: Reader[]): Reader =>
  (text) => {
    for (const read of readers) {
      const seconds = read(text);
      if (seconds !== null) return seconds;
    }
    return null;
  };

/** As scs-0102 allows in properties: `Y-m-dTH:M:SZ`, `Y-m-d H:M[:S]`, `Y-m-d`. */
export const propertyDate = firstOf(zulu, blank, dash);
/** As Glance writes `created_at`. */
export const glanceDate = zulu;
/** As the last word of a rotated image's name: `Y-m-d` or `Ymd`. */
export const markerDate = firstOf(dash, compact);
