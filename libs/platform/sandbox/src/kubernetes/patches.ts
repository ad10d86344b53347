import { Failure } from './failure.ts';
import { copy, equal, isFields, type Fields } from './json.ts';
import type { Schema } from './schema.ts';
import { childOf, listTypeOf } from './schema.ts';

/** RFC 7396. Returns a new value; what the patch does not touch is shared with the target. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isFields(patch)) return patch;
  const merged: Fields = isFields(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = mergePatch(merged[key], value);
  }
  return merged;
}

interface Operation {
  op: string;
  path: string;
  from?: string;
  value?: unknown;
}

/** The real server keeps the reason to itself, too. */
const rejected = (): Failure =>
  new Failure(422, 'Invalid', 'the server rejected our request due to an error in our request', {});

/** RFC 6902. Returns a new value. Throws a 422 where an operation cannot be done. */
export function jsonPatch(target: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch)) throw rejected();
  const document = { root: copy(target) };
  for (const operation of patch as Operation[]) apply(document, operation);
  return document.root;
}

function apply(document: { root: unknown }, { op, path, from, value }: Operation): void {
  switch (op) {
    case 'add':
      return put(document, path, copy(value), 'add');
    case 'replace':
      return put(document, path, copy(value), 'replace');
    case 'remove':
      return remove(document, path);
    case 'test':
      if (!equal(read(document, path), value)) throw rejected();
      return;
    case 'copy':
      return put(document, path, copy(read(document, from ?? '')), 'add');
    case 'move': {
      const moved = read(document, from ?? '');
      remove(document, from ?? '');
      return put(document, path, moved, 'add');
    }
    default:
      throw rejected();
  }
}

function steps(path: string): string[] {
  if (typeof path !== 'string' || (path !== '' && !path.startsWith('/'))) throw rejected();
  return path
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function child(parent: unknown, step: string): unknown {
  const found: unknown = Array.isArray(parent)
    ? parent[indexOf(step, parent.length - 1)]
    : isFields(parent)
      ? parent[step]
      : undefined;
  if (found === undefined) throw rejected();
  return found;
}

function indexOf(step: string, highest: number): number {
  if (!/^(0|[1-9]\d*)$/.test(step) || Number(step) > highest) throw rejected();
  return Number(step);
}

const read = ({ root }: { root: unknown }, path: string): unknown => steps(path).reduce(child, root);

function parentOf(document: { root: unknown }, path: string): { parent: unknown; last: string } {
  const all = steps(path);
  return { parent: all.slice(0, -1).reduce(child, document.root), last: all.at(-1) ?? '' };
}

function put(document: { root: unknown }, path: string, value: unknown, how: 'add' | 'replace'): void {
  if (path === '') {
    document.root = value;
    return;
  }
  const { parent, last } = parentOf(document, path);
  if (Array.isArray(parent)) {
    if (how === 'replace') parent[indexOf(last, parent.length - 1)] = value;
    else parent.splice(last === '-' ? parent.length : indexOf(last, parent.length), 0, value);
  } else if (isFields(parent)) parent[last] = value;
  else throw rejected();
}

function remove(document: { root: unknown }, path: string): void {
  const { parent, last } = parentOf(document, path);
  child(parent, last);
  if (Array.isArray(parent)) parent.splice(indexOf(last, parent.length - 1), 1);
  else if (isFields(parent)) delete parent[last];
}

/**
 * Strategic merge patch, for built-in kinds: lists with a merge key are merged by it; `$patch`, `$retainKeys`, `$setElementOrder` and
 * `$deleteFromPrimitiveList` are understood.
 */
export function strategicMergePatch(target: unknown, patch: unknown, schema: Schema | undefined): unknown {
  if (!isFields(patch)) return patch;
  if (patch['$patch'] === 'replace') return without(patch);
  const retained = Array.isArray(patch['$retainKeys']) ? new Set(patch['$retainKeys']) : undefined;
  const merged: Fields = isFields(target)
    ? Object.fromEntries(Object.entries(target).filter(([key]) => !retained || retained.has(key)))
    : {};
  for (const [key, value] of Object.entries(patch)) {
    const [directive, field = ''] = key.startsWith('$') ? key.split('/') : [];
    if (directive === '$deleteFromPrimitiveList' && Array.isArray(value) && Array.isArray(merged[field]))
      merged[field] = merged[field].filter((item) => !value.includes(item));
    if (directive) continue;
    const below = childOf(schema, key)?.schema;
    if (value === null) delete merged[key];
    else if (Array.isArray(value) && below && listTypeOf(below) !== 'atomic')
      merged[key] = mergeLists(merged[key], value, below, patch[`$setElementOrder/${key}`]);
    else merged[key] = strategicMergePatch(merged[key], value, below);
  }
  for (const [key, order] of Object.entries(patch)) {
    const field = /^\$setElementOrder\/(.+)$/.exec(key)?.[1];
    const below = field && childOf(schema, field)?.schema;
    if (field && below && !(field in patch) && Array.isArray(merged[field]))
      merged[field] = ordered(merged[field], order, merged[field], below);
  }
  return merged;
}

function without(patch: Fields): Fields {
  return Object.fromEntries(Object.entries(patch).filter(([key]) => !key.startsWith('$')));
}

/** The first of the keys is the merge key of strategic patches. */
const keyOf = (item: unknown, schema: Schema): unknown => {
  const name = schema['x-kubernetes-list-map-keys']?.[0];
  return name === undefined ? item : isFields(item) ? item[name] : undefined;
};

function mergeLists(target: unknown, patch: unknown[], schema: Schema, order: unknown): unknown[] {
  const replaces = patch.some(
    (item) => isFields(item) && item['$patch'] === 'replace' && Object.keys(item).length === 1,
  );
  let merged: unknown[] = replaces || !Array.isArray(target) ? [] : [...target];
  for (const item of patch) {
    const key = keyOf(item, schema);
    const index = merged.findIndex((one) => equal(keyOf(one, schema), key));
    const directive = isFields(item) ? item['$patch'] : undefined;
    if (directive === 'delete') merged = merged.filter((_, at) => at !== index);
    else if (directive === 'replace' && key === undefined) continue;
    else if (index < 0) merged.push(strategicMergePatch(undefined, item, schema.items));
    else merged[index] = strategicMergePatch(merged[index], item, schema.items);
  }
  const named = patch.filter((item) => !(isFields(item) && item['$patch']));
  return ordered(merged, Array.isArray(order) ? order : named, Array.isArray(target) ? target : [], schema);
}

/**
 * Those that the order names come in its order; the others keep theirs, and stand before a named one only where they stood before it already.
 */
function ordered(list: unknown[], order: unknown, live: unknown[], schema: Schema): unknown[] {
  if (!Array.isArray(order)) return list;
  const placeIn = (among: unknown[], item: unknown) =>
    among.findIndex((one) => equal(keyOf(one, schema), keyOf(item, schema)));
  const named = list
    .filter((item) => placeIn(order, item) >= 0)
    .toSorted((one, other) => placeIn(order, one) - placeIn(order, other));
  const others = list.filter((item) => placeIn(order, item) < 0);
  const sorted: unknown[] = [];
  while (named.length > 0 && others.length > 0) {
    const [left, right] = [placeIn(live, others[0]), placeIn(live, named[0])];
    sorted.push(left >= 0 && right >= 0 && left < right ? others.shift() : named.shift());
  }
  return [...sorted, ...named, ...others];
}
