import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  addonConditions,
  addonConfigFile,
  classToReleaseName,
  isFalse,
  isTrue,
  judgeRelease,
  parseAddonConfig,
  parseVersion,
  printDashVersion,
  ReleaseInvalid,
  type AddonPackage,
  type ConditionState,
} from '@scs/cluster-stacks';
import { ReleaseSourceError } from '@scs/release-sources';
import type { LoadedRelease, Releases } from '../release/releases.ts';
import { judgeSourceFailure } from '../release/source-failure.ts';

/** The add-ons of the release behind a ClusterClass. */
export interface ReleaseAddons {
  release: LoadedRelease;
  /** Of the add-on component, in dash form. */
  version: string;
  kubernetesVersion: string;
  addons: AddonPackage;
}

/** The add-ons, or why there are none yet; either way with the conditions that say so. */
export async function loadAddons(
  releases: Releases,
  className: string,
  signal: AbortSignal,
): Promise<{ found?: ReleaseAddons; conditions: ConditionState[]; retryAfterMs?: number }> {
  let release: LoadedRelease;
  try {
    release = await releases.load(classToReleaseName(className), signal);
  } catch (error) {
    signal.throwIfAborted();
    return explain(error);
  }
  const { clusterAddon, kubernetes } = release.metadata;
  const { conditions } = judgeRelease({ assets: { state: 'loaded', kubernetesVersion: kubernetes } });
  const version = parseVersion(clusterAddon);
  try {
    const addons = await readPackage(release);
    return {
      found: {
        release,
        version: version ? printDashVersion(version) : clusterAddon,
        kubernetesVersion: kubernetes,
        addons,
      },
      conditions: [...conditions, isTrue(addonConditions.configValidated)],
    };
  } catch (error) {
    if (!(error instanceof ReleaseInvalid)) throw error;
    const state = isFalse(
      addonConditions.configValidated,
      'ParsingClusterAddonConfigFailed',
      'Error',
      error.message,
    );
    return { conditions: [...conditions, state] };
  }
}

async function readPackage({ stored }: LoadedRelease): Promise<AddonPackage> {
  if (!stored.files.includes(addonConfigFile)) return { convention: 'single' };
  const { stages } = parseAddonConfig(await readFile(join(stored.folder, addonConfigFile), 'utf8'));
  return { convention: 'multi', stages };
}

function explain(error: unknown): { conditions: ConditionState[]; retryAfterMs?: number } {
  const assets = judgeSourceFailure(error);
  if (!assets) throw error;
  const { conditions } = judgeRelease({ assets });
  const seconds = error instanceof ReleaseSourceError ? error.retryAfter : undefined;
  return { conditions, ...(seconds && { retryAfterMs: seconds * 1000 }) };
}
