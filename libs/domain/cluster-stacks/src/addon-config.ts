import { FileReading } from './release-file.ts';

/** clusteraddon.yaml: which charts are applied or deleted at which point of a cluster's life. Its presence makes a release multi-stage. */
export interface AddonConfig {
  /** Ordered stages by hook, e.g. `AfterControlPlaneInitialized`; names that nobody calls are kept. */
  stages: ReadonlyMap<string, readonly AddonStage[]>;
}

export interface AddonStage {
  /** Folder of the chart in the add-on archive. */
  name: string;
  action: 'apply' | 'delete';
  waitForPreCondition?: AddonCondition;
  waitForPostCondition?: AddonCondition;
}

/** Holds when the expression is true for the live objects. */
export interface AddonCondition {
  objects: readonly AddonConditionObject[];
  /** In CEL; each object is a variable, named by its key. */
  conditions: string;
}

export interface AddonConditionObject {
  key: string;
  apiVersion: string;
  kind: string;
  name: string;
  /** Empty for objects without one. */
  namespace: string;
}

export const addonConfigFile = 'clusteraddon.yaml';

/** The points at which Cluster API can call us, in the order of a cluster's life. */
export const addonHooks = [
  'AfterControlPlaneInitialized',
  'BeforeClusterUpgrade',
  'AfterControlPlaneUpgrade',
  'AfterClusterUpgrade',
] as const;

/** Reads clusteraddon.yaml. Throws ReleaseInvalid. */
export function parseAddonConfig(text: string): AddonConfig {
  const reading = new FileReading(addonConfigFile);
  const document = reading.document(text);
  const hooks = document['addonStages'] ?? {};
  const stages = new Map(
    Object.entries(reading.fields(hooks, 'addonStages')).map(([hook, list]) => {
      const path = `addonStages.${hook}`;
      return [
        hook,
        reading.list(list, path).map((stage, index) => readStage(reading, stage, `${path}[${index}]`)),
      ];
    }),
  );
  reading.check();
  return { stages };
}

function readStage(reading: FileReading, value: unknown, path: string): AddonStage {
  const stage = reading.fields(value, path);
  const name = reading.text(stage['name'], `${path}.name`, 'the folder of its chart, cni');
  if (/[/\\]|^\.{1,2}$/.test(name)) reading.note(`${path}.name`, `is "${name}"; name a folder, not a path`);
  const action = reading.text(stage['action'], `${path}.action`, 'apply');
  if (action && action !== 'apply' && action !== 'delete')
    reading.note(`${path}.action`, `is "${action}"; write apply or delete`);
  const pre = readCondition(reading, stage['waitForPreCondition'], `${path}.waitForPreCondition`);
  const post = readCondition(reading, stage['waitForPostCondition'], `${path}.waitForPostCondition`);
  return {
    name,
    action: action === 'delete' ? 'delete' : 'apply',
    ...(pre && { waitForPreCondition: pre }),
    ...(post && { waitForPostCondition: post }),
  };
}

/** An absent condition, and one with no expression and no objects, is none. */
function readCondition(reading: FileReading, value: unknown, path: string): AddonCondition | undefined {
  if (value === undefined || value === null) return undefined;
  const condition = reading.fields(value, path);
  const list = reading.list(condition['objects'], `${path}.objects`);
  const expression = reading.optionalText(condition['conditions'], `${path}.conditions`);
  if (expression === undefined && list.length === 0) return undefined;
  if (expression === undefined)
    reading.note(`${path}.conditions`, 'is missing; write a CEL expression over the keys of the objects');
  const objects = list.map((object, index) => readObject(reading, object, `${path}.objects[${index}]`));
  const keys = objects.map(({ key }) => key);
  const twice = keys.find((key, index) => key !== '' && keys.indexOf(key) !== index);
  if (twice) reading.note(`${path}.objects`, `has two objects with the key ${twice}; give each its own`);
  return { objects, conditions: expression ?? '' };
}

function readObject(reading: FileReading, value: unknown, path: string): AddonConditionObject {
  const object = reading.fields(value, path);
  return {
    key: reading.text(object['key'], `${path}.key`, 'deployment'),
    apiVersion: reading.text(object['apiVersion'], `${path}.apiVersion`, 'apps/v1'),
    kind: reading.text(object['kind'], `${path}.kind`, 'Deployment'),
    name: reading.text(object['name'], `${path}.name`, 'metrics-server'),
    namespace: reading.optionalText(object['namespace'], `${path}.namespace`) ?? '',
  };
}
