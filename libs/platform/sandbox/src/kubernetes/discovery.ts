import type { Fields } from './json.ts';
import { versionsOf, type Registry } from './registry.ts';
import { apiVersionOf, versionOf, type Resource, type ResourceVersion } from './resource.ts';

const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];
const subresourceVerbs = ['get', 'patch', 'update'];

const groupsOf = (registry: Registry): string[] => [
  ...new Set(
    registry
      .all()
      .map(({ group }) => group)
      .filter((group) => group !== ''),
  ),
];

const servedIn = (registry: Registry, group: string, version: string) =>
  registry.ofGroup(group).flatMap((resource) => {
    const found = versionOf(resource, version);
    return found?.served ? [{ resource, version: found }] : [];
  });

/** `/api`. */
export const coreVersions = (host: string): Fields => ({
  kind: 'APIVersions',
  versions: ['v1'],
  serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: host }],
});

/** `/apis`. */
export const groupList = (registry: Registry): Fields => ({
  kind: 'APIGroupList',
  apiVersion: 'v1',
  groups: groupsOf(registry).map((group) => entryOf(registry, group)),
});

function entryOf(registry: Registry, group: string): Fields {
  const versions = versionsOf(registry.ofGroup(group)).map((version) => ({
    groupVersion: `${group}/${version}`,
    version,
  }));
  return { name: group, versions, preferredVersion: versions[0] };
}

/** `/apis/<group>`; undefined where it is not served. */
export const groupOf = (registry: Registry, group: string): Fields | undefined =>
  versionsOf(registry.ofGroup(group)).length > 0
    ? { kind: 'APIGroup', apiVersion: 'v1', ...entryOf(registry, group) }
    : undefined;

/** `/api/v1`, `/apis/<group>/<version>`; undefined where it is not served. */
export function resourceList(registry: Registry, group: string, version: string): Fields | undefined {
  const served = servedIn(registry, group, version);
  if (served.length === 0) return undefined;
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: apiVersionOf({ group }, version),
    resources: served.flatMap(({ resource, version: found }) => [
      {
        name: resource.plural,
        singularName: resource.singular,
        namespaced: resource.namespaced,
        kind: resource.kind,
        verbs,
        ...(resource.shortNames.length > 0 && { shortNames: resource.shortNames }),
        ...(resource.categories.length > 0 && { categories: resource.categories }),
      },
      ...subresourcesOf(resource, found).map(({ name, kind }) => ({
        name: `${resource.plural}/${name}`,
        singularName: '',
        namespaced: resource.namespaced,
        ...kind,
        verbs: subresourceVerbs,
      })),
    ]),
  };
}

const scaleKind = { group: 'autoscaling', version: 'v1', kind: 'Scale' };

const subresourcesOf = (resource: Resource, version: ResourceVersion) => [
  ...(version.status ? [{ name: 'status', kind: { kind: resource.kind } }] : []),
  ...(version.scale ? [{ name: 'scale', kind: scaleKind }] : []),
];

/** Aggregated discovery: everything below `/api` or `/apis` in one answer. */
export function aggregated(registry: Registry, core: boolean): Fields {
  const groups = core ? [''] : groupsOf(registry);
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    metadata: {},
    items: groups.map((group) => ({
      metadata: { name: group, creationTimestamp: null },
      versions: versionsOf(registry.ofGroup(group)).map((version) => ({
        version,
        freshness: 'Current',
        resources: servedIn(registry, group, version).map(({ resource, version: found }) => ({
          resource: resource.plural,
          responseKind: { group, version, kind: resource.kind },
          scope: resource.namespaced ? 'Namespaced' : 'Cluster',
          singularResource: resource.singular,
          verbs,
          ...(resource.shortNames.length > 0 && { shortNames: resource.shortNames }),
          ...(resource.categories.length > 0 && { categories: resource.categories }),
          subresources: subresourcesOf(resource, found).map(({ name, kind }) => ({
            subresource: name,
            responseKind: 'group' in kind ? kind : { group, version, ...kind },
            verbs: subresourceVerbs,
          })),
        })),
      })),
    })),
  };
}

/** `/version`. */
export function versionInfo(gitVersion: string): Fields {
  const [major = '1', minor = '34'] = gitVersion.replace(/^v/, '').split('.');
  return {
    major,
    minor,
    gitVersion,
    gitCommit: 'sandbox',
    gitTreeState: 'clean',
    buildDate: '1970-01-01T00:00:00Z',
    goVersion: 'none',
    compiler: 'none',
    platform: 'sandbox',
  };
}
