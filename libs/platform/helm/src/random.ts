import { HelmError } from './failure.ts';

type Objects = Record<string, unknown>[];

/**
 * JSON pointers of the values that differ between two renderings of one chart, by the object's place. Where the sets of keys or the lengths of
 * lists differ, the pointer is that of the mapping or list. Throws {@link HelmError} `random-names` where not even the objects are the same ones.
 */
export function randomValues(chart: string, first: Objects, second: Objects): Map<number, string[]> {
  if (first.length !== second.length) {
    throw new HelmError(
      'random-names',
      `chart ${chart}: renders to ${first.length} objects one time and ${second.length} the next; make their number fixed`,
    );
  }
  const random = new Map<number, string[]>();
  for (const [index, object] of first.entries()) {
    const other = second[index] ?? {};
    if (identity(object) !== identity(other)) {
      throw new HelmError(
        'random-names',
        `chart ${chart}: an object is "${identity(object)}" one time and "${identity(other)}" the next; give it a fixed name`,
      );
    }
    const pointers: string[] = [];
    compare(object, other, '', pointers);
    if (pointers.length > 0) random.set(index, pointers);
  }
  return random;
}

/** Of an object among the others. */
function identity({ apiVersion, kind, metadata }: Record<string, unknown>): string {
  const { namespace = '', name = '', generateName = '' } = isMapping(metadata) ? metadata : {};
  return [apiVersion, kind, namespace, name === '' ? generateName : name]
    .filter((part) => part !== '')
    .join(' ');
}

function compare(first: unknown, second: unknown, pointer: string, into: string[]): void {
  if (Array.isArray(first) && Array.isArray(second)) {
    if (first.length !== second.length) into.push(pointer);
    else first.forEach((item, index) => compare(item, second[index], `${pointer}/${index}`, into));
  } else if (isMapping(first) && isMapping(second)) {
    const keys = Object.keys(first);
    const same =
      keys.length === Object.keys(second).length && keys.every((key) => Object.hasOwn(second, key));
    if (!same) into.push(pointer);
    else for (const key of keys) compare(first[key], second[key], `${pointer}/${escape(key)}`, into);
  } else if (first !== second) {
    into.push(pointer);
  }
}

const escape = (key: string) => key.replaceAll('~', '~0').replaceAll('/', '~1');

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
