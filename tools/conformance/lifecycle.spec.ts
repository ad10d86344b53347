// The life of a cluster of a cluster stack on the real Cluster API: a folder of releases, the service as its users get it, machines in memory. Told
// twice: undisturbed, and with the service killed (-9) in the middle of every part. The workload API of the in-memory provider takes no objects, so
// the add-on charts of these releases have none: lifecycle-addons.spec.ts has those.
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectKubernetes } from '@scs/kubernetes';
import { eventually } from '@scs/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newMachines, type DemoRelease } from '../../apps/cluster-lifecycle/e2e/demo-releases.ts';
import { endState } from '../../apps/cluster-lifecycle/e2e/end-state.ts';
import { ownedTypes, types } from './cluster-api-objects.ts';
import { inventory } from './lifecycle/inventory.ts';
import {
  addonType,
  certificateOf,
  clusterType,
  conditionOf,
  openScene,
  releaseType,
  stackType,
  type Scene,
} from './lifecycle/scene.ts';

const kubeconfig = process.env['KUBECONFIG'] ?? '';
const present =
  existsSync(kubeconfig) && existsSync(certificateOf(kubeconfig, 'ca.crt')) && (await hasClusterApi());
if (!present)
  console.log(
    'skipped: the life of a cluster needs KUBECONFIG of a test bed with Cluster API, with its certificates in pki beside it',
  );

async function hasClusterApi(): Promise<boolean> {
  const client = connectKubernetes({ kubeconfig: { file: kubeconfig }, userAgent: 'scs-conformance' });
  const versions = await client.versions('runtime.cluster.x-k8s.io').catch(() => []);
  client.close();
  return versions.length > 0;
}

