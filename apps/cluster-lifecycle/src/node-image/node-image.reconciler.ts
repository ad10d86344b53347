import {
  checksumAnnotation,
  checksumBesideUrl,
  findCondition,
  listingFailed,
  nodeImageConditions,
  nodeImageFinalizer,
  pausedAnnotation,
  planNodeImage,
  setConditions,
  type NodeImageFacts,
  type NodeImageFound,
  type NodeImagePlan,
  type OpenStackNodeImageRelease,
} from '@scs/cluster-stacks';
import type { Again } from '@scs/kubernetes';
import { OpenStackError, type Connection } from '@scs/openstack';
import { oneLine } from '../apply/failure.ts';
import { isMoreThanStatus, ownKey, type Operator, type Reconciler } from '../reconciler.ts';
import { patchStatus, recordTransitions } from '../status.ts';
import { fetchChecksum } from './checksum-file.ts';
import { Clouds, isPassing } from './clouds.ts';
import { createImage, findImages, importImage } from './image-service.ts';
import { ImageRemoval } from './node-image.removal.ts';
import { nodeImageType, ownerOf, type NodeImageSettings } from './node-image.resource.ts';

/** Brings node images into the projects that clusters are to run in, and watches over them. What comes next is decided by `planNodeImage`. */
export function createNodeImageReconciler(operator: Operator, settings: NodeImageSettings): Reconciler {
  const releases = operator.informer<OpenStackNodeImageRelease>(nodeImageType);
  const clouds = new Clouds(operator.client, operator.clock);
  const loop = new NodeImageLoop(operator, settings, clouds);
  const removal = new ImageRemoval(operator, settings, clouds);
  return {
    name: 'openstack-node-image-release',
    concurrency: settings.concurrency ?? 4,
    optional: true,
    watches: [{ type: nodeImageType, keys: (change) => (isMoreThanStatus(change) ? ownKey(change) : []) }],
    async reconcile({ namespace, name }, signal) {
      const release = releases.get(namespace, name);
      if (!release || release.metadata.annotations?.[pausedAnnotation] !== undefined) return;
      return release.metadata.deletionTimestamp ? removal.remove(release) : loop.bring(release, signal);
    },
  };
}

/** A cloud may be slow; what is under way there is found again by the next process. */
async function orAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  signal.throwIfAborted();
  let stop = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

class NodeImageLoop {
  readonly #operator: Operator;
  readonly #settings: NodeImageSettings;
  readonly #clouds: Clouds;
  constructor(operator: Operator, settings: NodeImageSettings, clouds: Clouds) {
    this.#operator = operator;
    this.#settings = settings;
    this.#clouds = clouds;
  }

  async bring(release: OpenStackNodeImageRelease, signal: AbortSignal): Promise<Again> {
    const { namespace = '' } = release.metadata;
    const cloud = await this.#clouds.open(namespace, release.spec.identityRef);
    if ('state' in cloud) return this.#finish(release, this.#plan(release, cloud));
    let found = await orAborted(signal, this.#look(release, cloud));
    const owner = ownerOf(release);
    if (found.state === 'listed' && found.images.some((image) => image.owner === owner))
      release = await this.#hold(release);
    const checksum = await this.#checksum(release, found);
    let plan = this.#plan(release, found, checksum);
    // Two steps at most: create, import.
    while (plan.step && found.state === 'listed') {
      if (plan.step.do === 'create') {
        this.#tellIfGone(release);
        release = await this.#hold(release);
      }
      found = await orAborted(signal, this.#act(release, cloud, plan.step, found));
      plan = this.#plan(release, found, checksum);
    }
    return this.#finish(release, plan);
  }

  #plan(
    release: OpenStackNodeImageRelease,
    found: NodeImageFound,
    checksum?: NodeImageFacts['checksum'],
  ): NodeImagePlan {
    return planNodeImage(
      {
        image: release.spec.image,
        owner: ownerOf(release),
        ready: release.status?.ready ?? false,
        conditions: release.status?.conditions ?? [],
        importTimeoutMs: this.#settings.importTimeoutMs,
        ...(checksum && { checksum }),
        found,
      },
      this.#operator.clock(),
    );
  }

  async #look({ spec }: OpenStackNodeImageRelease, cloud: Connection): Promise<NodeImageFound> {
    const { createOpts } = spec.image;
    try {
      return { state: 'listed', images: await findImages(cloud, createOpts) };
    } catch (error) {
      if (!(error instanceof OpenStackError)) throw error;
      const message = listingFailed(createOpts, oneLine(error.message));
      return isPassing(error) || error.reason === 'unauthorized'
        ? { state: 'no-client', message, passing: isPassing(error) }
        : { state: 'list-failed', message };
    }
  }

