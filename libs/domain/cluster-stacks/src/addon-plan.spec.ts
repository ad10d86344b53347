import { describe, expect, it } from 'vitest';
import type { AddonStage } from './addon-config.ts';
import { planAddon, planAddonLife, type AddonFacts } from './addon-plan.ts';
import { addonRunAnnotation, hookRequestAnnotation, readAddonRun, type AddonRun } from './addon-run.ts';
import type { AddonPackage } from './addon-stage.ts';
import { beginRun, enterStage, finishRun, withResources } from './addon-status.ts';
import { addonFinalizer, type ClusterAddon, type KubernetesObject } from './resources.ts';

const now = new Date('2026-03-01T10:00:00Z');
const classOf = (version: string) => `docker-ferrol-1-27-${version}`;
const apply = (name: string): AddonStage => ({ name, action: 'apply' });

function anAddon(change: Partial<ClusterAddon> = {}): ClusterAddon {
  return {
    apiVersion: 'clusterstack.x-k8s.io/v1alpha1',
    kind: 'ClusterAddon',
    metadata: {
      name: 'cluster-addon-x',
      namespace: 'team',
      finalizers: [addonFinalizer],
      ownerReferences: [{ apiVersion: 'cluster.x-k8s.io/v1beta1', kind: 'Cluster', name: 'x', uid: 'u1' }],
    },
    spec: { clusterRef: { kind: 'Cluster', name: 'x' } },
    ...change,
  } as ClusterAddon;
}

const stages: AddonPackage = {
  convention: 'multi',
  stages: new Map([
    ['AfterControlPlaneInitialized', [apply('cni'), apply('csi')]],
    ['BeforeClusterUpgrade', [apply('cni')]],
  ]),
};
const single: AddonPackage = { convention: 'single' };

function facts(
  addon: ClusterAddon,
  change: Partial<AddonFacts> & { version?: string; addons?: AddonPackage } = {},
): AddonFacts {
  const { version = 'v1', addons = stages, ...others } = change;
  return {
    addon,
    className: classOf('v1'),
    kubernetesVersion: 'v1.27.3',
    release: { version, kubernetesVersion: 'v1.27.3', addons },
    controlPlaneVersion: 'v1.27.3',
    topologyReconciled: true,
    ...others,
  };
}

/** Plans, and plays every step as if it worked, until the plan rests. Tells the steps. */
function play(
  addon: ClusterAddon,
  change: Parameters<typeof facts>[1] = {},
): { addon: ClusterAddon; told: string[] } {
  const told: string[] = [];
  let wholeChartApplied = false;
  for (;;) {
    const step = planAddon(facts(addon, { ...change, wholeChartApplied }));
    if (told.length > 50) throw new Error(`no end: ${told.join()}`);
    switch (step.step) {
      case 'begin':
        told.push(`begin ${step.run.hook ?? ''}`);
        addon = beginRun(addon, step.run, step.stages, now);
        break;
      case 'stage':
        told.push(`${step.stage.action} ${step.stage.name}`);
        addon = enterStage(addon, step.index, 'done', now);
        wholeChartApplied = true;
        break;
      case 'finish':
        told.push(`keep ${step.wanted.map(({ name }) => name).join('+')}`);
        addon = finishRun(addon, step.run, now);
        break;
      case 'move':
        told.push('move');
        addon = finishRun(addon, step.run, now);
        break;
      case 'settle':
        throw new Error('nothing was interrupted');
      case 'rest':
        return { addon, told: [...told, step.next ? `wait for ${step.next}` : 'rest'] };
    }
  }
}

const created = () => play(anAddon()).addon;

