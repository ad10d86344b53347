// The service killed (-9) at ten points of the life of a cluster, most of them between a write and its answer: everything ends as it does without.
// The same on the real Cluster API: tools/conformance/lifecycle.spec.ts.
import { setTimeout as sleep } from 'node:timers/promises';
import { connectKubernetes } from '@scs/kubernetes';
import { eventually } from '@scs/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundleService } from './bundle.ts';
import { chance, seed } from './chance.ts';
import { newMachines } from './demo-releases.ts';
import { endState } from './end-state.ts';
import {
  addonType,
  clusterType,
  conditionOf,
  releaseType,
  stackType,
  startWorld,
  type World,
} from './world.ts';

let bundle: Awaited<ReturnType<typeof bundleService>>;
beforeAll(async () => {
  bundle = await bundleService();
});
afterAll(() => bundle.remove());

const kills = 10;
const patience = 60_000;
const template = (group: string, kind: string) => ({ apiVersion: `${group}.cluster.x-k8s.io/v1beta2`, kind });
const managementTypes = [
  stackType,
  releaseType,
  addonType,
  { ...clusterType, kind: 'ClusterClass' },
  template('infrastructure', 'DevMachineTemplate'),
  template('infrastructure', 'DevClusterTemplate'),
  template('bootstrap', 'KubeadmConfigTemplate'),
  template('controlplane', 'KubeadmControlPlaneTemplate'),
];
const workloadTypes = [
  { apiVersion: 'v1', kind: 'ConfigMap' },
  { apiVersion: 'v1', kind: 'Service' },
  { apiVersion: 'v1', kind: 'ServiceAccount' },
  { apiVersion: 'apps/v1', kind: 'Deployment' },
  { apiVersion: 'apps/v1', kind: 'DaemonSet' },
];
const definition = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' };

interface Story {
  /** After each part: management cluster, workload cluster. */
  states: Record<string, unknown>[];
  writes: number;
  killed: number;
}

/** Tells the life of a cluster. `points`: at which of the service's writes it is killed, and how long after it. */
async function tell(points: readonly { write: number; afterMs: number }[]): Promise<Story> {
  const world = await startWorld(bundle.main);
  const waiting = [...points];
  const states: Story['states'] = [];
  let [writes, killed] = [0, 0];
  let restarting: Promise<void> = Promise.resolve();
  world.clusters.kubernetes.onWrite(({ userAgent, resource }) => {
    // A killed process takes Events along that it had not written.
    if (!userAgent.startsWith('scs-cluster-lifecycle') || resource === 'events') return;
    writes += 1;
    if (writes < (waiting[0]?.write ?? Infinity)) return;
    const afterMs = waiting.shift()?.afterMs ?? 0;
    killed += 1;
    const { pid } = world.service;
    restarting = restarting.then(async () => {
      await sleep(afterMs);
      await world.service.kill();
      await world.service.start(false);
    });
    // Before its answer is sent.
    if (afterMs === 0 && pid !== undefined) process.kill(pid, 'SIGKILL');
  });
  try {
    await world.pack();
    await world.pack({
      version: 'v2',
      change: (path, text) =>
        path === 'cluster-addon/network/values.yaml'
          ? text.replace('mtu: 1500', 'mtu: 1400')
          : newMachines(path, text),
    });
    await world.pack({ stack: 'dev-sandbox-1-34' });
    await world.service.start(false);
    await admitted(() => world.createStack('sandbox', '1.33', { versions: ['v1'] }));
    await admitted(() => world.createStack('sandbox', '1.34'));
    for (const tag of ['dev-sandbox-1-33-v1', 'dev-sandbox-1-33-v2', 'dev-sandbox-1-34-v1'])
      await eventually(
        async () => expect(await world.read(releaseType, tag)).toMatchObject({ status: { ready: true } }),
        patience,
      );
    await admitted(() => world.createCluster('prod', 'dev-sandbox-1-33-v1'));
    states.push(await stateAt(world, 'dev-sandbox-1-33-v1', 'v1.33.6'));
    await admitted(() => world.upgrade('prod', 'dev-sandbox-1-33-v2', 'v1.33.6'));
    states.push(await stateAt(world, 'dev-sandbox-1-33-v2', 'v1.33.6'));
    await admitted(() => world.upgrade('prod', 'dev-sandbox-1-34-v1', 'v1.34.3'));
    states.push(await stateAt(world, 'dev-sandbox-1-34-v1', 'v1.34.3'));
    await world.remove(clusterType, 'prod');
    await eventually(async () => expect(await world.list(clusterType)).toEqual([]), patience);
    for (const name of ['sandbox-1-33', 'sandbox-1-34']) await admitted(() => world.remove(stackType, name));
    await eventually(
      async () => expect(await endState(world.client, world.namespace, managementTypes)).toEqual({}),
      patience,
    );
    return { states, writes, killed };
  } finally {
    await restarting;
    await world.close();
  }
}

/** While the service is away its webhooks refuse every write: somebody tries again. */
const admitted = <T>(write: () => Promise<T>): Promise<T> => eventually(write, patience);

/** Waits until the cluster is as its class wants it, and the service has said all that it has to say. */
async function stateAt(world: World, className: string, version: string): Promise<Record<string, unknown>> {
  await eventually(async () => {
    const cluster = await world.read(clusterType, 'prod');
    for (const type of ['Available', 'TopologyReconciled'])
      expect([type, conditionOf(cluster, type)?.status]).toEqual([type, 'True']);
    const machines = await world.list({ ...clusterType, kind: 'Machine' });
    expect(machines.map(({ spec }) => spec['version'])).toEqual([version, version]);
    const addon = await world.read(addonType, 'cluster-addon-prod');
    expect(addon).toMatchObject({ spec: { clusterStack: className }, status: { ready: true } });
    expect(conditionOf(addon, 'Ready')?.status).toBe('True');
    // After a kill in the last step each object is looked at once more.
    expect(addon?.status?.['resources']).not.toContainEqual(
      expect.objectContaining({ status: 'not-synced' }),
    );
    for (const type of [stackType, releaseType])
      for (const object of await world.list(type)) expect(conditionOf(object, 'Ready')?.status).toBe('True');
  }, patience);
  const workload = world.clusters.workload(world.namespace, 'prod');
  const client = connectKubernetes({ kubeconfig: { text: workload?.kubeconfig ?? '' }, userAgent: 'e2e' });
  try {
    const owned = { labelSelector: 'clusterstack.x-k8s.io/instance=owned' };
    const definitions = (await client.list(definition, owned)).items.map(({ metadata }) => metadata.name);
    return {
      ...(await endState(world.client, world.namespace, managementTypes)),
      workload: { ...(await endState(client, 'kube-system', workloadTypes)), definitions },
    };
  } finally {
    client.close();
  }
}

it(`killed at ${kills} points of a cluster’s life, it ends as without (SCS_SEED=${seed})`, async () => {
  const undisturbed = await tell([]);
  const random = chance(seed);
  const points = Array.from({ length: kills }, () => ({
    write: 1 + Math.floor(random() * undisturbed.writes * 0.8),
    afterMs: random() < 0.6 ? 0 : Math.round(random() * 60),
  })).toSorted((one, other) => one.write - other.write);
  console.log(`of ${undisturbed.writes} writes, killed at ${JSON.stringify(points)} (SCS_SEED=${seed})`);
  const killed = await tell(points);
  expect(killed.killed).toBe(kills);
  expect(killed.states).toEqual(undisturbed.states);
}, 300_000);
