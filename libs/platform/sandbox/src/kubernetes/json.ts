/** The fields of a JSON object. */
export type Fields = Record<string, unknown>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The fields of a value; empty where it has none. */
export const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});

export const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** A deep copy of what came from JSON. */
export function copy<T>(value: T): T;
export function copy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => copy(item));
  if (!isFields(value)) return value;
  const made: Fields = {};
  for (const key of Object.keys(value)) if (value[key] !== undefined) made[key] = copy(value[key]);
  return made;
}

/** The order of keys does not matter, and a field that is undefined is none. */
export function equal(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (Array.isArray(one))
    return (
      Array.isArray(other) &&
      one.length === other.length &&
      one.every((item, index) => equal(item, other[index]))
    );
  if (!isFields(one) || !isFields(other)) return false;
  const present = (fields: Fields) => Object.keys(fields).filter((key) => fields[key] !== undefined);
  const keys = present(one);
  return keys.length === present(other).length && keys.every((key) => equal(one[key], other[key]));
}

/** What stands at a path of field names; undefined where a step is missing. */
export function at(value: unknown, ...path: string[]): unknown {
  let found = value;
  for (const key of path) found = isFields(found) ? found[key] : undefined;
  return found;
}
