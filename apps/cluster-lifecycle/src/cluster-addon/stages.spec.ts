import {
  resourceKey,
  addonNamespace,
  findCondition,
  type AddonPackage,
  type AddonStage,
  type ClusterAddon,
} from '@scs/cluster-stacks';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  aManagement,
  aWorkload,
  configMap,
  Executioner,
  Killed,
  someCharts,
} from './a-workload.spec-data.ts';
import { readObjects } from './cluster-objects.ts';
import { openRecord } from './record.ts';
import type { AddonWork } from './objects.ts';
import { workOnAddons } from './stages.ts';

const start = Date.parse('2026-03-01T10:00:00Z');
const fresh: ClusterAddon = {
  apiVersion: 'clusterstack.x-k8s.io/v1alpha1',
  kind: 'ClusterAddon',
  metadata: { name: 'cluster-addon-x', namespace: 'team' },
  spec: { clusterRef: { kind: 'Cluster', name: 'x' } },
};

interface Release {
  name: string;
  hooks?: Record<string, AddonStage[]>;
  charts: Record<string, string[]>;
}
const apply = (name: string, more: Partial<AddonStage> = {}): AddonStage => ({
  name,
  action: 'apply',
  ...more,
});
const remove = (name: string): AddonStage => ({ name, action: 'delete' });

/** A cluster under our care: the class that it wants can be changed, time passes when told to. */
function aCluster() {
  const executioner = new Executioner();
  const management = aManagement(executioner, fresh);
  const workload = aWorkload(executioner);
  const events: string[] = [];
  let now = start;
  /** What the process remembers. */
  let checked: string | undefined;
  /** One reconcile, by a process that knows nothing but what is stored. */
  async function reconcile(release: Release) {
    const addons: AddonPackage = release.hooks
      ? { convention: 'multi', stages: new Map(Object.entries(release.hooks)) }
      : { convention: 'single' };
    const recorder = {
      record: (_: unknown, type: string, reason: string, message: string) =>
        void events.push(`${type} ${reason}: ${message}`),
    };
    const work: AddonWork = {
      record: openRecord(management, recorder, management.stored),
      facts: {
        className: release.name,
        kubernetesVersion: 'v1.27.3',
        release: { version: release.name, kubernetesVersion: 'v1.27.3', addons },
        controlPlaneVersion: 'v1.27.3',
        topologyReconciled: true,
      },
      charts: someCharts(release.charts, release.name),
      workload: workload.client,
      apply: workload.apply,
      remove: workload.remove,
      read: (condition) => readObjects(workload.client, condition),
      events: recorder,
      clock: () => new Date(now),
      signal: new AbortController().signal,
      driftMs: 600_000,
      isCheckDue: () => checked !== release.name,
    };
    const again = await workOnAddons(work);
    if (again.checked) checked = release.name;
    return again;
  }
  return {
    executioner,
    management,
    workload,
    events,
    reconcile,
    pass: (minutes: number) => {
      now += minutes * 60_000;
    },
    forget: () => {
      checked = undefined;
    },
    names: () => [...workload.objects.values()].map(({ metadata }) => metadata.name).toSorted(),
    condition: (type: string) => findCondition(management.stored.status?.conditions, type),
    phases: () => management.stored.status?.stages?.map(({ name, phase }) => `${name} ${phase}`),
  };
}

const v1: Release = {
  name: 'docker-ferrol-1-27-v1',
  hooks: {
    AfterControlPlaneInitialized: [apply('cni'), apply('csi')],
    BeforeClusterUpgrade: [apply('cni'), apply('csi')],
  },
  charts: { cni: ['cni', 'cni-rbac'], csi: ['csi'] },
};

