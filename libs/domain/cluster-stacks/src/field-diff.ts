import { isFields } from './release-file.ts';
import { isSame } from './variable-check.ts';

/** A field that differs; a side is absent where the field is. */
export interface FieldChange {
  /** `spec.template.spec.containers[cni].image`: entries of lists by their name, else by their place. */
  path: string;
  from?: unknown;
  to?: unknown;
}

/** Every field that differs between two values, the smallest ones that do. */
export function diffFields(from: unknown, to: unknown, path = ''): FieldChange[] {
  if (isSame(from, to)) return [];
  if (isFields(from) && isFields(to)) {
    const names = [...new Set([...Object.keys(from), ...Object.keys(to)])];
    return names.flatMap((name) => diffFields(from[name], to[name], path === '' ? name : `${path}.${name}`));
  }
  if (Array.isArray(from) && Array.isArray(to)) return diffLists(from, to, path);
  return [{ path, ...(from !== undefined && { from }), ...(to !== undefined && { to }) }];
}

function diffLists(from: readonly unknown[], to: readonly unknown[], path: string): FieldChange[] {
  const [before, after] = [byName(from), byName(to)];
  if (before && after) {
    const changes = [...new Set([...before.keys(), ...after.keys()])].flatMap((name) =>
      diffFields(before.get(name), after.get(name), `${path}[${name}]`),
    );
    // The same entries in another order.
    return changes.length > 0 ? changes : [{ path, from, to }];
  }
  const length = Math.max(from.length, to.length);
  return Array.from({ length }, (_, index) => diffFields(from[index], to[index], `${path}[${index}]`)).flat();
}

/** Entries by their name, where each has one of its own. */
function byName(list: readonly unknown[]): Map<string, unknown> | undefined {
  const entries = list.map((entry) => [isFields(entry) ? entry['name'] : undefined, entry] as const);
  const named = entries.filter((entry): entry is [string, unknown] => typeof entry[0] === 'string');
  const map = new Map(named);
  return map.size === list.length ? map : undefined;
}

const secret =
  /^(?:password|passwd|passphrase|token|secret|clientSecret|client_secret|privateKey|private_key)$/i;

/** The changes with values that nobody should read hidden: what a Secret holds, and fields that are called like a secret. */
export function hideSecrets(changes: readonly FieldChange[], kind: string): FieldChange[] {
  return changes.map(({ path, ...sides }) => {
    const isSecret =
      (kind === 'Secret' && /^(?:data|stringData)\b/.test(path)) ||
      secret.test(/([^.[\]]+)\]?$/.exec(path)?.[1] ?? '');
    const shown = (value: unknown): unknown => (isSecret ? '(hidden)' : hideInside(value));
    return {
      path,
      ...('from' in sides && { from: shown(sides.from) }),
      ...('to' in sides && { to: shown(sides.to) }),
    };
  });
}

/** Plain data for any output: integers too large for JSON as texts. */
function hideInside(value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (Array.isArray(value)) return value.map(hideInside);
  if (!isFields(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, secret.test(name) ? '(hidden)' : hideInside(inner)]),
  );
}
