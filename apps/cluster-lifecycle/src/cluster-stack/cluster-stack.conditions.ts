import {
  isFalse,
  isTrue,
  type ClusterStack,
  type ClusterStackPlan,
  type ConditionState,
} from '@scs/cluster-stacks';
import { oneLine } from '../apply/failure.ts';
import { judgeSourceFailure } from '../release/source-failure.ts';
import type { KnownTags } from '../release/tag-list.ts';

/** Types of the conditions of a ClusterStack. */
export const stackConditions = {
  assetsClient: 'AssetsClientAPIAvailable',
  releasesSynced: 'ReleasesSynced',
  providerSynced: 'ProviderClusterStackReleasesSynced',
  stackReleasesSynced: 'ClusterStackReleasesSynced',
  /** True as soon as one release is ready; never taken back. */
  available: 'ClusterStackReleaseAvailable',
} as const;

/** Something that could not be done; the rest was. */
export interface SyncProblem {
  about: 'provider' | 'release';
  reason: 'ProviderTemplateNotFound' | 'FailedToCreateOrUpdate';
  message: string;
}

/** Conditions to set, and those that say nothing any more. */
interface ConditionChange {
  set: ConditionState[];
  remove: string[];
}

/** What is said of the source; nothing where the stack does not follow it. */
export function judgeSource(tags: KnownTags | undefined): ConditionChange {
  const { assetsClient, releasesSynced } = stackConditions;
  if (!tags) return { set: [], remove: [assetsClient, releasesSynced] };
  if (tags.error === undefined) return { set: [isTrue(assetsClient), isTrue(releasesSynced)], remove: [] };
  const failure = judgeSourceFailure(tags.error);
  const message = failure?.message ?? oneLine(reasonOf(tags.error));
  const client =
    failure?.state === 'unavailable'
      ? isFalse(assetsClient, 'FailedCreateAssetsClient', 'Error', message)
      : isTrue(assetsClient);
  return { set: [client, isFalse(releasesSynced, 'FailedToSync', 'Warning', message)], remove: [] };
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export function judgeProviderSync(stack: ClusterStack, problems: readonly SyncProblem[]): ConditionChange {
  const type = stackConditions.providerSynced;
  if (stack.spec.noProvider) return { set: [], remove: [type] };
  const first = problems.find(({ about }) => about === 'provider');
  if (!first) return { set: [isTrue(type)], remove: [] };
  const severity = first.reason === 'ProviderTemplateNotFound' ? 'Error' : 'Warning';
  return { set: [isFalse(type, first.reason, severity, first.message)], remove: [] };
}

/** Versions that cannot be read are left out, and said here: everything else goes on. */
export function judgeReleaseSync(
  { invalidVersions }: Pick<ClusterStackPlan, 'invalidVersions'>,
  problems: readonly SyncProblem[],
): ConditionState {
  const messages = [
    ...problems.filter(({ about }) => about === 'release').map(({ message }) => message),
    ...(invalidVersions.length > 0
      ? [`spec.versions: ${invalidVersions.join(', ')}: no version; write it like v1 or v1-alpha.1`]
      : []),
  ];
  const type = stackConditions.stackReleasesSynced;
  if (messages.length === 0) return isTrue(type);
  return isFalse(type, 'FailedToCreateOrUpdate', 'Warning', oneLine(messages.join('; ')));
}
