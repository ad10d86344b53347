/** Seconds since 1970 of a date in one of the formats, or null. All are UTC. Digits may lack leading zeros. */
type Reader = (text: string) => number | null;

const reader =
  (pattern: RegExp): Reader =>
  (text) => {
    const match = pattern.exec(text);
    if (match?.[0].length !== text.length) return null;
    const [years = 0, months = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = match
      .slice(1)
      .map((digits: string | undefined) => Number(digits ?? 0));
    const date = new Date(0);
    // Not `Date.UTC`, which takes the year 26 for 1926.
    date.setUTCFullYear(years, months - 1, days);
    // February 30th becomes another day.
    if (years === 0 || date.getUTCDate() !== days) return null;
    const sum = date.getTime() / 1000 + hours * 3600 + minutes * 60 + seconds;
    // Upstream's tests take the first second of 1970 for no date.
    return sum === 0 ? null : sum;
  };

// Python's `strptime`, of which upstream's tests make use: the first way to read a number counts, even if another would fit the whole.
const year = String.raw`(\d{4})`;
const month = '(1[0-2]|0[1-9]|[1-9])';
const day = String.raw`(3[01]|[12]\d|0[1-9]|[1-9]| [1-9])`;
const time = String.raw`(2[0-3]|[01]\d|\d):([0-5]\d|\d)`;
const second = String.raw`(6[01]|[0-5]\d|\d)`;
const dash = reader(new RegExp(`^${year}-${month}-${day}`));
const compact = reader(new RegExp(`^${year}${month}${day}`));
const zulu = reader(new RegExp(`^${year}-${month}-${day}T${time}:${second}Z`, 'i'));
const blank = reader(new RegExp(String.raw`^${year}-${month}-${day}\s+${time}`));
const blankWithSeconds = reader(new RegExp(String.raw`^${year}-${month}-${day}\s+${time}:${second}`));

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
export const propertyDate = firstOf(zulu, blankWithSeconds, blank, dash);
/** As Glance writes `created_at`. */
export const glanceDate = zulu;
/** As the last word of a rotated image's name: `Y-m-d` or `Ymd`. */
export const markerDate = firstOf(dash, compact);
