import { createHash } from 'node:crypto';
import type { ApiObject, KubernetesClient } from '@scs/kubernetes';

/** As upstream and kubectl have it: what a person applies and what we apply is one and the same owner. */
export const fieldManager = 'kubectl';

/** Does the answer of a dry run say what is there already, and is what we apply already ours? */
export const isSame = (dryRun: ApiObject, live: ApiObject): boolean =>
  content(dryRun) === content(live) && ownFields(dryRun) === ownFields(live);

/** What the API server keeps by itself is left out, and so is what controllers report. */
function content({ status: _, ...object }: ApiObject): string {
  const {
    managedFields: _fields,
    resourceVersion: _version,
    generation: _generation,
    creationTimestamp: _created,
    ...metadata
  } = object.metadata;
  return canonical({ ...object, metadata });
}

/** Fields that are ours; without them a field that leaves the manifest would stay in the object. */
function ownFields({ metadata }: ApiObject): string {
  const own = (metadata.managedFields ?? []).filter(
    (entry): entry is { fieldsV1?: unknown } =>
      typeof entry === 'object' &&
      entry !== null &&
      (entry as { manager?: unknown }).manager === fieldManager &&
      (entry as { operation?: unknown }).operation === 'Apply',
  );
  return canonical(own.map(({ fieldsV1 }) => fieldsV1));
}

/** JSON with sorted keys. A whole number beyond 2^53 is a `bigint` in what a chart renders. */
function canonical(value: unknown): string {
  if (typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const fields = Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .toSorted(([one], [other]) => (one < other ? -1 : 1));
  return `{${fields.map(([name, inner]) => `${JSON.stringify(name)}:${canonical(inner)}`).join(',')}}`;
}

const digest = (text: string): string => createHash('sha256').update(text).digest('base64');

/**
 * What was found to be as it should be: the same manifest against the same live object needs no second dry run. One memory for each client, as
 * long as the client lives; without it everything is only asked once more.
 */
const memories = new WeakMap<KubernetesClient, Map<string, string>>();

function memoryOf(client: KubernetesClient): Map<string, string> {
  let memory = memories.get(client);
  if (!memory) memories.set(client, (memory = new Map()));
  return memory;
}

const fingerprint = (wanted: ApiObject, live: ApiObject): string =>
  digest(`${canonical(wanted)}\n${content(live)}\n${ownFields(live)}`);

export const isKnownGood = (
  client: KubernetesClient,
  key: string,
  wanted: ApiObject,
  live: ApiObject,
): boolean => memoryOf(client).get(key) === fingerprint(wanted, live);

export const rememberGood = (
  client: KubernetesClient,
  key: string,
  wanted: ApiObject,
  live: ApiObject,
): void => {
  memoryOf(client).set(key, fingerprint(wanted, live));
};

export const forget = (client: KubernetesClient, key: string): void => {
  memoryOf(client).delete(key);
};
