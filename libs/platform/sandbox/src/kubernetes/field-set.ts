import { isFields, type Fields } from './json.ts';

/**
 * A set of field paths, as `managedFields` writes it (FieldsV1). The keys of `below` are its path elements: `f:name`, `k:{"name":"a"}`, `v:"x"`.
 * A node that is no member only leads to members.
 */
export interface FieldSet {
  member: boolean;
  below: Map<string, FieldSet>;
}

export const emptySet = (): FieldSet => ({ member: false, below: new Map() });

export const isEmpty = ({ member, below }: FieldSet): boolean => !member && below.size === 0;

/** The node at the path element, made where it is missing. */
export function enter(set: FieldSet, element: string): FieldSet {
  let node = set.below.get(element);
  if (!node) {
    node = emptySet();
    set.below.set(element, node);
  }
  return node;
}

/** Drops a node that leads nowhere. */
export function leave(set: FieldSet, element: string): void {
  const node = set.below.get(element);
  if (node && isEmpty(node)) set.below.delete(element);
}

export function parseFieldsV1(fields: Fields): FieldSet {
  const set = emptySet();
  for (const [element, value] of Object.entries(fields)) {
    if (element === '.') set.member = true;
    else {
      const node = parseFieldsV1(isFields(value) ? value : {});
      if (node.below.size === 0) node.member = true;
      set.below.set(element, node);
    }
  }
  return set;
}

export function formatFieldsV1({ member, below }: FieldSet): Fields {
  const fields: Fields = {};
  // A leaf is a member anyway; the root is written by its caller alone.
  if (member && below.size > 0) fields['.'] = {};
  for (const element of [...below.keys()].toSorted()) fields[element] = formatFieldsV1(below.get(element)!);
  return fields;
}

function combine(
  one: FieldSet | undefined,
  other: FieldSet | undefined,
  member: (one: boolean, other: boolean) => boolean,
): FieldSet {
  const made: FieldSet = { member: member(one?.member ?? false, other?.member ?? false), below: new Map() };
  const elements = new Set([...(one?.below.keys() ?? []), ...(other?.below.keys() ?? [])]);
  for (const element of elements) {
    const node = combine(one?.below.get(element), other?.below.get(element), member);
    if (!isEmpty(node)) made.below.set(element, node);
  }
  return made;
}

export const union = (one: FieldSet, other: FieldSet): FieldSet => combine(one, other, (a, b) => a || b);
export const intersection = (one: FieldSet, other: FieldSet): FieldSet =>
  combine(one, other, (a, b) => a && b);
export const difference = (one: FieldSet, other: FieldSet): FieldSet =>
  combine(one, other, (a, b) => a && !b);

export const equalSets = (one: FieldSet, other: FieldSet): boolean =>
  isEmpty(combine(one, other, (a, b) => a !== b));

/** The members as people read them, those of a level before those below it: `.spec.items[name="a"].mode`. */
export function readablePaths(set: FieldSet, path = ''): string[] {
  const nodes = [...set.below.keys()]
    .toSorted()
    .map((element) => ({ node: set.below.get(element)!, at: `${path}${readable(element)}` }));
  return [
    ...nodes.filter(({ node }) => node.member).map(({ at }) => at),
    ...nodes.flatMap(({ node, at }) => readablePaths(node, at)),
  ];
}

function readable(element: string): string {
  const value = element.slice(2);
  if (element.startsWith('f:')) return `.${value}`;
  if (!element.startsWith('k:')) return `[${element.startsWith('v:') ? '=' : ''}${value}]`;
  const key = JSON.parse(value) as Fields;
  return `[${Object.entries(key)
    .map(([name, part]) => `${name}=${JSON.stringify(part)}`)
    .join(',')}]`;
}

/** Without the members at and below the paths. Path elements, e.g. `['f:status']`. */
export function withoutPaths(set: FieldSet, paths: readonly (readonly string[])[]): FieldSet {
  const made: FieldSet = { member: set.member, below: new Map(set.below) };
  for (const [element = '', ...rest] of paths) {
    const node = made.below.get(element);
    if (!node) continue;
    if (rest.length === 0) {
      made.below.delete(element);
      continue;
    }
    const kept = withoutPaths(node, [rest]);
    if (isEmpty(kept)) made.below.delete(element);
    else made.below.set(element, kept);
  }
  return made;
}
