import { builtInResources } from './built-in-resources.ts';
import { keyOf, resourceKey, versionOf, type Resource, type ResourceVersion } from './resource.ts';

/** Which types are served. */
export interface Registry {
  all(): Resource[];
  byKey(key: string): Resource | undefined;
  /** Served under that path; undefined where not. */
  find(
    group: string,
    version: string,
    plural: string,
  ): { resource: Resource; version: ResourceVersion } | undefined;
  findKind(group: string, version: string, kind: string): Resource | undefined;
  ofGroup(group: string): Resource[];
  add(resource: Resource): void;
  remove(key: string): void;
  /** Changes whenever a type does. */
  readonly generation: number;
}

export function createRegistry(): Registry {
  const resources = new Map(builtInResources.map((resource) => [keyOf(resource), resource]));
  let generation = 1;
  const served = (resource: Resource | undefined, name: string): ResourceVersion | undefined => {
    const version = resource && versionOf(resource, name);
    return version?.served ? version : undefined;
  };
  return {
    all: () => [...resources.values()],
    byKey: (key) => resources.get(key),
    find(group, name, plural) {
      const resource = resources.get(resourceKey(group, plural));
      const version = served(resource, name);
      return resource && version ? { resource, version } : undefined;
    },
    findKind: (group, name, kind) =>
      [...resources.values()].find(
        (resource) => resource.group === group && resource.kind === kind && served(resource, name),
      ),
    ofGroup: (group) => [...resources.values()].filter((resource) => resource.group === group),
    add(resource) {
      resources.set(keyOf(resource), resource);
      generation++;
    },
    remove(key) {
      resources.delete(key);
      generation++;
    },
    get generation() {
      return generation;
    },
  };
}

/** The versions of a group that are served, the preferred one first. */
export function versionsOf(resources: Resource[]): string[] {
  return [
    ...new Set(
      resources.flatMap(({ versions }) => versions.filter(({ served }) => served).map(({ name }) => name)),
    ),
  ];
}