describe('add-ons in stages', () => {
  it('are applied, and left alone while nothing changes', async () => {
    const cluster = aCluster();
    await cluster.reconcile(v1);
    expect(cluster.names()).toEqual(['cni', 'cni-rbac', 'csi']);
    expect(cluster.management.stored.spec).toMatchObject({ clusterStack: v1.name });
    expect(cluster.condition('Ready')?.status).toBe('True');
    const { resourceVersion } = cluster.management.stored.metadata;
    cluster.forget();
    await cluster.reconcile(v1);
    await cluster.reconcile(v1);
    expect(cluster.management.stored.metadata.resourceVersion).toBe(resourceVersion);
  });

  it('are upgraded and pruned, also of stages that were renamed or dropped (defect 19)', async () => {
    const cluster = aCluster();
    await cluster.reconcile(v1);
    const v2: Release = {
      name: 'docker-ferrol-1-27-v2',
      hooks: { AfterControlPlaneInitialized: [], BeforeClusterUpgrade: [apply('network')] },
      charts: { network: ['cni', 'policies'] },
    };
    await cluster.reconcile(v2);
    expect(cluster.names()).toEqual(['cni', 'policies']);
    expect([...cluster.workload.objects.values()].map((object) => object['data'])).toEqual([
      { content: v2.name },
      { content: v2.name },
    ]);
    expect(cluster.management.stored.metadata.annotations?.['ClusterAddonStage']).toBe('upgraded');
  });

  it('are pruned after a second upgrade too (defect 21)', async () => {
    const cluster = aCluster();
    const release = (version: string, name: string): Release => ({
      name: `docker-ferrol-1-27-${version}`,
      hooks: { AfterControlPlaneInitialized: [apply('cni')], BeforeClusterUpgrade: [apply('extra')] },
      charts: { cni: ['cni'], extra: [name] },
    });
    await cluster.reconcile(release('v1', 'a'));
    await cluster.reconcile(release('v2', 'b'));
    expect(cluster.names()).toEqual(['b']);
    await cluster.reconcile(release('v3', 'c'));
    expect(cluster.names()).toEqual(['c']);
  });

  it('of one chart are changed and pruned on an upgrade (defect 2)', async () => {
    const cluster = aCluster();
    await cluster.reconcile({ name: 'docker-ferrol-1-27-v1', charts: { '': ['a', 'b'] } });
    expect(cluster.names()).toEqual(['a', 'b']);
    await cluster.reconcile({ name: 'docker-ferrol-1-27-v2', charts: { '': ['b', 'c'] } });
    expect(cluster.names()).toEqual(['b', 'c']);
    expect(
      cluster.workload.objects.get(
        resourceKey({ group: '', kind: 'ConfigMap', name: 'b' }, addonNamespace),
      )?.['data'],
    ).toEqual({ content: 'docker-ferrol-1-27-v2' });
  });

  it('are deleted by a delete stage', async () => {
    const cluster = aCluster();
    await cluster.reconcile(v1);
    await cluster.reconcile({
      ...v1,
      name: 'docker-ferrol-1-27-v2',
      hooks: { BeforeClusterUpgrade: [apply('cni'), remove('csi')] },
    });
    expect(cluster.names()).toEqual(['cni', 'cni-rbac']);
  });

  it('that two charts bring are not changed by turns', async () => {
    const cluster = aCluster();
    const release = { ...v1, charts: { cni: ['cni', 'shared'], csi: ['csi', 'shared'] } };
    await cluster.reconcile(release);
    cluster.forget();
    await cluster.reconcile(release);
    expect(cluster.names()).toEqual(['cni', 'csi', 'shared']);
    expect(cluster.events.filter((event) => event.includes('DriftRepaired'))).toEqual([]);
  });

  it('that somebody changed or deleted are mended at the next check, with an Event', async () => {
    const cluster = aCluster();
    await cluster.reconcile(v1);
    const [first, second] = [...cluster.workload.objects.keys()];
    cluster.workload.objects.delete(first ?? '');
    cluster.workload.objects.set(second ?? '', configMap('cni-rbac', 'tampered'));
    cluster.forget();
    await cluster.reconcile(v1);
    expect(cluster.names()).toEqual(['cni', 'cni-rbac', 'csi']);
    expect(cluster.events.at(-1)).toMatch(/^Normal DriftRepaired: .*ConfigMap .*cni, ConfigMap .*cni-rbac/);
  });
});

describe('a definition of ClusterAddon from before there were stages', () => {
  it('is named, instead of beginning again and again', async () => {
    const cluster = aCluster();
    cluster.management.prune('stages');
    await expect(cluster.reconcile(v1)).rejects.toThrow(/does not keep the stages.*scs crds/);
    expect(Number(cluster.management.stored.metadata.resourceVersion)).toBeLessThan(5);
  });
});

