import { describe, expect, it } from 'vitest';
import { setConditions } from './condition.ts';
import { announcedInventory, obsoleteResources, resourceKey } from './inventory.ts';
import { judgeRelease, type ReleaseFacts } from './release-plan.ts';
import type { AppliedResource } from './resources.ts';

const now = new Date('2026-01-01T00:00:00Z');
const said = (facts: ReleaseFacts) => {
  const { conditions, ready } = judgeRelease(facts);
  const summary = setConditions([], conditions, now)[0];
  return [String(ready), summary?.status, summary?.severity ?? '', summary?.reason ?? ''].join(' ').trim();
};
const loaded = { state: 'loaded', kubernetesVersion: 'v1.27.3' } as const;
const none = { state: 'none' } as const;
const synced: AppliedResource = { kind: 'ClusterClass', name: 'a', status: 'synced' };
const unsynced: AppliedResource = { kind: 'Secret', name: 'b', status: 'not-synced', error: 'no' };
const done = (...resources: AppliedResource[]) =>
  ({
    state: 'done',
    resources,
    synced: resources.every(({ status }) => status === 'synced'),
  }) as const;

describe('a release', () => {
  it.each<[string, ReleaseFacts, string]>([
    [
      'whose assets are on their way waits',
      { assets: { state: 'pending' } },
      'false False Info ReleaseAssetsNotDownloadedYet',
    ],
    [
      'whose source does not answer says so, and stays as usable as it was',
      { assets: { state: 'unavailable', message: 'no' } },
      'undefined False Error FailedCreateAssetsClient',
    ],
    [
      'whose assets are no good says so',
      { assets: { state: 'invalid', message: 'no' } },
      'false False Error IssueWithReleaseAssets',
    ],
    [
      'waits for the provider',
      { assets: loaded, provider: { state: 'not-ready', message: 'images' } },
      'false False Info ProcessOngoing',
    ],
    [
      'that could not be rendered says so',
      { assets: loaded, provider: none, applied: { state: 'failed', message: 'no' } },
      'false False Error FailedToApplyObjects',
    ],
    [
      'with an object that is not in place is not ready',
      { assets: loaded, provider: none, applied: done(synced, unsynced) },
      'false False Warning ObjectsApplyingOngoing',
    ],
    [
      'with everything in place is ready',
      { assets: loaded, provider: { state: 'ready' }, applied: done(synced) },
      'true True',
    ],
    [
      'needs no provider where there is none',
      { assets: loaded, provider: none, applied: done(synced) },
      'true True',
    ],
    [
      'is not ready any more when its provider is not (defect 20)',
      { assets: loaded, provider: { state: 'not-ready', message: 'gone' }, applied: done(synced) },
      'false False Info ProcessOngoing',
    ],
  ])('%s', (_, facts, expected) => {
    expect(said(facts)).toBe(expected);
  });

  it('names the object that is not in place, and why', () => {
    const { conditions } = judgeRelease({ assets: loaded, provider: none, applied: done(synced, unsynced) });
    expect(conditions.at(-1)?.message).toBe('Secret b: no');
  });
});

describe('an inventory', () => {
  const entry = (kind: string, name: string, namespace = '', group = 'infrastructure.cluster.x-k8s.io') => ({
    group,
    kind,
    name,
    namespace,
  });
  const template = entry('OpenStackMachineTemplate', 'scs-control-plane');
  const controlPlane = entry(
    'KubeadmControlPlaneTemplate',
    'scs-control-plane',
    '',
    'controlplane.cluster.x-k8s.io',
  );

  it('tells objects of different kinds with one name apart (defect 3)', () => {
    expect(resourceKey(template, 'team')).not.toBe(resourceKey(controlPlane, 'team'));
    expect(obsoleteResources([template, controlPlane], [controlPlane], 'team')).toEqual([template]);
  });
  it('knows an object again when only its version changed, or its namespace is said or left out', () => {
    const before = { ...template, version: 'v1beta1' };
    const after = { ...template, version: 'v1beta2', namespace: 'team' };
    expect(obsoleteResources([before], [after], 'team')).toEqual([]);
  });
  it('removes last what was applied first', () => {
    expect(obsoleteResources([template, controlPlane], [], 'team')).toEqual([controlPlane, template]);
  });
  it('announces what will be applied, keeping what is known', () => {
    const known: AppliedResource = { ...template, status: 'synced' };
    const gone: AppliedResource = { ...entry('Old', 'x'), status: 'synced' };
    expect(announcedInventory([gone, known], [template, controlPlane], 'team')).toEqual([
      known,
      { ...controlPlane, status: 'not-synced' },
      gone,
    ]);
  });
});
