import type { AppliedResource } from './resources.ts';

/** Group and version of an `apiVersion`; the core group is empty. */
export function splitApiVersion(apiVersion: string): { group: string; version: string } {
  const slash = apiVersion.lastIndexOf('/');
  return { group: slash < 0 ? '' : apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}

export const apiVersionOf = ({ group, version }: AppliedResource): string =>
  group ? `${group}/${version ?? ''}` : (version ?? '');

/** The entry of an object as its manifest has it. */
export function resourceOf(manifest: {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string | undefined };
}): AppliedResource {
  const { group, version } = splitApiVersion(manifest.apiVersion);
  const { name, namespace = '' } = manifest.metadata;
  return { group, version, kind: manifest.kind, namespace, name };
}

/**
 * What makes two entries the same object: group, kind, namespace and name; not the version. An entry without a namespace is in the one that
 * objects go to by default, or in none where its kind has none; that is the same for all entries of a kind, so it can be compared.
 */
export const resourceKey = (
  { group = '', kind = '', namespace, name = '' }: AppliedResource,
  defaultNamespace: string,
): string => `${group}/${kind}/${namespace || defaultNamespace}/${name}`;

/** What an inventory has beside what is wanted: it is to be removed, last applied first. */
export function obsoleteResources(
  inventory: readonly AppliedResource[],
  wanted: readonly AppliedResource[],
  defaultNamespace: string,
): AppliedResource[] {
  const keys = new Set(wanted.map((resource) => resourceKey(resource, defaultNamespace)));
  return inventory.filter((resource) => !keys.has(resourceKey(resource, defaultNamespace))).toReversed();
}

/**
 * The inventory as it is written down before anything is applied: what is wanted and not known yet counts as not synced, so that an object is
 * known even when the process dies right after it was created.
 */
export function announcedInventory(
  inventory: readonly AppliedResource[],
  wanted: readonly AppliedResource[],
  defaultNamespace: string,
): AppliedResource[] {
  const known = new Map(inventory.map((resource) => [resourceKey(resource, defaultNamespace), resource]));
  return [
    ...wanted.map(
      (resource): AppliedResource =>
        known.get(resourceKey(resource, defaultNamespace)) ?? { ...resource, status: 'not-synced' },
    ),
    ...obsoleteResources(inventory, wanted, defaultNamespace).toReversed(),
  ];
}

/** For people: `ClusterClass docker-ferrol-1-27-v1`. */
export const describeResource = ({ kind = '', namespace, name = '' }: AppliedResource): string =>
  `${kind} ${namespace ? `${namespace}/` : ''}${name}`;
