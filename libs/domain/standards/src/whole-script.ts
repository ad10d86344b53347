import type { Version } from './scope.ts';

/** Until January 2026 one test case stood for a whole script. Test cases of later scripts (0114 and on) are named one by one. */
const parts: Record<string, (id: string) => boolean> = {
  'flavor-name-check': (id) => id.startsWith('scs-0100-'),
  'entropy-check': (id) => id === 'scs-0101-entropy-avail' || id === 'scs-0101-fips-test',
  'entropy-check-entropy-avail': (id) => id === 'scs-0101-entropy-avail',
  'entropy-check-fips-test': (id) => id === 'scs-0101-fips-test',
  'entropy-check-rngd': (id) => id === 'scs-0101-rngd',
  'entropy-check-flavor-properties': (id) => id === 'scs-0101-flavor-property',
  'entropy-check-image-properties': (id) => id === 'scs-0101-image-property',
  'image-metadata-check': (id) => id.startsWith('scs-0102-'),
  'standard-flavors-check': (id) => id.startsWith('scs-0103-'),
  'standard-images-check': (id) => id.startsWith('scs-0104-'),
  'volume-types-check': (id) => id === 'scs-0114-syntax-check',
  'security-groups-default-rules-check': (id) => id === 'scs-0115-default-rules',
  'key-manager-check': (id) => id === 'scs-0116-permissions',
  'volume-backup-check': (id) => id === 'scs-0117-test-backup',
  'service-apis-check': (id) => id.startsWith('scs-0123-'),
};

/**
 * The fine-grained test cases that took the place of a whole script's, as far as the versions ask for them: the script knew nothing of
 * what later versions added. Null for an id that is none of a whole script.
 */
export function partsOfScript(
  id: string,
  known: readonly string[],
  versions: readonly Version[],
): string[] | null {
  const isPart = Object.hasOwn(parts, id) ? parts[id] : undefined;
  if (!isPart) return null;
  const main = new Set(versions.flatMap(({ targets }) => targets['main'] ?? []));
  return known.filter((part) => isPart(part) && (main.has(part) || id.startsWith('entropy-check-')));
}