describe('life of a ClusterAddon', () => {
  const cluster: KubernetesObject = {
    apiVersion: 'cluster.x-k8s.io/v1beta1',
    kind: 'Cluster',
    metadata: { name: 'x', namespace: 'team', uid: 'u1' },
  };
  const going = { ...cluster, metadata: { ...cluster.metadata, deletionTimestamp: '2026-03-01T10:00:00Z' } };
  const again = { ...cluster, metadata: { ...cluster.metadata, uid: 'u2' } };
  const with_ = (metadata: Partial<ClusterAddon['metadata']>) =>
    anAddon({ metadata: { ...anAddon().metadata, ...metadata } });
  const gone = { deletionTimestamp: '2026-03-01T10:00:00Z' };
  it.each([
    ['is made for a cluster of a stack', cluster, undefined, true, 'create'],
    ['is not made for other clusters', cluster, undefined, false, 'nothing'],
    ['is worked on', cluster, anAddon(), true, 'work'],
    ['is claimed when the finalizer is missing', cluster, with_({ finalizers: [] }), true, 'claim'],
    ['is claimed when the owner is missing', cluster, with_({ ownerReferences: [] }), true, 'claim'],
    ['comes back when it is deleted while the cluster lives', cluster, with_(gone), true, 'renew'],
    ['is left to others that hold it', cluster, with_({ ...gone, finalizers: ['other'] }), true, 'nothing'],
    ['of an earlier cluster of that name is made anew', again, anAddon(), true, 'renew'],
    ['is let go with its cluster', going, with_(gone), true, 'release'],
    ['is let go as soon as its cluster goes', going, anAddon(), true, 'release'],
    ['is let go when its cluster is gone', undefined, with_(gone), false, 'release'],
    ['is let go once', undefined, with_({ ...gone, finalizers: [] }), false, 'nothing'],
    ['is left alone when the cluster left the stacks', cluster, anAddon(), false, 'nothing'],
    ['is nothing without a cluster', undefined, undefined, false, 'nothing'],
  ] as const)('%s', (_, aCluster, addon, isOfStack, life) => {
    expect(planAddonLife(aCluster, addon, isOfStack)).toBe(life);
  });
});

describe('a new cluster', () => {
  it('gets the stages one after the other, then rests', () => {
    const { addon, told } = play(anAddon());
    expect(told).toEqual([
      'begin AfterControlPlaneInitialized',
      'apply cni',
      'apply csi',
      'keep cni+csi',
      'rest',
    ]);
    expect(addon.spec).toEqual({
      clusterRef: { kind: 'Cluster', name: 'x' },
      clusterStack: classOf('v1'),
      version: 'v1',
    });
    expect(addon.status).toMatchObject({ ready: true, stages: [] });
    expect(addon.metadata.annotations).toMatchObject({ ClusterAddonStage: 'created' });
  });

  it('gets the one chart of a release without stages; no stage and no hook is shown', () => {
    const first = planAddon(facts(anAddon(), { addons: single }));
    expect(first.step).toBe('begin');
    if (first.step !== 'begin') return;
    const begun = beginRun(anAddon(), first.run, first.stages, now);
    expect(begun.spec.hook).toBeUndefined();
    expect(begun.status).toMatchObject({ ready: false, stages: [] });
    const { addon, told } = play(begun, { addons: single });
    expect(told).toEqual(['apply ', 'keep ', 'rest']);
    expect(addon.spec.clusterStack).toBe(classOf('v1'));
  });

  it('shows hook and stages while they are at work, as upstream', () => {
    const step = planAddon(facts(anAddon()));
    if (step.step !== 'begin') throw new Error(step.step);
    const begun = beginRun(anAddon(), step.run, step.stages, now);
    expect(begun.spec.hook).toBe('AfterControlPlaneInitialized');
    expect(begun.status?.stages).toEqual([
      { name: 'cni', action: 'apply', phase: 'Pending' },
      { name: 'csi', action: 'apply', phase: 'Pending' },
    ]);
    expect(begun.status?.ready).toBe(false);
  });
});

