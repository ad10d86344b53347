import type { FieldSet } from './field-set.ts';
import { isFields, type Fields } from './json.ts';
import { childOf, isAtomicMap, listTypeOf, type Schema } from './schema.ts';
import { elementName } from './typed-fields.ts';

/** What applying means: fields of the configuration win, the others stay. Returns a new value; untouched parts are shared. */
export function mergeApplied(live: unknown, applied: unknown, schema: Schema | undefined): unknown {
  if (applied === undefined) return live;
  if (Array.isArray(applied))
    return Array.isArray(live) && listTypeOf(schema) !== 'atomic'
      ? mergeLists(live, applied, schema)
      : applied;
  if (!isFields(applied) || isAtomicMap(schema) || !isFields(live)) return applied;
  const merged: Fields = { ...live };
  for (const [key, value] of Object.entries(applied))
    merged[key] = mergeApplied(live[key], value, childOf(schema, key)?.schema);
  return merged;
}

/**
 * Elements that both have keep the order of the configuration; those of the live list alone stay before the next shared one. The order is that
 * of structured-merge-diff.
 */
function mergeLists(live: unknown[], applied: unknown[], schema: Schema | undefined): unknown[] {
  const names = (list: unknown[]) => list.map((item) => elementName(schema, item));
  const [liveNames, appliedNames] = [names(live), names(applied)];
  const inLive = new Map(liveNames.map((name, index) => [name, live[index]]));
  const inApplied = new Set(appliedNames);
  const shared = appliedNames.filter((name) => inLive.has(name));
  const done = new Set<string>();
  const merged: unknown[] = [];
  let nextShared = shared.shift();
  const takeApplied = (index: number) => {
    const name = appliedNames[index]!;
    done.add(name);
    merged.push(mergeApplied(inLive.get(name), applied[index], schema?.items));
    if (nextShared === name) nextShared = shared.shift();
  };
  for (let l = 0, r = 0; l < live.length || r < applied.length;) {
    const name = liveNames[l];
    if (name !== undefined && r < applied.length) {
      if (name === appliedNames[r]) {
        takeApplied(r++);
        l++;
        continue;
      }
      if (inApplied.has(name) && nextShared !== undefined && nextShared !== name) {
        l++;
        continue;
      }
    }
    if (name !== undefined) {
      if (!inApplied.has(name)) {
        merged.push(live[l++]);
        continue;
      }
      if (done.has(name)) l++;
    }
    if (r < applied.length) takeApplied(r++);
  }
  return merged;
}

/**
 * Takes the members of `gone` out of the value. A list that becomes empty by that disappears, an object unless something below it is `held`.
 * Returns undefined where nothing is left, else a new value.
 */
export function removeFields(
  value: unknown,
  gone: FieldSet,
  held: FieldSet | undefined,
  schema: Schema | undefined,
): unknown {
  if (Array.isArray(value)) {
    if (listTypeOf(schema) === 'atomic') return value;
    const kept = value.flatMap((item: unknown) => {
      const name = elementName(schema, item);
      const node = gone.below.get(name);
      if (node?.member) return [];
      return [node ? removeFields(item, node, held?.below.get(name), schema?.items) : item];
    });
    return kept.length > 0 ? kept : undefined;
  }
  if (!isFields(value) || isAtomicMap(schema)) return value;
  const kept: Fields = {};
  for (const [key, field] of Object.entries(value)) {
    const node = gone.below.get(`f:${key}`);
    if (node?.member) continue;
    const left = node
      ? removeFields(field, node, held?.below.get(`f:${key}`), childOf(schema, key)?.schema)
      : field;
    if (left !== undefined) kept[key] = left;
  }
  return Object.keys(kept).length > 0 || held ? kept : undefined;
}
