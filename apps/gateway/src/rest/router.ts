import type { Template } from './http-rule.ts';

export interface Entry<T> {
  method: string;
  template: Template;
  value: T;
}

export type Found<T> =
  | { kind: 'found'; entry: Entry<T>; segments: string[] }
  /** The path exists, with these methods. */
  | { kind: 'wrong-method'; allow: string[] }
  | { kind: 'unknown' };

interface Node<T> {
  literals: Map<string, Node<T>>;
  any?: Node<T>;
  /** What ends here, by verb and method. */
  ends: Map<string, Map<string, Entry<T>>>;
  /** What takes all the rest. */
  rest: Map<string, Map<string, Entry<T>>>;
}

const node = <T>(): Node<T> => ({ literals: new Map(), ends: new Map(), rest: new Map() });

/**
 * Finds routes by path and method. Its own tree, since Fastify's knows no `:verb` suffix: there the colon begins a parameter. A literal
 * goes before `*`. A colon in the last segment always begins the verb; in an id it is sent as `%3A`.
 */
export function createRouter<T>(entries: Entry<T>[]): (method: string, path: string) => Found<T> {
  const root = node<T>();
  for (const entry of entries) add(root, entry);
  return (method, path) => {
    const colon = path.indexOf(':', path.lastIndexOf('/'));
    const verb = colon < 0 ? '' : path.slice(colon + 1);
    const plain = colon < 0 ? path : path.slice(0, colon);
    const segments = plain === '/' ? [] : plain.slice(1).split('/');
    const allow = new Set<string>();
    for (const methods of matches(root, segments, 0, verb)) {
      const entry = methods.get(method);
      if (entry) return { kind: 'found', entry, segments };
      for (const other of methods.keys()) allow.add(other);
    }
    return allow.size > 0 ? { kind: 'wrong-method', allow: [...allow].toSorted() } : { kind: 'unknown' };
  };
}

function add<T>(root: Node<T>, entry: Entry<T>): void {
  const { segments, verb } = entry.template;
  let at = root;
  for (const segment of segments) {
    if (segment === '**') break;
    if (segment === '*') at = at.any ??= node();
    else {
      const next = at.literals.get(segment) ?? node<T>();
      at.literals.set(segment, next);
      at = next;
    }
  }
  const leaves = segments.at(-1) === '**' ? at.rest : at.ends;
  const methods = leaves.get(verb) ?? new Map<string, Entry<T>>();
  if (methods.has(entry.method)) throw new Error(`two routes for ${entry.method} /${segments.join('/')}`);
  leaves.set(verb, methods.set(entry.method, entry));
}

function* matches<T>(
  at: Node<T>,
  segments: string[],
  index: number,
  verb: string,
): Generator<Map<string, Entry<T>>> {
  const segment = segments[index];
  if (segment === undefined) {
    const methods = at.ends.get(verb);
    if (methods) yield methods;
  } else if (segment !== '') {
    const literal = at.literals.get(segment);
    if (literal) yield* matches(literal, segments, index + 1, verb);
    if (at.any) yield* matches(at.any, segments, index + 1, verb);
  }
  const rest = at.rest.get(verb);
  if (rest) yield rest;
}