describe('another class', () => {
  const toV2 = { className: classOf('v2'), version: 'v2' };

  it('is upgraded to, without waiting for a hook to be called (defect 1)', () => {
    const { addon, told } = play(created(), toV2);
    expect(told).toEqual(['begin BeforeClusterUpgrade', 'apply cni', 'keep cni', 'rest']);
    expect(addon.spec).toMatchObject({ clusterStack: classOf('v2'), version: 'v2' });
    expect(addon.spec.hook).toBeUndefined();
  });

  it('with another add-on version applies the one chart again, whatever the inventory says (defect 2)', () => {
    const before = play(anAddon(), { addons: single }).addon;
    const synced = withResources(before, [{ kind: 'ConfigMap', name: 'a', status: 'synced' }]);
    expect(play(synced, { ...toV2, addons: single }).told).toEqual([
      'begin BeforeClusterUpgrade',
      'apply ',
      'keep ',
      'rest',
    ]);
  });

  it('changes what the annotation says to upgraded, and stays there (defect 21)', () => {
    const second = play(created(), toV2).addon;
    expect(second.metadata.annotations?.['ClusterAddonStage']).toBe('upgraded');
    const third = play(second, { className: classOf('v3'), version: 'v3' }).addon;
    expect(third.metadata.annotations?.['ClusterAddonStage']).toBe('upgraded');
  });

  it('replaces a class whose add-ons never came through, from the start (defect 16)', () => {
    const step = planAddon(facts(anAddon()));
    if (step.step !== 'begin') throw new Error(step.step);
    const stuck = beginRun(anAddon(), step.run, step.stages, now);
    const { addon, told } = play(stuck, toV2);
    expect(told).toEqual([
      'begin AfterControlPlaneInitialized',
      'apply cni',
      'apply csi',
      'keep cni+csi',
      'rest',
    ]);
    expect(addon.spec.clusterStack).toBe(classOf('v2'));
  });

  it('replaces an upgrade that is under way, and one that is taken back', () => {
    const step = planAddon(facts(created(), toV2));
    if (step.step !== 'begin') throw new Error(step.step);
    const underWay = beginRun(created(), step.run, step.stages, now);
    expect(play(underWay, { className: classOf('v3'), version: 'v3' }).told[0]).toBe(
      'begin BeforeClusterUpgrade',
    );
    // What v2 has put there already must go again.
    expect(play(underWay).told).toEqual(['begin BeforeClusterUpgrade', 'apply cni', 'keep cni', 'rest']);
  });

  it('with the same add-on version is only written down', () => {
    const { addon, told } = play(created(), { className: classOf('v2') });
    expect(told).toEqual(['move', 'rest']);
    expect(addon.spec).toMatchObject({ clusterStack: classOf('v2'), version: 'v1' });
    expect(addon.status?.ready).toBe(true);
  });

  it.each([
    [
      'of another minor is another add-on, though its version has the same name',
      { className: 'docker-ferrol-1-28-v1' },
    ],
    ['of another stack is another add-on', { className: 'docker-other-1-27-v1' }],
    [
      'with another Kubernetes version runs the stages',
      { className: classOf('v2'), release: { version: 'v1', kubernetesVersion: 'v1.27.9', addons: stages } },
    ],
  ])('%s', (_, change) => {
    expect(play(created(), change).told[0]).toBe('begin BeforeClusterUpgrade');
  });

  it('with the same add-on version is applied where the inventory is not complete', () => {
    const incomplete = withResources(created(), [{ kind: 'ConfigMap', name: 'a', status: 'not-synced' }]);
    expect(play(incomplete, { className: classOf('v2') }).told[0]).toBe('begin BeforeClusterUpgrade');
  });
});

describe('hooks after an upgrade', () => {
  const addons: AddonPackage = {
    convention: 'multi',
    stages: new Map([
      ['AfterControlPlaneInitialized', [apply('cni'), apply('ccm')]],
      ['BeforeClusterUpgrade', [apply('cni')]],
      ['AfterControlPlaneUpgrade', [apply('ccm')]],
      ['AfterClusterUpgrade', [apply('metrics')]],
    ]),
  };
  const upgrade = {
    className: 'docker-ferrol-1-28-v1',
    kubernetesVersion: 'v1.28.2',
    release: { version: 'v1', kubernetesVersion: 'v1.28.2', addons },
    topologyReconciled: false,
  };
  const before = () => play(anAddon(), { addons }).addon;
  const first = () => play(before(), upgrade).addon;
  const asked = (addon: ClusterAddon, hook: string, change = {}): ClusterAddon => ({
    ...addon,
    metadata: {
      ...addon.metadata,
      annotations: {
        ...addon.metadata.annotations,
        [hookRequestAnnotation]: JSON.stringify({
          id: '1',
          hook,
          classTo: upgrade.className,
          to: 'v1.28.2',
          ...change,
        }),
      },
    },
  });

  it('keep what they bring, and wait for the control plane', () => {
    const { told, addon } = play(before(), upgrade);
    expect(told).toEqual([
      'begin BeforeClusterUpgrade',
      'apply cni',
      'keep cni+ccm+metrics',
      'wait for AfterControlPlaneUpgrade',
    ]);
    expect(readAddonRun(addon)?.through).toEqual(['BeforeClusterUpgrade']);
    expect(addon.status?.ready).toBe(true);
  });

  it('begin when Cluster API asks, and not for another version', () => {
    expect(play(asked(first(), 'AfterControlPlaneUpgrade'), upgrade).told).toEqual([
      'begin AfterControlPlaneUpgrade',
      'apply ccm',
      'keep cni+ccm+metrics',
      'wait for AfterClusterUpgrade',
    ]);
    expect(play(asked(first(), 'AfterControlPlaneUpgrade', { to: 'v1.27.9' }), upgrade).told).toEqual([
      'wait for AfterControlPlaneUpgrade',
    ]);
    expect(play(asked(first(), 'AfterControlPlaneUpgrade', { classTo: 'other' }), upgrade).told).toEqual([
      'wait for AfterControlPlaneUpgrade',
    ]);
  });

  it('begin without being asked when the control plane is seen to be there', () => {
    const seen = { ...upgrade, controlPlaneVersion: 'v1.28.2' };
    expect(play(first(), seen).told).toEqual([
      'begin AfterControlPlaneUpgrade',
      'apply ccm',
      'keep cni+ccm+metrics',
      'wait for AfterClusterUpgrade',
    ]);
    expect(play(first(), { ...seen, topologyReconciled: true }).told.slice(-4)).toEqual([
      'begin AfterClusterUpgrade',
      'apply metrics',
      'keep cni+ccm+metrics',
      'rest',
    ]);
  });
});

