import { copy, equal, isFields, type Fields } from '../kubernetes/json.ts';

/** One operation of RFC 6902, as far as ClusterClasses may use them. */
export interface JsonPatchOperation {
  op: 'add' | 'replace' | 'remove';
  /** RFC 6901. */
  path: string;
  value?: unknown;
}

/** Changes the document. Throws, naming the path, where it has no place for an operation. */
export function applyJsonPatch(document: object, { op, path, value }: JsonPatchOperation): void {
  const steps = path
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = steps.pop();
  let parent: unknown = document;
  for (const step of steps) {
    parent = Array.isArray(parent) ? parent[Number(step)] : isFields(parent) ? parent[step] : undefined;
  }
  const misses = (what: string): Error =>
    new Error(`${op} operation does not apply: doc is missing ${what}: ${path}`);
  if (last === undefined) throw misses('path');
  if (Array.isArray(parent)) {
    const index = last === '-' && op === 'add' ? parent.length : Number(last);
    const end = op === 'add' ? parent.length : parent.length - 1;
    if (!Number.isInteger(index) || index < 0 || index > end) throw misses('index');
    parent.splice(index, op === 'add' ? 0 : 1, ...(op === 'remove' ? [] : [copy(value)]));
  } else if (!isFields(parent)) throw misses('path');
  else if (op !== 'add' && parent[last] === undefined) throw misses('key');
  else if (op === 'remove') delete parent[last];
  else parent[last] = copy(value);
}

/** What must be merged (RFC 7396) into the one to make it the other; undefined where nothing. */
export function patchBetween(before: Fields, after: Fields): Fields | undefined {
  const patch: Fields = {};
  for (const [key, is] of Object.entries(after)) {
    const was = before[key];
    if (is === undefined || equal(was, is)) continue;
    patch[key] = isFields(was) && isFields(is) ? patchBetween(was, is) : is;
  }
  for (const key of Object.keys(before)) {
    if (before[key] !== undefined && after[key] === undefined) patch[key] = null;
  }
  return Object.keys(patch).length > 0 ? patch : undefined;
}