/** Charts that bring nothing, and stages that wait for nothing. */
function withoutObjects({ change, ...release }: DemoRelease): DemoRelease {
  return {
    ...release,
    change(path, text) {
      if (/^cluster-addon\/[^/]+\/(templates|crds)\//.test(path)) return undefined;
      if (path !== 'clusteraddon.yaml') return change ? change(path, text) : text;
      return text.replaceAll(/ +waitForPostCondition:\n( {8,}.*\n)+/g, '');
    },
  };
}

const classType = { ...clusterType, kind: 'ClusterClass' };
/** What the service is answerable for. */
const answeredFor = [
  stackType,
  releaseType,
  addonType,
  classType,
  types.devMachineTemplate,
  types.bootstrapTemplate,
];
/** The real controllers look at a new workload cluster after 30 seconds, and not sooner; an upgrade of two machines takes as long. */
const patience = 240_000;

/** SCS_SEED repeats a run. */
const seed = Number(process.env['SCS_SEED'] ?? randomBytes(4).readUInt32BE());
function chance(state: number): () => number {
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const states: Record<string, unknown>[] = [];

describe.skipIf(!present).each([
  ['undisturbed', false],
  ['killed in every part', true],
])('a cluster of a cluster stack on the real Cluster API, the service %s', (_, killed) => {
  const random = chance(seed);
  const name = 'prod';
  let scene: Scene;
  let before: string[];

  const machines = () => scene.list(types.machine);
  /** Does what it is told, and kills the service somewhere in the seconds after that. */
  async function disturbed(part: string, act: () => Promise<unknown>): Promise<void> {
    await act();
    if (!killed) return;
    const afterMs = Math.round(random() * 5000);
    await sleep(afterMs);
    await scene.service.kill();
    console.log(`${part}: killed ${afterMs} ms after its start (SCS_SEED=${seed})`);
    await scene.service.start();
  }
  async function isAsWanted(className: string, version: string): Promise<void> {
    const cluster = await scene.read(clusterType, name);
    for (const [type, status] of [
      ['Available', 'True'],
      ['TopologyReconciled', 'True'],
      ['RollingOut', 'False'],
      ['ControlPlaneMachinesReady', 'True'],
      ['WorkerMachinesReady', 'True'],
    ] as const)
      expect([type, conditionOf(cluster, type)?.status]).toEqual([type, status]);
    expect((await machines()).map(({ spec }) => spec['version'])).toEqual([version, version]);
    const addon = await scene.read(addonType, `cluster-addon-${name}`);
    expect(addon).toMatchObject({ spec: { clusterStack: className }, status: { ready: true } });
    expect(conditionOf(addon, 'Ready')?.status).toBe('True');
  }

  beforeAll(async () => {
    scene = await openScene(kubeconfig);
    await scene.pack(withoutObjects({}));
    await scene.pack(withoutObjects({ version: 'v2', change: newMachines }));
    await scene.pack(withoutObjects({ stack: 'dev-sandbox-1-34' }));
    before = await inventory(kubeconfig, scene.namespace);
    await scene.service.start();
  });
  afterAll(() => scene.close());

  it('comes from a folder: releases become ready, and their ClusterClasses usable', async () => {
    await disturbed('releases', async () => {
      await scene.createStack('sandbox', '1.33', { versions: ['v1'] });
      await scene.createStack('sandbox', '1.34');
    });
    for (const tag of ['dev-sandbox-1-33-v1', 'dev-sandbox-1-33-v2', 'dev-sandbox-1-34-v1'])
      await eventually(async () => {
        expect(await scene.read(releaseType, tag)).toMatchObject({ status: { ready: true } });
        expect(conditionOf(await scene.read(classType, tag), 'VariablesReady')?.status).toBe('True');
      }, patience);
  });

  it('has its machines and its add-ons', async () => {
    await disturbed('create', () => scene.createCluster(name, 'dev-sandbox-1-33-v1', 'v1.33.6'));
    await eventually(() => isAsWanted('dev-sandbox-1-33-v1', 'v1.33.6'), patience);
    await eventually(
      async () => expect(scene.hooks(name)).toContain('AfterControlPlaneInitialized'),
      patience,
    );
  });

  it('goes to the next release of its minor, with new machines', async () => {
    const old = (await machines()).map(({ metadata }) => metadata.uid);
    await disturbed('upgrade', () => scene.upgrade(name, 'dev-sandbox-1-33-v2', 'v1.33.6'));
    await eventually(async () => {
      await isAsWanted('dev-sandbox-1-33-v2', 'v1.33.6');
      expect((await machines()).filter(({ metadata }) => old.includes(metadata.uid))).toEqual([]);
    }, patience);
  });

  it('goes to the next minor, and Cluster API asks before, between and after', async () => {
    const asked = scene.hooks(name).length;
    await disturbed('next minor', () => scene.upgrade(name, 'dev-sandbox-1-34-v1', 'v1.34.3'));
    await eventually(() => isAsWanted('dev-sandbox-1-34-v1', 'v1.34.3'), patience);
    const hooks = ['BeforeClusterUpgrade', 'AfterControlPlaneUpgrade', 'AfterClusterUpgrade'];
    await eventually(
      async () => expect([...new Set(scene.hooks(name).slice(asked))]).toEqual(hooks),
      patience,
    );
    states.push(await endState(scene.client, scene.namespace, answeredFor));
  });

  it('goes, and leaves nothing', async () => {
    await disturbed('delete', async () => {
      await scene.remove(clusterType, name);
      for (const stack of ['sandbox-1-33', 'sandbox-1-34']) await scene.remove(stackType, stack);
    });
    // Secrets are in the inventory; what is not the cluster's own stays.
    const gone = [...ownedTypes, ...answeredFor].filter(({ kind }) => kind !== 'Secret');
    await eventually(async () => {
      for (const type of gone)
        expect((await scene.list(type)).map(({ metadata }) => metadata.name)).toEqual([]);
    }, patience);
    expect(await scene.service.stop()).toBe(0);
    await scene.unregister();
    await eventually(
      async () =>
        expect(
          (await inventory(kubeconfig, scene.namespace)).filter((entry) => !before.includes(entry)),
        ).toEqual([]),
      patience,
    );
  });
});

it.skipIf(!present)('ends in the same state whether the service was killed or not', () => {
  const [undisturbed, killed] = states;
  expect(Object.keys(undisturbed ?? {}).length).toBeGreaterThan(10);
  expect(killed).toEqual(undisturbed);
});
