import { ownedLabel, resourceKey, resourceOf, type AppliedResource } from '@scs/cluster-stacks';
import type { Rendered } from '@scs/helm';
import type { ApiObject } from '@scs/kubernetes';
import type { ApplyTarget } from './apply.ts';

/** An object as it is to be applied. */
export interface Manifest {
  resource: AppliedResource;
  key: string;
  object: ApiObject;
  /** JSON pointers of values that are new with each rendering. */
  random: readonly string[];
}

/** Ready to be applied, or why it cannot be. */
export type Prepared = { manifest: Manifest } | { resource: AppliedResource; key: string; problem: string };

type Fields = Record<string, unknown>;
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Where objects are to go; see ApplyTarget. */
type Destination = Pick<ApplyTarget, 'namespace' | 'wholeCluster'>;

/** Labels every object. Of one that is rendered twice the last one counts. */
export function prepare(rendered: Rendered, destination: Destination): Prepared[] {
  const byKey = new Map<string, Prepared>();
  rendered.objects.forEach((object, place) => {
    const prepared = prepareOne(object, rendered.random.get(place) ?? [], destination);
    byKey.set('manifest' in prepared ? prepared.manifest.key : prepared.key, prepared);
  });
  return [...byKey.values()];
}

function prepareOne(
  rendered: Fields,
  random: readonly string[],
  { namespace, wholeCluster }: Destination,
): Prepared {
  const object = asApiObject(structuredClone(rendered));
  const resource = resourceOf(object);
  const key = resourceKey(resource, namespace);
  const refused = (problem: string): Prepared => ({ resource, key, problem });
  if (!object.metadata.name) return refused('the manifest has no metadata.name; give it one in the chart');
  if (!wholeCluster && resource.namespace && resource.namespace !== namespace)
    return refused(
      `the manifest names the namespace ${resource.namespace}, but objects go to ${namespace}; leave the namespace out of the chart`,
    );
  if (object.kind === 'Secret' && object.apiVersion === 'v1') encodeSecret(object);
  addLabels(object.metadata as unknown as Fields);
  if (hasPods(object)) labelPods(object);
  return {
    manifest: {
      resource,
      key,
      object,
      random: random.map((pointer) =>
        object.kind === 'Secret' ? pointer.replace(/^\/stringData\//, '/data/') : pointer,
      ),
    },
  };
}

function asApiObject(rendered: Fields): ApiObject {
  const metadata = isFields(rendered['metadata']) ? rendered['metadata'] : {};
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  return {
    ...rendered,
    apiVersion: text(rendered['apiVersion']),
    kind: text(rendered['kind']),
    metadata: { ...metadata, name: text(metadata['name']) },
  };
}

/** `stringData` is never read back, so what is there could not be compared with it. */
function encodeSecret(secret: ApiObject): void {
  const { stringData } = secret;
  if (!isFields(stringData)) return;
  const encoded = Object.entries(stringData).map(([name, value]) => [
    name,
    Buffer.from(String(value)).toString('base64'),
  ]);
  secret['data'] = { ...(isFields(secret['data']) && secret['data']), ...Object.fromEntries(encoded) };
  delete secret['stringData'];
}

const workloads = new Set(['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet']);
const hasPods = ({ apiVersion, kind }: ApiObject): boolean => {
  const group = apiVersion.split('/')[0];
  return group === 'batch'
    ? kind === 'Job'
    : workloads.has(kind) && (group === 'apps' || group === 'extensions');
};

function labelPods(workload: ApiObject): void {
  const template = isFields(workload['spec']) ? workload['spec']['template'] : undefined;
  if (!isFields(template)) return;
  if (!isFields(template['metadata'])) template['metadata'] = {};
  addLabels(template['metadata'] as Fields);
}

function addLabels(metadata: Fields): void {
  metadata['labels'] = { ...(isFields(metadata['labels']) && metadata['labels']), ...ownedLabel };
}

/** Others cannot be applied before these are there. */
export const isFoundation = ({ object: { apiVersion, kind } }: Manifest): boolean =>
  isCrd(apiVersion, kind) || (kind === 'Namespace' && apiVersion === 'v1');

export const isCrd = (apiVersion: string, kind: string): boolean =>
  kind === 'CustomResourceDefinition' && apiVersion.startsWith('apiextensions.k8s.io/');

/** The manifest with the live object's values where it has random ones, so that each look does not bring new ones. */
export function withLiveValues({ object, random }: Manifest, live: ApiObject | undefined): ApiObject {
  if (!live || random.length === 0) return object;
  const result = structuredClone(object);
  for (const pointer of random) {
    const path = pointer.split('/').slice(1).map(unescapeToken);
    const value = path.reduce<unknown>(child, live);
    const parent = path.slice(0, -1).reduce<unknown>(child, result);
    const last = path.at(-1);
    if (value === undefined || last === undefined || typeof parent !== 'object' || parent === null) continue;
    (parent as Fields)[last] = structuredClone(value);
  }
  return result;
}

const unescapeToken = (token: string): string => token.replaceAll('~1', '/').replaceAll('~0', '~');
const child = (value: unknown, token: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Fields)[token] : undefined;
