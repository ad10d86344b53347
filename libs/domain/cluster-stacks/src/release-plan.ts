import { isFalse, isTrue, type ConditionState } from './condition.ts';
import { describeResource } from './inventory.ts';
import type { AppliedResource, ClusterStackRelease } from './resources.ts';

/** Types of the conditions of a ClusterStackRelease. */
export const releaseConditions = {
  assetsClient: 'AssetsClientAPIAvailable',
  downloaded: 'ClusterStackReleaseDownloaded',
  provider: 'ProviderClusterStackReleaseReady',
  applied: 'HelmChartApplied',
} as const;

/** What was found about a release; each part only where the one before let it come so far. */
export interface ReleaseFacts {
  assets:
    | { state: 'loaded'; kubernetesVersion: string }
    /** Being fetched; nothing is wrong. */
    | { state: 'pending' }
    /** The source cannot be used, or does not answer; what is in place stays in use. */
    | { state: 'unavailable'; message: string }
    /** There, but no good: retrying alone does not help. */
    | { state: 'invalid'; message: string };
  /** `none`: nothing has to be prepared at the provider. */
  provider?:
    | { state: 'none' }
    | { state: 'ready' }
    | { state: 'not-ready'; message: string }
    | { state: 'missing'; message: string };
  /** What came of rendering and applying. */
  applied?:
    | { state: 'failed'; message: string }
    | { state: 'done'; resources: readonly AppliedResource[]; synced: boolean };
}

/** What is left out does not change. */
export type ReleaseStatusChange = Pick<
  NonNullable<ClusterStackRelease['status']>,
  'ready' | 'kubernetesVersion'
> & {
  conditions: ConditionState[];
  resources?: AppliedResource[];
};

/** What a release's status says, given what was found. It can be used only while everything holds, not because it once did. */
export function judgeRelease(facts: ReleaseFacts): ReleaseStatusChange {
  const { assets, provider, applied } = facts;
  const conditions = judgeAssets(assets);
  if (assets.state === 'unavailable') return { conditions };
  if (assets.state !== 'loaded') return { ready: false, conditions };
  if (provider) conditions.push(judgeProvider(provider));
  if (applied) conditions.push(judgeApplied(applied));
  const usable = provider?.state === 'ready' || provider?.state === 'none';
  return {
    ready: usable && applied?.state === 'done' && applied.synced,
    kubernetesVersion: assets.kubernetesVersion,
    conditions,
    ...(applied?.state === 'done' && { resources: [...applied.resources] }),
  };
}

function judgeAssets(assets: ReleaseFacts['assets']): ConditionState[] {
  const { assetsClient, downloaded } = releaseConditions;
  switch (assets.state) {
    case 'loaded':
      return [isTrue(assetsClient), isTrue(downloaded)];
    case 'pending':
      return [isFalse(downloaded, 'ReleaseAssetsNotDownloadedYet', 'Info', 'the release is being fetched')];
    case 'unavailable':
      return [isFalse(assetsClient, 'FailedCreateAssetsClient', 'Error', assets.message)];
    case 'invalid':
      return [isTrue(assetsClient), isFalse(downloaded, 'IssueWithReleaseAssets', 'Error', assets.message)];
  }
}

function judgeProvider(provider: NonNullable<ReleaseFacts['provider']>): ConditionState {
  const type = releaseConditions.provider;
  return provider.state === 'none' || provider.state === 'ready'
    ? isTrue(type)
    : isFalse(type, 'ProcessOngoing', 'Info', provider.message);
}

function judgeApplied(applied: NonNullable<ReleaseFacts['applied']>): ConditionState {
  const type = releaseConditions.applied;
  if (applied.state === 'failed') return isFalse(type, 'FailedToApplyObjects', 'Error', applied.message);
  if (applied.synced) return isTrue(type);
  return isFalse(type, 'ObjectsApplyingOngoing', 'Warning', explainUnsynced(applied.resources));
}

/** While a release goes: what is still there, and why. */
export const judgeRemoval = (left: readonly AppliedResource[]): ConditionState =>
  isFalse(releaseConditions.applied, 'ObjectsApplyingOngoing', 'Warning', explainUnsynced(left));

/** One line about the objects that are not as they should be: the first with its reason, the others counted. */
export function explainUnsynced(resources: readonly AppliedResource[]): string {
  const [first, ...others] = resources.filter(({ status }) => status !== 'synced');
  if (!first) return '';
  const more = others.length > 0 ? `; and ${others.length} more, see status.resources` : '';
  return `${describeResource(first)}: ${first.error ?? 'not applied yet'}${more}`;
}
