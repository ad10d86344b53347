import { addonNamespace } from './addon-stage.ts';
import { templateReferences, workerClasses, type TemplateReference } from './cluster-class.ts';
import { resourceKey } from './inventory.ts';
import { diffFields, hideSecrets, type FieldChange } from './field-diff.ts';
import {
  clusterClassesIn,
  identityOf,
  printIdentity,
  type ChartContents,
  type ReleaseContents,
} from './release-contents.ts';
import { isFields, type Fields } from './release-file.ts';
import { printClassName, printReleaseName, stackPrefix, type ReleaseName } from './release-name.ts';
import { planRollout, type Rollout } from './rollout.ts';
import { variablesOf, type ClusterVariable } from './variables.ts';

export interface ObjectChange {
  change: 'added' | 'removed' | 'changed';
  /** `Deployment kube-system/metrics-server` */
  object: string;
  /** Of what changed. Values of secrets are hidden. */
  fields: FieldChange[];
}

export interface VariableChange {
  name: string;
  change: 'added' | 'removed' | 'changed';
  /** What it means for a cluster, in words. */
  details: string[];
}

/** What moving a cluster from one release to another changes. */
export interface ReleaseDiff {
  from: string;
  to: string;
  versions: { part: keyof ReleaseContents['metadata']; from: string; to: string }[];
  /** Names that carry the version of a release are written `{class}` and `{stack}`. */
  classObjects: ObjectChange[];
  variables: VariableChange[];
  /** By stage; a removed object is pruned from clusters unless another stage has it. */
  addons: { stage: string; change: 'added' | 'removed' | 'changed'; objects: ObjectChange[] }[];
  nodeImages: { name: string; change: 'added' | 'removed' | 'changed'; fields: FieldChange[] }[];
  rollouts: Rollout[];
  /** Why Cluster API would refuse to move some or all clusters. */
  obstacles: string[];
}

export function diffReleases(from: ReleaseContents, to: ReleaseContents): ReleaseDiff {
  const [before, after] = [from, to].map((release) => classOf(release)) as [ClassFacts, ClassFacts];
  const variables = diffVariables(before.variables, after.variables);
  const defaults = changedDefaults(before.variables, after.variables);
  const facts = ({ clusterClass, objects }: ClassFacts, release: ReleaseContents) => ({
    kubernetes: release.metadata.kubernetes,
    clusterClass,
    objects,
    changedDefaults: defaults,
  });
  const parts = ['clusterStack', 'kubernetes', 'clusterAddon', 'nodeImage'] as const;
  return {
    from: printReleaseName(from.name),
    to: printReleaseName(to.name),
    versions: parts
      .filter((part) => from.metadata[part] !== to.metadata[part])
      .map((part) => ({ part, from: from.metadata[part], to: to.metadata[part] })),
    classObjects: diffObjects(before.objects, after.objects),
    variables,
    addons: diffAddons(from, to),
    nodeImages: diffNodeImages(from, to),
    rollouts: planRollout(facts(before, from), facts(after, to)),
    obstacles: [...stackObstacles(from.name, to.name), ...obstaclesOf(before, after, variables)],
  };
}

interface ClassFacts {
  clusterClass: Fields;
  objects: Fields[];
  variables: ClusterVariable[];
}

/** The objects of the class with names that carry the version made equal: only what else differs is a difference. */
function classOf({ name, classChart }: ReleaseContents): ClassFacts {
  const objects = classChart.objects.map((object, index) =>
    withNeutralNames(withoutRandom(object, classChart.random?.get(index)), [
      [printClassName(name), '{class}'],
      [printReleaseName(name), '{class}'],
      [stackPrefix(name), '{stack}'],
    ]),
  );
  const [clusterClass = {}] = clusterClassesIn(objects);
  return { clusterClass, objects, variables: variablesOf(clusterClass) };
}

function withNeutralNames(
  value: Fields,
  names: readonly (readonly [text: string, neutral: string])[],
): Fields {
  const neutral = (inner: unknown): unknown => {
    if (typeof inner === 'string')
      return names.reduce((text, [found, replacement]) => text.replaceAll(found, replacement), inner);
    if (Array.isArray(inner)) return inner.map(neutral);
    return isFields(inner)
      ? Object.fromEntries(Object.entries(inner).map(([key, field]) => [key, neutral(field)]))
      : inner;
  };
  return neutral(value) as Fields;
}

/** An object without the values that differ each time it is rendered: they say nothing of the release. */
function withoutRandom(object: Fields, pointers: readonly string[] = []): Fields {
  if (pointers.length === 0) return object;
  const copy = structuredClone(object);
  for (const pointer of pointers) {
    const keys = pointer
      .split('/')
      .slice(1)
      .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
    const last = keys.pop();
    const holder = keys.reduce<unknown>((at, key) => (at as Fields | undefined)?.[key], copy);
    if (last !== undefined && typeof holder === 'object' && holder !== null)
      (holder as Record<string, unknown>)[last] = '(random)';
  }
  return copy;
}

function diffObjects(from: readonly Fields[], to: readonly Fields[], namespace = ''): ObjectChange[] {
  const index = (objects: readonly Fields[]) =>
    new Map(objects.map((object) => [resourceKey(identityOf(object), namespace), object]));
  const [before, after] = [index(from), index(to)];
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((key): ObjectChange[] => {
    const [old, recent] = [before.get(key), after.get(key)];
    const object = printIdentity(identityOf(recent ?? old ?? {}));
    if (!old || !recent) return [{ change: old ? 'removed' : 'added', object, fields: [] }];
    const fields = hideSecrets(diffFields(old, recent), identityOf(recent).kind);
    return fields.length > 0 ? [{ change: 'changed', object, fields }] : [];
  });
}