describe('a stage', () => {
  const waiting = (object: string): Pick<AddonStage, 'waitForPostCondition'> => ({
    waitForPostCondition: {
      objects: [{ key: 'a', apiVersion: 'v1', kind: 'ConfigMap', name: object, namespace: '' }],
      conditions: "a.data.content == 'ready'",
    },
  });
  const release = (stages: AddonStage[]): Release => ({
    ...v1,
    hooks: { AfterControlPlaneInitialized: stages },
  });
  const put = (cluster: ReturnType<typeof aCluster>, name: string, content: string) =>
    cluster.workload.objects.set(
      resourceKey({ group: '', kind: 'ConfigMap', name }, addonNamespace),
      configMap(name, content),
    );

  it('waits for its post-condition, is late after its deadline, and goes on when that is mended (defect 18)', async () => {
    const cluster = aCluster();
    const slow = release([apply('cni', waiting('job')), apply('csi')]);
    const soon = await cluster.reconcile(slow);
    expect(cluster.phases()).toEqual(['cni waitingForPostCondition', 'csi Pending']);
    expect(cluster.condition('EvaluatedCEL')).toMatchObject({
      severity: 'Info',
      message: expect.stringContaining('job does not exist yet') as string,
    });
    cluster.pass(16);
    const late = await cluster.reconcile(slow);
    expect(cluster.condition('Ready')).toMatchObject({
      status: 'False',
      severity: 'Error',
      reason: 'FailedToEvaluatePostCondition',
    });
    expect(late.requeueAfterMs).toBeGreaterThan(soon.requeueAfterMs);
    expect(cluster.events.filter((event) => event.startsWith('Warning'))).toHaveLength(1);
    put(cluster, 'job', 'ready');
    await cluster.reconcile(slow);
    expect(cluster.condition('Ready')?.status).toBe('True');
    expect(cluster.names()).toEqual(['cni', 'cni-rbac', 'csi', 'job']);
  });

  it('may be given more time by an annotation', async () => {
    const cluster = aCluster();
    const slow = release([apply('cni', waiting('job'))]);
    cluster.management.set((addon) => ({
      ...addon,
      metadata: { ...addon.metadata, annotations: { 'lifecycle.scs.community/stage-deadline.cni': '1h' } },
    }));
    await cluster.reconcile(slow);
    cluster.pass(16);
    await cluster.reconcile(slow);
    expect(cluster.condition('EvaluatedCEL')?.severity).toBe('Info');
  });

  it('does nothing before its pre-condition holds', async () => {
    const cluster = aCluster();
    const { waitForPostCondition } = waiting('job');
    const slow = release([
      apply('cni', waitForPostCondition && { waitForPreCondition: waitForPostCondition }),
    ]);
    await cluster.reconcile(slow);
    expect(cluster.names()).toEqual([]);
    expect(cluster.phases()).toEqual(['cni waitingForPreCondition']);
    put(cluster, 'job', 'ready');
    await cluster.reconcile(slow);
    expect(cluster.names()).toEqual(['cni', 'cni-rbac', 'job']);
  });

  it('whose chart is not in the release is an error, and does not count as through (defect 18)', async () => {
    const cluster = aCluster();
    const broken = release([apply('cni'), apply('ghost'), apply('csi')]);
    await cluster.reconcile(broken);
    expect(cluster.condition('Ready')).toMatchObject({
      severity: 'Error',
      reason: 'HelmChartMissing',
      message: expect.stringContaining('ghost') as string,
    });
    expect(cluster.phases()).toEqual(['cni done', 'ghost applyingOrDeleting', 'csi Pending']);
    expect(cluster.management.stored.spec.clusterStack).toBeUndefined();
  });

  it('whose objects are refused is not through, and the refused object is named (defect 12)', async () => {
    const cluster = aCluster();
    const { apply: applyAll } = cluster.workload;
    cluster.workload.apply = async (...args) => {
      const outcome = await applyAll(...args);
      const resources = outcome.resources.map((resource) =>
        resource.name === 'cni-rbac'
          ? { ...resource, status: 'not-synced' as const, error: 'forbidden' }
          : resource,
      );
      return { ...outcome, resources, synced: false };
    };
    await cluster.reconcile(v1);
    expect(cluster.condition('HelmChartApplied')).toMatchObject({
      status: 'False',
      message: expect.stringMatching(/cni-rbac: forbidden/) as string,
    });
    expect(
      cluster.management.stored.status?.resources?.map(({ name, status, error }) => [name, status, error]),
    ).toEqual([
      ['cni', 'synced', undefined],
      ['cni-rbac', 'not-synced', 'forbidden'],
    ]);
    expect(cluster.phases()).toEqual(['cni applyingOrDeleting', 'csi Pending']);
    cluster.workload.apply = applyAll;
    await cluster.reconcile(v1);
    expect(cluster.condition('Ready')?.status).toBe('True');
  });

  it('what cannot be removed after an upgrade does not hold it up, stays known, and is tried again', async () => {
    const cluster = aCluster();
    await cluster.reconcile(v1);
    const { remove: removeAll } = cluster.workload;
    cluster.workload.remove = (_, resources) =>
      Promise.resolve(
        resources.map((resource) => ({ ...resource, status: 'not-synced', error: 'waits for a finalizer' })),
      );
    const v2 = { ...v1, name: 'docker-ferrol-1-27-v2', hooks: { BeforeClusterUpgrade: [apply('cni')] } };
    await cluster.reconcile(v2);
    expect(cluster.management.stored.spec.clusterStack).toBe(v2.name);
    expect(cluster.events.at(-1)).not.toContain('removed');
    expect(cluster.condition('HelmChartDeleted')).toMatchObject({
      status: 'False',
      severity: 'Info',
      message: expect.stringContaining('csi') as string,
    });
    cluster.workload.remove = removeAll;
    await cluster.reconcile(v2);
    expect(cluster.names()).toEqual(['cni', 'cni-rbac']);
    expect(cluster.condition('HelmChartDeleted')).toBeUndefined();
  });
});