  async #act(
    release: OpenStackNodeImageRelease,
    cloud: Connection,
    step: NonNullable<NodeImagePlan['step']>,
    found: Extract<NodeImageFound, { state: 'listed' }>,
  ): Promise<Extract<NodeImageFound, { state: 'listed' }>> {
    const { createOpts, url } = release.spec.image;
    try {
      if (step.do === 'create')
        return {
          state: 'listed',
          images: [await createImage(cloud, createOpts, ownerOf(release))],
          done: 'create',
        };
      await importImage(cloud, step.imageId, url);
      return { state: 'listed', images: found.images, done: 'import' };
    } catch (error) {
      if (!(error instanceof OpenStackError)) throw error;
      return { ...found, failed: { step: step.do, message: oneLine(error.message) } };
    }
  }

  /** What the image must be, as the release says; looked for beside it only when there is something to compare. */
  async #checksum(
    { metadata, spec }: OpenStackNodeImageRelease,
    found: NodeImageFound,
  ): Promise<NodeImageFacts['checksum']> {
    const { checksumBesideUrl: isUsual, checksumAddresses } = this.#settings;
    const named = metadata.annotations?.[checksumAnnotation] ?? (isUsual ? checksumBesideUrl : undefined);
    if (named === undefined) return undefined;
    if (/^sha(?:256|512):[0-9a-f]+$/i.test(named)) return { expected: named };
    if (named !== checksumBesideUrl)
      return {
        unavailable: `annotation ${checksumAnnotation} is no checksum; write sha512: and its digits, or ${checksumBesideUrl}`,
      };
    const [image] = found.state === 'listed' ? found.images : [];
    if (image?.status !== 'active') return undefined;
    try {
      return { expected: await fetchChecksum(spec.image.url, checksumAddresses) };
    } catch (error) {
      return { unavailable: oneLine((error as Error).message) };
    }
  }

  #tellIfGone(release: OpenStackNodeImageRelease): void {
    const active = findCondition(release.status?.conditions, nodeImageConditions.active);
    if (active?.status !== 'True') return;
    const message = `image ${release.spec.image.createOpts.name} is gone, and is imported again`;
    this.#operator.events.record(release, 'Warning', 'OpenStackImageGone', message);
  }

  /** Whoever created an image is there until it is collected, where images are. */
  async #hold(release: OpenStackNodeImageRelease): Promise<OpenStackNodeImageRelease> {
    const { finalizers = [], resourceVersion, name, namespace } = release.metadata;
    if (this.#settings.retention === 'keep' || finalizers.includes(nodeImageFinalizer)) return release;
    return this.#operator.client.patch<OpenStackNodeImageRelease>(
      { ...nodeImageType, name, namespace },
      { metadata: { resourceVersion, finalizers: [...finalizers, nodeImageFinalizer] } },
    );
  }

  /** The one place where status is written. */
  async #finish(release: OpenStackNodeImageRelease, plan: NodeImagePlan): Promise<Again> {
    const { client, events, clock } = this.#operator;
    const before = release.status?.conditions;
    const after = setConditions(before, plan.conditions, clock(), plan.remove);
    await patchStatus(client, release, { ...release.status, ready: plan.ready, conditions: after });
    recordTransitions(events, release, before, after);
    return { requeueAfterMs: plan.againMs };
  }
}