function diffAddons(from: ReleaseContents, to: ReleaseContents): ReleaseDiff['addons'] {
  const objectsOf = (chart: ChartContents | undefined): Fields[] =>
    (chart?.objects ?? []).map((object, index) => withoutRandom(object, chart?.random?.get(index)));
  const stages = [...new Set([...from.addonCharts.keys(), ...to.addonCharts.keys()])];
  return stages.flatMap((stage) => {
    const [old, recent] = [from.addonCharts.get(stage), to.addonCharts.get(stage)];
    const objects = diffObjects(objectsOf(old), objectsOf(recent), addonNamespace);
    const change = !old ? 'added' : !recent ? 'removed' : 'changed';
    return change === 'changed' && objects.length === 0 ? [] : [{ stage, change, objects }];
  });
}

function diffNodeImages(from: ReleaseContents, to: ReleaseContents): ReleaseDiff['nodeImages'] {
  const index = ({ nodeImages }: ReleaseContents) =>
    new Map(nodeImages.map((image) => [image.createOpts.name, image]));
  const [before, after] = [index(from), index(to)];
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((name): ReleaseDiff['nodeImages'] => {
    const [old, recent] = [before.get(name), after.get(name)];
    if (!old || !recent) return [{ name, change: old ? 'removed' : 'added', fields: [] }];
    const fields = diffFields(old, recent);
    return fields.length > 0 ? [{ name, change: 'changed', fields }] : [];
  });
}

function diffVariables(from: readonly ClusterVariable[], to: readonly ClusterVariable[]): VariableChange[] {
  const index = (variables: readonly ClusterVariable[]) =>
    new Map(variables.map((variable) => [variable.name, variable]));
  const [before, after] = [index(from), index(to)];
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((name): VariableChange[] => {
    const [old, recent] = [before.get(name), after.get(name)];
    if (!recent) return [{ name, change: 'removed', details: [] }];
    if (!old) return [{ name, change: 'added', details: recent.required ? ['it is required'] : [] }];
    const details = variableDetails(old, recent);
    return details.length > 0 ? [{ name, change: 'changed', details }] : [];
  });
}

/** Variables in both releases whose default differs, also that of a field. */
function changedDefaults(from: readonly ClusterVariable[], to: readonly ClusterVariable[]): string[] {
  return to
    .filter(({ name, schema }) => {
      const old = from.find((variable) => variable.name === name);
      return old && diffFields(old.schema, schema).some(({ path }) => /(?:^|\.)default(?:$|[.[])/.test(path));
    })
    .map(({ name }) => name);
}

function variableDetails(old: ClusterVariable, recent: ClusterVariable): string[] {
  const details: string[] = [];
  if (old.type !== recent.type) details.push(`a ${old.type} becomes a ${recent.type}`);
  if (old.required !== recent.required)
    details.push(recent.required ? 'it is now required' : 'it is no longer required');
  const print = (value: unknown): string =>
    value === undefined
      ? 'none'
      : JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner));
  if (diffFields(old.default, recent.default).length > 0)
    details.push(`the default ${print(old.default)} becomes ${print(recent.default)}`);
  const others = diffFields(
    { ...old.schema, default: undefined, type: undefined },
    { ...recent.schema, default: undefined, type: undefined },
  ).filter(({ path }) => path !== 'description' && path !== 'example');
  if (others.length > 0) details.push(`its schema differs: ${others.map(({ path }) => path).join(', ')}`);
  return details;
}

/** What the admission of clusters refuses. */
function stackObstacles(from: ReleaseName, to: ReleaseName): string[] {
  const [old, recent] = [from, to].map(({ provider, name }) => `${provider}-${name}`);
  if (old !== recent) return [`${old} and ${recent} are two stacks: no cluster can be moved`];
  const [oldMinor = 0, minor = 0] = [from, to].map(({ kubernetesVersion }) =>
    Number(kubernetesVersion.split('.')[1]),
  );
  if (minor === oldMinor || minor === oldMinor + 1) return [];
  return [
    `Kubernetes ${from.kubernetesVersion} becomes ${to.kubernetesVersion}: only the next minor version is possible`,
  ];
}

/** What Cluster API checks when a cluster changes its class. */
function obstaclesOf(from: ClassFacts, to: ClassFacts, variables: readonly VariableChange[]): string[] {
  const classes = workerClasses(to.clusterClass).map(({ name }) => name);
  const gone = workerClasses(from.clusterClass).filter(({ name }) => !classes.includes(name));
  const sideOf = ({ clusterClass }: ClassFacts, of: TemplateReference['role']['of'], part?: string) =>
    templateReferences(clusterClass).find(
      ({ role }) => role.of === of && (!part || ('part' in role && role.part === part)),
    );
  const kinds = (['cluster', 'control-plane'] as const).flatMap((of) => {
    const part = of === 'control-plane' ? 'control-plane' : undefined;
    const [old, recent] = [sideOf(from, of, part), sideOf(to, of, part)];
    return old && recent && old.kind !== recent.kind
      ? [`${old.kind} becomes ${recent.kind}: no cluster can be moved`]
      : [];
  });
  return [
    ...kinds,
    ...gone.map(({ name }) => `the class ${name} of workers is gone: clusters that use it cannot be moved`),
    ...variables
      .filter(({ change }) => change === 'removed')
      .map(({ name }) => `the variable ${name} is gone: clusters that set it must remove it with the change`),
    ...variables
      .filter(({ details }) => details.includes('it is required') || details.includes('it is now required'))
      .map(({ name }) => `the variable ${name} is required: every cluster must set it with the change`),
  ];
}
