import {
  fieldsAt,
  listAt,
  templateReferences,
  textAt,
  workerClasses,
  type TemplateRole,
} from './cluster-class.ts';
import { diffFields } from './field-diff.ts';
import { identityOf } from './release-contents.ts';
import type { Fields } from './release-file.ts';
import { templateVariables } from './template-variables.ts';

/** Machines that Cluster API replaces when a cluster moves from one release to the other. */
export interface Rollout {
  /** `machines of the control plane`, or `workers of class default-worker`. */
  machines: string;
  /** `certain`: every cluster; `possible`: it depends on the cluster's variables. */
  certainty: 'certain' | 'possible';
  reasons: string[];
}

/** A release as far as machines depend on it: names that carry its version are made equal before. */
export interface RolloutFacts {
  kubernetes: string;
  clusterClass: Fields;
  objects: readonly Fields[];
  /** Variables with a default, or one of a field, that is not the other release's. */
  changedDefaults: readonly string[];
}

/** Who is replaced, and why, by Cluster API's rules, as far as templates tell without the values of a cluster. */
export function planRollout(from: RolloutFacts, to: RolloutFacts): Rollout[] {
  const groups: TemplateRole[] = [
    { of: 'control-plane', part: 'machine' },
    ...workerClasses(to.clusterClass).map(({ name }) => ({
      of: 'workers' as const,
      class: name,
      part: 'machine' as const,
    })),
  ];
  return groups.flatMap((group): Rollout[] => {
    const certain = certainReasons(from, to, group);
    const possible = possibleReasons(from, to, group);
    if (certain.length > 0)
      return [{ machines: printGroup(group), certainty: 'certain', reasons: [...certain, ...possible] }];
    if (possible.length > 0)
      return [{ machines: printGroup(group), certainty: 'possible', reasons: possible }];
    return [];
  });
}

const printGroup = (group: TemplateRole): string =>
  group.of === 'workers' ? `workers of class ${group.class}` : 'machines of the control plane';

function certainReasons(from: RolloutFacts, to: RolloutFacts, group: TemplateRole): string[] {
  const version =
    from.kubernetes === to.kubernetes ? [] : [`Kubernetes ${from.kubernetes} becomes ${to.kubernetes}`];
  const templates = templateReferences(to.clusterClass)
    .filter(({ role }) => isOfGroup(role, group))
    .flatMap(({ role, kind }) => {
      const [before, after] = [templateFor(from, role), templateFor(to, role)];
      if (!before || !after) return before === after ? [] : [`${kind} is another template`];
      if (identityOf(before).kind !== kind) return [`${identityOf(before).kind} becomes ${kind}`];
      const paths = diffFields(before['spec'], after['spec'], 'spec')
        .map(({ path }) => path)
        .filter((path) => !isInPlace(kind, path));
      return paths.length > 0 ? [`${kind}: ${shorten(paths)}`] : [];
    });
  return [...version, ...templates];
}

/** Fields that Cluster API's own control plane changes without a new machine; of others nothing is known. */
function isInPlace(kind: string, path: string): boolean {
  if (kind !== 'KubeadmControlPlaneTemplate') return false;
  const field = path.replace(/^spec\.template\.(?:spec\.)?/, '');
  return !/^(?:kubeadmConfigSpec|machineTemplate\.(?:infrastructureRef|spec\.infrastructureRef))\b/.test(
    field,
  );
}

/** Patches that differ, or that read a variable whose default does: their outcome depends on the cluster. */
function possibleReasons(from: RolloutFacts, to: RolloutFacts, group: TemplateRole): string[] {
  const [before, after] = [from, to].map(({ clusterClass }) => patchesOf(clusterClass));
  const names = [...new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])])];
  return names.flatMap((name) => {
    const [old, recent] = [before?.get(name), after?.get(name)];
    const isMeant = [old, recent].some((patch) => patch && selects(patch, group));
    if (!isMeant) return [];
    if (!old || !recent) return [`the patch ${name} is ${old ? 'gone' : 'new'}`];
    if (diffFields(old, recent).length > 0) return [`the patch ${name} differs`];
    const read = [...variablesRead(recent)].filter((variable) => to.changedDefaults.includes(variable));
    return read.map((variable) => `the default of ${variable} differs, which the patch ${name} reads`);
  });
}

const patchesOf = (clusterClass: Fields): Map<string, Fields> =>
  new Map(listAt(fieldsAt(clusterClass, 'spec'), 'patches').map((patch) => [textAt(patch, 'name'), patch]));

function selects(patch: Fields, group: TemplateRole): boolean {
  return listAt(patch, 'definitions').some((definition) => {
    const resources = fieldsAt(fieldsAt(definition, 'selector'), 'matchResources');
    if (group.of === 'control-plane') return resources['controlPlane'] === true;
    return ['machineDeploymentClass', 'machinePoolClass'].some((field) => {
      const names = fieldsAt(resources, field)['names'];
      return (
        group.of === 'workers' &&
        Array.isArray(names) &&
        names.some((name) => name === group.class || (typeof name === 'string' && name.includes('*')))
      );
    });
  });
}

function variablesRead(patch: Fields): Set<string> {
  const sources = listAt(patch, 'definitions')
    .flatMap((definition) => listAt(definition, 'jsonPatches'))
    .map((jsonPatch) => fieldsAt(jsonPatch, 'valueFrom'));
  return new Set([
    ...templateVariables(textAt(patch, 'enabledIf')),
    ...sources.flatMap((source) => templateVariables(textAt(source, 'template'))),
    ...sources.map((source) => textAt(source, 'variable').split(/[.[]/)[0] ?? ''),
  ]);
}

const isOfGroup = (role: TemplateRole, group: TemplateRole): boolean =>
  role.of === group.of && (role.of !== 'workers' || group.of !== 'workers' || role.class === group.class);

function templateFor({ clusterClass, objects }: RolloutFacts, role: TemplateRole): Fields | undefined {
  const reference = templateReferences(clusterClass).find(
    (candidate) => diffFields(candidate.role, role).length === 0,
  );
  if (!reference) return undefined;
  return objects.find((object) => {
    const { kind, name } = identityOf(object);
    return kind === reference.kind && name === reference.name;
  });
}

const shorten = (paths: readonly string[]): string =>
  paths.length > 3 ? `${paths.slice(0, 3).join(', ')} and ${paths.length - 3} more fields` : paths.join(', ');
