import { setTimeout as sleep } from 'node:timers/promises';
import { obsoleteResources, ownedLabel, resourceKey, type AppliedResource } from '@scs/cluster-stacks';
import type { Rendered } from '@scs/helm';
import { ApiError, type ApiObject, type KubernetesClient, type ObjectType } from '@scs/kubernetes';
import { fieldManager, isKnownGood, isSame, rememberGood } from './compare.ts';
import { deleteResources, placeOf } from './delete.ts';
import { explain, isAboutOneObject } from './failure.ts';
import { isCrd, isFoundation, prepare, withLiveValues, type Manifest } from './manifest.ts';

/** A cluster that objects are put into. */
export interface ApplyTarget {
  client: KubernetesClient;
  /** Of namespaced objects whose manifest names none. */
  namespace: string;
  /**
   * The cluster belongs to whoever the objects are for: they may be in any namespace, and whatever an inventory names may be removed. Otherwise it is
   * shared with others, who must not be harmed with our rights: objects stay in `namespace`, and only those with our label are removed.
   */
  wholeCluster?: boolean;
}

export interface ApplyOptions {
  /** Remove what the inventory has and the manifests have not, once everything wanted is there. */
  prune: boolean;
  signal: AbortSignal;
  /**
   * What somebody else has to do with an object: `theirs` is neither written nor removed, `shared` is written and not removed. Undefined: it is
   * ours alone.
   */
  claim?: (resource: AppliedResource) => 'theirs' | 'shared' | undefined;
}

export interface ApplyOutcome {
  /** The new inventory: what is wanted, then what is still to be removed. */
  resources: AppliedResource[];
  /** Everything wanted is there, nothing unwanted is. */
  synced: boolean;
  /** `created`, `changed` or `removed`, for Events. */
  changes: { resource: AppliedResource; change: 'created' | 'changed' | 'removed' }[];
}

/** How long a definition that was just made may take until its objects can be applied. */
const establishMs = 5000;
const establishPauseMs = 200;
/** So many objects of a kind are read by one list rather than one by one; a list may hold others’ too. */
const worthListing = 4;

/**
 * Brings the objects into the cluster by server-side apply (field manager `kubectl`, force), and removes what the inventory has and `rendered`
 * has not, by group, kind, namespace and name. Asks by dry run first and writes only what differs; what was found good before, and has not
 * changed since, is only read. An object whose kind is not served yet, or whose namespace is missing, is left `not-synced` with the reason, and
 * the others go on. Throws where nothing can be done at all: nobody answers, or we are not let in.
 */
export async function applyObjects(
  target: ApplyTarget,
  rendered: Rendered,
  inventory: readonly AppliedResource[],
  options: ApplyOptions,
): Promise<ApplyOutcome> {
  const prepared = prepare(rendered, target);
  const manifests = prepared.flatMap((one) => ('manifest' in one ? [one.manifest] : []));
  const run = new ApplyRun(target, options, manifests);
  const foundations = manifests.filter(isFoundation);
  await run.apply(foundations);
  await run.waitForDefinitions(foundations);
  await run.apply(manifests.filter((manifest) => !isFoundation(manifest)));

  const resources = prepared.map((one) =>
    'manifest' in one
      ? run.entryOf(one.manifest)
      : { ...one.resource, status: 'not-synced' as const, error: one.problem },
  );
  const complete = resources.every(({ status }) => status === 'synced');
  const obsolete = obsoleteResources(inventory, resources, target.namespace).filter(
    (resource) => !options.claim?.(resource),
  );
  if (!options.prune || !complete)
    return {
      resources: [...resources, ...obsolete.toReversed()],
      synced: complete && obsolete.length === 0,
      changes: run.changes,
    };
  const left = await deleteResources(target, obsolete.toReversed(), options.signal);
  const leftKeys = new Set(left.map((resource) => resourceKey(resource, target.namespace)));
  const removed = obsolete.filter((resource) => !leftKeys.has(resourceKey(resource, target.namespace)));
  return {
    resources: [...resources, ...left],
    synced: left.length === 0,
    changes: [...run.changes, ...removed.map((resource) => ({ resource, change: 'removed' as const }))],
  };
}

