import { emptySet, enter, leave, type FieldSet } from './field-set.ts';
import { equal, isFields } from './json.ts';
import { childOf, elementKey, isAtomicMap, listTypeOf, type Schema } from './schema.ts';

const sorted = (key: Record<string, unknown>): string =>
  JSON.stringify(
    Object.fromEntries(Object.entries(key).toSorted(([one], [other]) => (one < other ? -1 : 1))),
  );

/** How a list of that type names an element in field paths. */
export const elementName = (schema: Schema | undefined, element: unknown): string =>
  schema && listTypeOf(schema) === 'map'
    ? `k:${sorted(elementKey(schema, element))}`
    : `v:${JSON.stringify(element)}`;

const isLeaf = (value: unknown, schema: Schema | undefined): boolean =>
  Array.isArray(value) ? listTypeOf(schema) === 'atomic' : isFields(value) ? isAtomicMap(schema) : true;

/** The fields that somebody sets who applies the value. */
export function fieldsSet(value: unknown, schema: Schema | undefined): FieldSet {
  const set = emptySet();
  collect(value, schema, set);
  return set;
}

function collect(value: unknown, schema: Schema | undefined, set: FieldSet): void {
  if (isLeaf(value, schema)) {
    set.member = true;
    return;
  }
  if (Array.isArray(value)) {
    for (const item of value as unknown[]) {
      const node = enter(set, elementName(schema, item));
      node.member = true;
      if (isFields(item)) collect(item, schema?.items, node);
    }
    return;
  }
  if (!isFields(value)) return;
  for (const [key, field] of Object.entries(value)) {
    const child = childOf(schema, key);
    const node = enter(set, `f:${key}`);
    collect(field, child?.schema, node);
    const isEmptyMap = isFields(field) && Object.keys(field).length === 0;
    // A field that the schema names exists by itself; a key of a map is somebody's.
    if (isEmptyMap || !child?.declared) node.member = true;
    leave(set, `f:${key}`);
  }
}

export interface Comparison {
  added: FieldSet;
  modified: FieldSet;
  removed: FieldSet;
}

/** Which fields differ between two values. */
export function compareFields(before: unknown, after: unknown, schema: Schema | undefined): Comparison {
  const comparison = { added: emptySet(), modified: emptySet(), removed: emptySet() };
  walk(before, after, schema, comparison, true);
  return comparison;
}

const emptyContainer = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  (Array.isArray(value) ? value.length === 0 : isFields(value) && Object.keys(value).length === 0);

function walk(
  before: unknown,
  after: unknown,
  schema: Schema | undefined,
  to: Comparison,
  isRoot = false,
): void {
  if (before === after) return;
  const shape = after === undefined ? before : after;
  const sameShape =
    before === undefined ||
    after === undefined ||
    (Array.isArray(before) === Array.isArray(after) && isFields(before) === isFields(after));
  if (isLeaf(shape, schema) || (emptyContainer(before) && emptyContainer(after))) {
    if (!sameShape && before !== undefined) walkInto(before, undefined, schema, to);
    if (before === undefined) to.added.member = true;
    else if (after === undefined) to.removed.member = true;
    else if (!equal(before, after)) to.modified.member = true;
    return;
  }
  if (!sameShape) {
    walkInto(before, undefined, schema, to);
    to.modified.member = true;
    walkInto(undefined, after, schema, to);
    return;
  }
  walkInto(before, after, schema, to);
  if (isRoot) return;
  if (before === undefined) to.added.member = true;
  else if (after === undefined) to.removed.member = true;
}

function walkInto(before: unknown, after: unknown, schema: Schema | undefined, to: Comparison): void {
  if (Array.isArray(before ?? after)) {
    if (listTypeOf(schema) === 'atomic') return;
    const named = (list: unknown) =>
      new Map((Array.isArray(list) ? list : []).map((item: unknown) => [elementName(schema, item), item]));
    const [old, now] = [named(before), named(after)];
    for (const element of new Set([...old.keys(), ...now.keys()]))
      step(old.get(element), now.get(element), schema?.items, element, to);
    return;
  }
  const [old, now] = [isFields(before) ? before : {}, isFields(after) ? after : {}];
  for (const key of new Set([...Object.keys(old), ...Object.keys(now)]))
    step(old[key], now[key], childOf(schema, key)?.schema, `f:${key}`, to);
}

function step(
  before: unknown,
  after: unknown,
  schema: Schema | undefined,
  element: string,
  to: Comparison,
): void {
  if (before === after) return;
  const below = {
    added: enter(to.added, element),
    modified: enter(to.modified, element),
    removed: enter(to.removed, element),
  };
  walk(before, after, schema, below);
  for (const set of [to.added, to.modified, to.removed]) leave(set, element);
}