describe('after a crash', () => {
  it('between the two writes of a beginning, it begins again', () => {
    const step = planAddon(facts(created(), { className: classOf('v2'), version: 'v2' }));
    if (step.step !== 'begin') throw new Error(step.step);
    const begun = beginRun(created(), step.run, step.stages, now);
    const half: ClusterAddon = { ...created(), ...(begun.status && { status: begun.status }) };
    expect(planAddon(facts(half, { className: classOf('v2'), version: 'v2' })).step).toBe('begin');
    // And if the old class is wanted again, nothing was done to it.
    expect(planAddon(facts(half)).step).toBe('settle');
  });

  it('between the two writes of an end, the status is settled', () => {
    const { addon } = play(anAddon());
    const half: ClusterAddon = {
      ...addon,
      status: { ...addon.status, ready: false, stages: [{ name: 'cni', action: 'apply', phase: 'done' }] },
    };
    expect(planAddon(facts(half))).toEqual({ step: 'settle' });
  });

  it('stages of an earlier hook that are done do not count for the next', () => {
    const { addon } = play(anAddon());
    const run = readAddonRun(addon);
    if (!run) throw new Error('no run');
    const next: AddonRun = {
      ...run,
      className: classOf('v2'),
      kind: 'upgraded',
      hook: 'BeforeClusterUpgrade',
      through: [],
    };
    const stale: ClusterAddon = {
      ...addon,
      metadata: { ...addon.metadata, annotations: { [addonRunAnnotation]: JSON.stringify(next) } },
      status: { ready: true, stages: [{ name: 'cni', action: 'apply', phase: 'done' }] },
    };
    expect(planAddon(facts(stale, { className: classOf('v2'), version: 'v2' })).step).toBe('begin');
  });

  it('the time of a stage goes on counting', () => {
    const step = planAddon(facts(anAddon()));
    if (step.step !== 'begin') throw new Error(step.step);
    const started = enterStage(beginRun(anAddon(), step.run, step.stages, now), 0, 'applyingOrDeleting', now);
    const later = enterStage(started, 0, 'waitingForPostCondition', new Date('2026-03-01T11:00:00Z'));
    expect(readAddonRun(later)?.stage).toEqual({ index: 0, name: 'cni', since: '2026-03-01T10:00:00.000Z' });
  });

  it.each(['', 'no json', '[]', '{"className":"x"}', '{"className":"x","kind":"other","through":[]}'])(
    'an annotation that cannot be read (%s) counts as none',
    (text) => {
      const addon = anAddon({ metadata: { name: 'x', annotations: { [addonRunAnnotation]: text } } });
      expect(readAddonRun(addon)).toBeUndefined();
    },
  );
});

describe('add-ons that upstream’s operator looked after', () => {
  const theirs = (annotation: string) =>
    anAddon({
      metadata: { ...anAddon().metadata, annotations: { ClusterAddonStage: annotation } },
      spec: { clusterRef: { kind: 'Cluster', name: 'x' }, clusterStack: classOf('v1'), version: 'v1' },
      status: { ready: true },
    });

  it('are taken over as they are', () => {
    const { told, addon } = play(theirs('created'));
    expect(told).toEqual(['move', 'rest']);
    expect(readAddonRun(addon)).toMatchObject({ kind: 'created', through: ['AfterControlPlaneInitialized'] });
    expect(readAddonRun(play(theirs('upgraded')).addon)).toMatchObject({ through: ['BeforeClusterUpgrade'] });
  });

  it('are upgraded when the class has changed meanwhile, and when they were not ready', () => {
    expect(play(theirs('created'), { className: classOf('v2'), version: 'v2' }).told[0]).toBe(
      'begin BeforeClusterUpgrade',
    );
    const unready = { ...theirs('created'), status: { ready: false } };
    expect(play(unready).told[0]).toBe('begin BeforeClusterUpgrade');
  });

  it('are not held by a hook that was left behind (defect 16)', () => {
    const held = theirs('created');
    held.spec.hook = 'AfterControlPlaneInitialized';
    const { addon } = play(held, { className: classOf('v2'), version: 'v2' });
    expect(addon.spec.hook).toBeUndefined();
    expect(addon.spec.clusterStack).toBe(classOf('v2'));
  });
});