/** One pass over the objects of a set. */
class ApplyRun {
  readonly changes: ApplyOutcome['changes'] = [];
  readonly #errors = new Map<string, string>();
  readonly #target: ApplyTarget;
  readonly #options: ApplyOptions;
  /** `group/kind` that definitions of this very set bring. */
  readonly #defined: Set<string>;
  #keepRandom = true;

  constructor(target: ApplyTarget, options: ApplyOptions, manifests: readonly Manifest[]) {
    this.#target = target;
    this.#options = options;
    this.#defined = new Set(manifests.flatMap(({ object }) => definedKind(object) ?? []));
  }

  entryOf({ resource, key }: Manifest): AppliedResource {
    const error = this.#errors.get(key);
    return error === undefined
      ? { ...resource, status: 'synced' }
      : { ...resource, status: 'not-synced', error };
  }

  async apply(manifests: readonly Manifest[]): Promise<void> {
    const ours = manifests.filter(({ resource }) => this.#options.claim?.(resource) !== 'theirs');
    const lives = await this.#readAll(ours);
    // Values that were made together belong together: a new key to an old certificate helps nobody.
    this.#keepRandom = ours.every(({ random, key }) => random.length === 0 || lives.get(key) !== undefined);
    for (const manifest of ours) {
      this.#options.signal.throwIfAborted();
      if (this.#errors.has(manifest.key)) continue;
      await this.#attempt(manifest, () => this.#applyOne(manifest, lives.get(manifest.key)));
    }
  }

  async #attempt({ key, object }: Manifest, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#options.signal.throwIfAborted();
      if (!isAboutOneObject(error)) throw error;
      this.#errors.set(key, explain(error, object.kind));
    }
  }

  async #applyOne(manifest: Manifest, live: ApiObject | undefined): Promise<void> {
    const { client } = this.#target;
    const { key, resource } = manifest;
    if (live?.metadata.deletionTimestamp) {
      this.#errors.set(key, 'is being deleted; it is made again when it is gone');
      return;
    }
    const place = await placeOf(this.#target, resource);
    const wanted = withLiveValues(manifest, this.#keepRandom ? live : undefined);
    const { namespace: _, ...metadata } = wanted.metadata;
    const object = {
      ...wanted,
      metadata: { ...metadata, ...(place?.namespace && { namespace: place.namespace }) },
    };
    if (live) {
      if (isKnownGood(client, key, object, live)) return;
      const answer = await this.#dryRun(object);
      if (answer && isSame(answer, live)) {
        rememberGood(client, key, object, live);
        return;
      }
    }
    const written = await client.apply(object, { fieldManager, force: true });
    rememberGood(client, key, object, written);
    if (live && live.metadata.resourceVersion === written.metadata.resourceVersion) return;
    this.changes.push({ resource, change: live ? 'changed' : 'created' });
  }

  /** Undefined where a webhook in between cannot judge without acting: then only writing shows. */
  async #dryRun(object: ApiObject): Promise<ApiObject | undefined> {
    try {
      return await this.#target.client.apply(object, { fieldManager, force: true, dryRun: true });
    } catch (error) {
      if (error instanceof ApiError && error.status === 400 && error.message.includes('dry run'))
        return undefined;
      throw error;
    }
  }

  /** What is there. Objects of one kind and namespace are read together, by our label; one without the label is written again anyway. */
  async #readAll(manifests: readonly Manifest[]): Promise<Map<string, ApiObject>> {
    const lives = new Map<string, ApiObject>();
    const groups = Map.groupBy(manifests, ({ object, resource, random }) =>
      [object.apiVersion, object.kind, resource.namespace, random.length > 0].join(' '),
    );
    for (const group of groups.values()) {
      const [first] = group;
      if (!first) continue;
      const { apiVersion, kind } = first.object;
      if (!(await this.#isServed(first.object))) {
        for (const { key } of group) this.#errors.set(key, notServed(apiVersion, kind));
        continue;
      }
      if (group.length >= worthListing && first.random.length === 0) await this.#readTogether(group, lives);
      else await this.#readSingly(group, lives);
    }
    return lives;
  }