/** Releases with the same few charts, object names and lists of stages, so that each meets what another has left. */
const releases: fc.Arbitrary<Release[]> = (() => {
  const stage = fc.record({
    name: fc.constantFrom('cni', 'csi', 'ccm'),
    action: fc.constantFrom('apply' as const, 'apply' as const, 'delete' as const),
  });
  const stages = fc.array(stage, { maxLength: 4 });
  const hooks = fc.record({
    AfterControlPlaneInitialized: stages,
    BeforeClusterUpgrade: stages,
    AfterControlPlaneUpgrade: stages,
  });
  const suffixes = fc.uniqueArray(fc.constantFrom('1', '2', '3'), { minLength: 1, maxLength: 3 });
  const release = fc.record({ suffixes, list: fc.constantFrom('none', 'one', 'other') });
  const three = fc.array(release, { minLength: 3, maxLength: 3 });
  return fc.tuple(hooks, hooks, three).map(([one, other, drafts]) =>
    drafts.map((draft, index): Release => {
      const named = (prefix: string) => draft.suffixes.map((suffix) => `${prefix}-${suffix}`);
      const name = `docker-ferrol-1-27-v${index + 1}`;
      return draft.list === 'none'
        ? { name, charts: { '': [...named('cni'), ...named('csi')] } }
        : {
            name,
            hooks: draft.list === 'one' ? one : other,
            charts: { cni: named('cni'), csi: named('csi'), ccm: named('ccm') },
          };
    }),
  );
})();

/** What must be there in the end, told from the release alone. */
function expected({ hooks, charts }: Release, kind: string | undefined): string[] {
  if (!hooks) return (charts[''] ?? []).toSorted();
  const upgrade = [...(hooks['BeforeClusterUpgrade'] ?? []), ...(hooks['AfterControlPlaneUpgrade'] ?? [])];
  const first = hooks['AfterControlPlaneInitialized'] ?? [];
  const there = new Set<string>();
  for (const { name, action } of kind === 'upgraded' && upgrade.length > 0 ? upgrade : first)
    for (const object of charts[name] ?? []) {
      if (action === 'apply') there.add(object);
      else there.delete(object);
    }
  return [...there].toSorted();
}

describe('a process that is killed', () => {
  it('between any two writes, through upgrades and changes of mind, leaves the same end state', async () => {
    const kill = fc.record({ write: fc.nat(12), after: fc.boolean() });
    const phase = fc.record({ kills: fc.array(kill, { maxLength: 4 }), isFinished: fc.boolean() });
    const story = fc.tuple(releases, fc.tuple(phase, phase, phase));
    await fc.assert(
      fc.asyncProperty(story, async ([versions, phases]) => {
        const cluster = aCluster();
        const { executioner, management, workload } = cluster;
        const foreign = configMap('foreign', 'theirs');
        workload.objects.set('foreign', foreign);
        const inventory = () =>
          (management.stored.status?.resources ?? [])
            .map((resource) => resourceKey(resource, addonNamespace))
            .toSorted();
        const ours = () => [...workload.objects.keys()].filter((key) => key !== 'foreign').toSorted();
        const reconcile = async (release: Release) => {
          try {
            await cluster.reconcile(release);
          } catch (error) {
            if (!(error instanceof Killed)) throw error;
            cluster.forget();
          }
          // Whatever we put there is known, at any time: nothing can be left behind.
          expect(inventory()).toEqual(expect.arrayContaining(ours()));
        };
        for (const [index, { kills, isFinished }] of phases.entries()) {
          const release = versions[index] ?? v1;
          for (const { write, after } of kills) {
            executioner.killAt(write, after);
            await reconcile(release);
          }
          executioner.killAt(Infinity, false);
          if (isFinished || index === phases.length - 1) await reconcile(release);
        }
        const last = versions.at(-1) ?? v1;
        const { metadata, spec, status } = management.stored;
        expect(spec.clusterStack).toBe(last.name);
        expect(status).toMatchObject({ ready: true, stages: [] });
        expect(cluster.names().filter((name) => name !== 'foreign')).toEqual(
          expected(last, metadata.annotations?.['ClusterAddonStage']),
        );
        expect(inventory()).toEqual(ours());
        for (const key of ours()) expect(workload.objects.get(key)?.['data']).toEqual({ content: last.name });
        expect(workload.objects.get('foreign')).toBe(foreign);
      }),
      { numRuns: 500 },
    );
  });
});
