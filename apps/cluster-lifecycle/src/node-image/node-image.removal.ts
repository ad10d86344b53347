import {
  infrastructureGroup,
  isFalse,
  isSameImage,
  nodeImageFinalizer,
  planImageRemoval,
  setConditions,
  type ImageFacts,
  type ImageRemovalFacts,
  type OpenStackClusterStackRelease,
  type OpenStackNodeImageRelease,
} from '@scs/cluster-stacks';
import type { Again } from '@scs/kubernetes';
import { OpenStackError, type Connection } from '@scs/openstack';
import { oneLine } from '../apply/failure.ts';
import type { Operator } from '../reconciler.ts';
import { patchStatus } from '../status.ts';
import type { Clouds } from './clouds.ts';
import { countServers, deleteImage, findImages } from './image-service.ts';
import { nodeImageType, ownerOf, type NodeImageSettings } from './node-image.resource.ts';

const releaseType = { apiVersion: infrastructureGroup, kind: 'OpenStackClusterStackRelease' } as const;
/** Of clouds that do not answer now. */
const waitMs = 60_000;

type Gathered = Pick<ImageRemovalFacts, 'images' | 'otherReleases' | 'doubtfulReleases' | 'servers'> & {
  cloud?: Connection;
};

const nobody = { otherReleases: [], doubtfulReleases: [] };
/** What need not be known where the image stays anyway. */
const nothing: Gathered = { images: [], ...nobody, servers: undefined };

/** Collects the image of an OpenStackNodeImageRelease that is being deleted; what becomes of it is decided by `planImageRemoval`. */
export class ImageRemoval {
  readonly #operator: Operator;
  readonly #settings: Pick<NodeImageSettings, 'retention'>;
  readonly #clouds: Clouds;
  constructor(operator: Operator, settings: Pick<NodeImageSettings, 'retention'>, clouds: Clouds) {
    this.#operator = operator;
    this.#settings = settings;
    this.#clouds = clouds;
  }

  async remove(release: OpenStackNodeImageRelease): Promise<Again | void> {
    const { finalizers = [], namespace = '', deletionTimestamp = '' } = release.metadata;
    if (!finalizers.includes(nodeImageFinalizer)) return;
    const { retention } = this.#settings;
    const wantedAgain = this.#isWanted(release);
    const gathered = retention === 'keep' || wantedAgain ? nothing : await this.#gather(release, namespace);
    if ('requeueAfterMs' in gathered) return gathered;
    const { cloud, ...facts } = gathered;
    const plan = planImageRemoval(
      { retention, deletedAt: new Date(deletionTimestamp), wantedAgain, ...facts },
      this.#operator.clock(),
    );
    if (plan.do === 'wait') {
      await this.#explain(release, plan.message);
      return { requeueAfterMs: plan.againMs };
    }
    if (plan.do === 'delete' && cloud) {
      try {
        for (const id of plan.imageIds) await deleteImage(cloud, id);
      } catch (error) {
        if (!(error instanceof OpenStackError)) throw error;
        this.#tell(release, 'Warning', 'FailedDeleteOpenStackImage', oneLine(error.message));
        return { requeueAfterMs: waitMs };
      }
      this.#tell(release, 'Normal', 'OpenStackImageDeleted', `image ${plan.imageIds.join(', ')} was deleted`);
    }
    if (plan.do === 'let-go' && plan.message)
      this.#tell(release, 'Warning', 'OpenStackImageLeft', plan.message);
    await this.#letGo(release);
  }

  /** Does a release that exists own it? Then it is made again as soon as it is gone. */
  #isWanted({ metadata }: OpenStackNodeImageRelease): boolean {
    const releases = this.#operator.informer<OpenStackClusterStackRelease>(releaseType);
    return (metadata.ownerReferences ?? []).some(({ kind, name, uid }) => {
      const owner = releases.get(metadata.namespace ?? '', name)?.metadata;
      return kind === releaseType.kind && owner?.uid === uid && !owner.deletionTimestamp;
    });
  }

  async #gather(release: OpenStackNodeImageRelease, namespace: string): Promise<Gathered | Again> {
    const cloud = await this.#clouds.open(namespace, release.spec.identityRef);
    if ('state' in cloud) {
      if (cloud.state === 'no-client' && cloud.passing) return { requeueAfterMs: waitMs };
      return { images: undefined, ...nobody, servers: undefined };
    }
    let images: ImageFacts[];
    try {
      const found = await findImages(cloud, release.spec.image.createOpts);
      images = found.filter(({ owner }) => owner === ownerOf(release));
    } catch (error) {
      if (!(error instanceof OpenStackError)) throw error;
      return { requeueAfterMs: waitMs };
    }
    const [image] = images;
    return {
      cloud,
      images,
      ...(image ? await this.#others(release, cloud) : nobody),
      servers: image ? await countServers(cloud, image.id) : 0,
    };
  }

  /** Others that mean the same image in the same project. One whose cloud does not answer may be one of them; one without credentials has no image. */
  async #others(
    release: OpenStackNodeImageRelease,
    cloud: Connection,
  ): Promise<Pick<ImageRemovalFacts, 'otherReleases' | 'doubtfulReleases'>> {
    const { createOpts } = release.spec.image;
    const [otherReleases, doubtfulReleases]: [string[], string[]] = [[], []];
    for (const other of this.#operator.informer<OpenStackNodeImageRelease>(nodeImageType).list()) {
      if (other.metadata.uid === release.metadata.uid || other.metadata.deletionTimestamp) continue;
      if (!isSameImage(createOpts, other.spec.image.createOpts)) continue;
      const its = await this.#clouds.open(other.metadata.namespace ?? '', other.spec.identityRef);
      if (!('state' in its)) {
        if (projectOf(its) === projectOf(cloud)) otherReleases.push(ownerOf(other));
      } else if (its.state === 'no-client') doubtfulReleases.push(ownerOf(other));
    }
    return { otherReleases, doubtfulReleases };
  }

  #tell(
    release: OpenStackNodeImageRelease,
    type: 'Normal' | 'Warning',
    reason: string,
    message: string,
  ): void {
    this.#operator.events.record(release, type, reason, message);
  }

  /** One write, however long it takes. */
  async #explain(release: OpenStackNodeImageRelease, message: string): Promise<void> {
    const { client, clock } = this.#operator;
    const kept = isFalse('OpenStackImageCollected', 'OpenStackImageKept', 'Info', message);
    const conditions = setConditions(release.status?.conditions, [kept], clock());
    await patchStatus(client, release, { ...release.status, conditions });
  }

  async #letGo({ metadata }: OpenStackNodeImageRelease): Promise<void> {
    const { name, namespace, resourceVersion, finalizers = [] } = metadata;
    await this.#operator.client.patch(
      { ...nodeImageType, name, namespace },
      { metadata: { resourceVersion, finalizers: finalizers.filter((one) => one !== nodeImageFinalizer) } },
    );
  }
}

const projectOf = (cloud: Connection): string => `${cloud.endpoint('image')} ${cloud.token.projectId}`;
