/** One operation of RFC 6902, as far as ClusterClasses may use them. */
export interface JsonPatchOperation {
  op: 'add' | 'replace' | 'remove';
  /** RFC 6901. */
  path: string;
  value?: unknown;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Changes the document. Throws, with the path, where it has no place for an operation. */
export function applyJsonPatch(document: unknown, { op, path, value }: JsonPatchOperation): void {
  const tokens = path
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = tokens.pop();
  let parent = document;
  for (const token of tokens) {
    parent = Array.isArray(parent) ? parent[Number(token)] : isObject(parent) ? parent[token] : undefined;
  }
  if (last === undefined || (!Array.isArray(parent) && !isObject(parent))) {
    throw new Error(`${op} operation does not apply: doc is missing path: ${JSON.stringify(path)}: missing value`);
  }
  if (Array.isArray(parent)) changeItem(parent, last, { op, path, value });
  else if (op === 'remove' && !(last in parent)) {
    throw new Error(`remove operation does not apply: doc is missing key: ${path}: missing value`);
  } else if (op === 'remove') delete parent[last];
  else if (op === 'replace' && !(last in parent)) {
    throw new Error(`replace operation does not apply: doc is missing key: ${path}: missing value`);
  } else parent[last] = structuredClone(value);
}

function changeItem(list: unknown[], token: string, { op, path, value }: JsonPatchOperation): void {
  const index = token === '-' && op === 'add' ? list.length : Number(token);
  const end = op === 'add' ? list.length : list.length - 1;
  if (!Number.isInteger(index) || index < 0 || index > end) {
    throw new Error(`${op} operation does not apply: doc is missing path: ${path}: invalid index referenced`);
  }
  if (op === 'add') list.splice(index, 0, structuredClone(value));
  else if (op === 'remove') list.splice(index, 1);
  else list[index] = structuredClone(value);
}

const same = (a: unknown, b: unknown): boolean => {
  if (Object.is(a, b)) return true;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => same(item, b[index]));
  }
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a).filter((key) => a[key] !== undefined);
  const others = Object.keys(b).filter((key) => b[key] !== undefined);
  return keys.length === others.length && keys.every((key) => same(a[key], b[key]));
};

/** Whether two values are the same JSON. */
export const sameJson = same;

/** What must be merged (RFC 7386) into the one to make it the other; undefined where nothing. */
export function mergePatch(before: unknown, after: unknown): Record<string, unknown> | undefined {
  if (!isObject(before) || !isObject(after)) throw new Error('a merge patch is of two objects');
  const patch: Record<string, unknown> = {};
  for (const key of Object.keys(after)) {
    const [was, is] = [before[key], after[key]];
    if (is === undefined || same(was, is)) continue;
    patch[key] = isObject(was) && isObject(is) ? mergePatch(was, is) : is;
  }
  for (const key of Object.keys(before)) {
    if (before[key] !== undefined && after[key] === undefined) patch[key] = null;
  }
  return Object.keys(patch).length > 0 ? patch : undefined;
}