  async #readSingly(group: readonly Manifest[], lives: Map<string, ApiObject>): Promise<void> {
    for (const manifest of group)
      await this.#attempt(manifest, async () => {
        const place = await placeOf(this.#target, manifest.resource);
        const live = place && (await this.#target.client.get(place));
        if (live) lives.set(manifest.key, live);
      });
  }

  async #readTogether(group: readonly Manifest[], lives: Map<string, ApiObject>): Promise<void> {
    const [first] = group;
    if (!first) return;
    const { client } = this.#target;
    const { apiVersion, kind } = first.object;
    const place = await placeOf(this.#target, first.resource);
    let items: ApiObject[];
    try {
      const labelSelector = Object.entries(ownedLabel)
        .map(([name, value]) => `${name}=${value}`)
        .join(',');
      ({ items } = await client.list({ apiVersion, kind }, { namespace: place?.namespace, labelSelector }));
    } catch (error) {
      // Whoever may not list may still read.
      if (!isAboutOneObject(error)) throw error;
      return this.#readSingly(group, lives);
    }
    const byName = new Map(items.map((item) => [item.metadata.name, item]));
    for (const { key, object } of group) {
      const live = byName.get(object.metadata.name);
      if (live) lives.set(key, live);
    }
  }

  /** Waits a little for kinds whose definition is part of the set. */
  async #isServed(type: ObjectType): Promise<boolean> {
    const { client } = this.#target;
    const isExpected = this.#defined.has(`${type.apiVersion.split('/')[0]}/${type.kind}`);
    const until = Date.now() + (isExpected ? establishMs : 0);
    while (!(await client.resourceType(type))) {
      if (Date.now() >= until) return false;
      await sleep(establishPauseMs, undefined, { signal: this.#options.signal });
    }
    return true;
  }

  async waitForDefinitions(foundations: readonly Manifest[]): Promise<void> {
    const until = Date.now() + establishMs;
    for (const { object, key } of foundations) {
      if (!isCrd(object.apiVersion, object.kind) || this.#errors.has(key)) continue;
      const place = { apiVersion: object.apiVersion, kind: object.kind, name: object.metadata.name };
      while (Date.now() < until && !isEstablished(await this.#target.client.get(place)))
        await sleep(establishPauseMs, undefined, { signal: this.#options.signal });
    }
  }
}

/** A group with a dot is defined by somebody; others are Kubernetes’ own, and only come and go with its version. */
function notServed(apiVersion: string, kind: string): string {
  const remedy = /\..*\//.test(apiVersion)
    ? 'install its CustomResourceDefinition, then it is applied by itself'
    : 'correct the apiVersion in the chart, or look why the API server does not know it';
  return `${kind} of ${apiVersion} is not served; ${remedy}`;
}

function definedKind({ apiVersion, kind, spec }: ApiObject): string | undefined {
  if (!isCrd(apiVersion, kind) || typeof spec !== 'object' || spec === null) return undefined;
  const { group, names } = spec as { group?: unknown; names?: { kind?: unknown } };
  return `${String(group)}/${String(names?.kind)}`;
}

function isEstablished(definition: ApiObject | undefined): boolean {
  const status = definition?.['status'];
  const conditions =
    typeof status === 'object' && status !== null
      ? (status as { conditions?: unknown }).conditions
      : undefined;
  return (
    Array.isArray(conditions) &&
    conditions.some(
      (condition: { type?: unknown; status?: unknown }) =>
        condition.type === 'Established' && condition.status === 'True',
    )
  );
}
