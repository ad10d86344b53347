// Add-ons in a workload cluster that is a real API server: KUBECONFIG_WORKLOAD names a plain test bed, which is the management cluster too. Cluster API
// is played by the simulator there, since the in-memory provider of the real one has no workload API that takes objects. The service is as its users
// get it, and is asked by hooks over HTTPS.
import { existsSync, readFileSync } from 'node:fs';
import type { ApiObject } from '@scs/kubernetes';
import { clusterApiCrds, startClusterApi, type ClusterApi } from '@scs/sandbox';
import { eventually } from '@scs/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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

const kubeconfig = process.env['KUBECONFIG_WORKLOAD'] ?? '';
const present = existsSync(kubeconfig) && existsSync(certificateOf(kubeconfig, 'ca.crt'));
if (!present)
  console.log(
    'skipped: add-ons need KUBECONFIG_WORKLOAD of a plain test bed, with its certificates in pki beside it',
  );

const patience = 60_000;
const system = 'kube-system';
const configMap = { apiVersion: 'v1', kind: 'ConfigMap' };
const deployment = { apiVersion: 'apps/v1', kind: 'Deployment' };
const definition = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' };
const schedules = 'backupschedules.backup.sandbox.test';
/** What the demo stacks bring into a workload cluster. */
const addonTypes = [
  configMap,
  deployment,
  definition,
  { apiVersion: 'apps/v1', kind: 'DaemonSet' },
  { apiVersion: 'v1', kind: 'Service' },
  { apiVersion: 'v1', kind: 'ServiceAccount' },
  { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole' },
  { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRoleBinding' },
];
const owned = 'clusterstack.x-k8s.io/instance=owned';

/** Stages of the demo stack, the last of which waits until somebody opens a gate, and for its own objects. */
const stages = (names: readonly string[]): string => {
  const stage = (name: string): string =>
    `    - name: ${name}\n      action: apply\n${
      name === 'gateway'
        ? `      waitForPreCondition:
        objects: [{key: gate, apiVersion: v1, kind: ConfigMap, name: scs-gate, namespace: kube-system}]
        conditions: gate.data.open == "yes"
      waitForPostCondition:
        objects:
          - {key: gateway, apiVersion: apps/v1, kind: Deployment, name: sandbox-gateway, namespace: kube-system}
          - {key: settings, apiVersion: v1, kind: ConfigMap, name: sandbox-gateway, namespace: kube-system}
        conditions: gateway.spec.replicas == int(settings.data.replicas)
`
        : ''
    }`;
  const list = names.map(stage).join('');
  return `apiVersion: clusteraddonconfig.x-k8s.io/v1alpha1
clusterAddonVersion: clusteraddons.clusterstack.x-k8s.io/v1alpha1
addonStages:
  AfterControlPlaneInitialized:
${list}  BeforeClusterUpgrade:
${list}`;
};
const withStages =
  (
    names: readonly string[],
    change: (path: string, text: string) => string | undefined = (_, text) => text,
  ) =>
  (path: string, text: string): string | undefined =>
    path === 'clusteraddon.yaml' ? stages(names) : change(path, text);

describe.skipIf(!present)('the add-ons of a cluster, on a real API server', () => {
  let scene: Scene;
  let clusterApi: ClusterApi;
  const text = present ? readFileSync(kubeconfig, 'utf8') : '';

  const inCluster = (type: { apiVersion: string; kind: string }, name: string) =>
    scene.client.get({ ...type, name, namespace: system });
  const addonOf = (cluster: string) => scene.read(addonType, `cluster-addon-${cluster}`);
  const phases = async (cluster: string) => {
    const recorded = (await addonOf(cluster))?.status?.['stages'] as { name: string; phase: string }[];
    return recorded.map(({ name, phase }) => `${name} ${phase}`);
  };
  const gate = (open: 'yes' | 'no') =>
    scene.client.apply(
      { ...configMap, metadata: { name: 'scs-gate', namespace: system }, data: { open } },
      { fieldManager: 'scs-conformance', force: true },
    );
  const annotate = (cluster: string, annotations: Record<string, string | null>) =>
    scene.client.patch(
      { ...addonType, namespace: scene.namespace, name: `cluster-addon-${cluster}` },
      { metadata: { annotations } },
    );
  const events = async () =>
    (await scene.list({ apiVersion: 'v1', kind: 'Event' })).map(
      (event) => `${String(event['reason'])} ${String(event['message'])}`,
    );
  const isReady = (cluster: string, className: string) =>
    eventually(async () => {
      const addon = await addonOf(cluster);
      expect(addon).toMatchObject({ spec: { clusterStack: className }, status: { ready: true } });
      expect(conditionOf(addon, 'Ready')).toMatchObject({ status: 'True' });
    }, patience);
  const releaseIsReady = (tag: string) =>
    eventually(
      async () => expect(await scene.read(releaseType, tag)).toMatchObject({ status: { ready: true } }),
      patience,
    );
  const clean = async () => {
    for (const type of addonTypes)
      for (const { metadata } of (await scene.client.list(type, { labelSelector: owned })).items)
        await scene.client.delete({ ...type, name: metadata.name, namespace: metadata.namespace });
    await scene.client.delete({ ...configMap, name: 'scs-gate', namespace: system });
  };

  beforeAll(async () => {
    scene = await openScene(kubeconfig, { DRIFT_CHECK_SECONDS: '3' });
    for (const crd of clusterApiCrds)
      await scene.client.apply(crd as unknown as ApiObject, { fieldManager: 'scs-conformance', force: true });
    await eventually(async () => {
      if (!(await scene.client.resourceType(clusterType))) throw new Error('not served yet');
    });
    await clean();
    await scene.pack({ change: withStages(['network', 'backup', 'gateway']) });
    await scene.pack({
      version: 'v2',
      change: withStages(['network', 'gateway'], (path, old) => {
        if (path.startsWith('cluster-addon/backup/')) return undefined;
        return path === 'cluster-addon/network/values.yaml' ? old.replace('mtu: 1500', 'mtu: 1400') : old;
      }),
    });
    await scene.pack({
      stack: 'dev-sandbox-1-34',
      change: withStages(['network', 'backup', 'gateway']),
    });
    await scene.pack({ stack: 'dev-single-1-33' });
    await scene.pack({
      stack: 'dev-single-1-33',
      version: 'v2',
      change: (path, old) =>
        path === 'cluster-addon/templates/settings.yaml'
          ? old.replace('name: sandbox-settings', 'name: sandbox-options')
          : old,
    });
    clusterApi = await startClusterApi({
      client: scene.client,
      workloadCluster: () => ({ kubeconfig: text }),
      speed: 20,
    });
    await scene.service.start();
    await scene.createStack('sandbox', '1.33', { versions: ['v1', 'v2'] });
    await scene.createStack('sandbox', '1.34');
    await scene.createStack('single', '1.33', { versions: ['v1', 'v2'] });
    for (const tag of [
      'sandbox-1-33-v1',
      'sandbox-1-33-v2',
      'sandbox-1-34-v1',
      'single-1-33-v1',
      'single-1-33-v2',
    ])
      await releaseIsReady(`dev-${tag}`);
  });
  afterAll(async () => {
    for (const { metadata } of await scene.list(clusterType)) await scene.remove(clusterType, metadata.name);
    await eventually(async () => {
      if ((await scene.list(clusterType)).length > 0) throw new Error('clusters are still there');
    }, patience);
    await clusterApi.stop();
    for (const { metadata } of await scene.list(stackType)) await scene.remove(stackType, metadata.name);
    await eventually(async () => {
      if ((await scene.list(releaseType)).length > 0) throw new Error('releases are still there');
    }, patience);
    await clean();
    await scene.close();
  });

  describe('in stages', () => {
    it('come one after the other, and a stage waits for its condition, which is named', async () => {
      await scene.createCluster('staged', 'dev-sandbox-1-33-v1', 'v1.33.6');
      await eventually(
        async () =>
          expect(await phases('staged')).toEqual([
            'network done',
            'backup done',
            'gateway waitingForPreCondition',
          ]),
        patience,
      );
      expect(conditionOf(await addonOf('staged'), 'EvaluatedCEL')).toMatchObject({
        status: 'False',
        severity: 'Info',
        reason: 'FailedToEvaluatePreCondition',
        message: expect.stringContaining('scs-gate') as string,
      });
      expect(await inCluster(deployment, 'sandbox-gateway')).toBeUndefined();
      expect(await inCluster(configMap, 'sandbox-network')).toMatchObject({
        metadata: { labels: { 'clusterstack.x-k8s.io/instance': 'owned' } },
        data: { cluster: 'staged', podCidr: '192.168.0.0/16', mtu: '1500' },
      });
      expect(
        await inCluster({ apiVersion: 'backup.sandbox.test/v1', kind: 'BackupSchedule' }, 'nightly'),
      ).toMatchObject({ spec: { keep: 7 } });
    });

    it('say with an Event that a stage is late, and come through all the same when its time comes', async () => {
      await annotate('staged', { 'lifecycle.scs.community/stage-deadline.gateway': '1s' });
      await eventually(async () => {
        expect(conditionOf(await addonOf('staged'), 'EvaluatedCEL')).toMatchObject({
          severity: 'Error',
          message: expect.stringContaining('did not come through within 1s') as string,
        });
        expect(await events()).toContainEqual(
          expect.stringMatching(/^FailedToEvaluatePreCondition .*gateway.*did not come through within 1s/),
        );
      }, patience);
      await gate('yes');
      await annotate('staged', { 'lifecycle.scs.community/stage-deadline.gateway': null });
      await isReady('staged', 'dev-sandbox-1-33-v1');
      expect(await inCluster(deployment, 'sandbox-gateway')).toMatchObject({ spec: { replicas: 2 } });
    });

    it('come back when somebody deletes or changes them, and what others added stays', async () => {
      await scene.client.delete({ ...configMap, name: 'sandbox-network', namespace: system });
      await scene.client.patch(
        { ...deployment, name: 'sandbox-gateway', namespace: system },
        { metadata: { labels: { team: 'mine' } }, spec: { replicas: 7 } },
      );
      await eventually(async () => {
        expect(await inCluster(configMap, 'sandbox-network')).toMatchObject({ data: { mtu: '1500' } });
        expect(await inCluster(deployment, 'sandbox-gateway')).toMatchObject({
          metadata: { labels: { team: 'mine' } },
          spec: { replicas: 2 },
        });
        expect(await events()).toContainEqual(expect.stringMatching(/^DriftRepaired .*sandbox-/));
      }, patience);
    });

    it('wait while the kubeconfig is away, and go on when it is back', async () => {
      const secret = {
        apiVersion: 'v1',
        kind: 'Secret',
        namespace: scene.namespace,
        name: 'staged-kubeconfig',
      };
      const stored = await scene.client.get(secret);
      await scene.client.patch(secret, { data: { value: null } });
      await eventually(
        async () =>
          expect(conditionOf(await addonOf('staged'), 'ClusterReady')).toMatchObject({
            status: 'False',
            severity: 'Warning',
            reason: 'ControlPlaneNotReady',
            message: expect.stringContaining('staged-kubeconfig') as string,
          }),
        patience,
      );
      await scene.client.patch(secret, { data: stored?.['data'] });
      await eventually(
        async () =>
          expect(conditionOf(await addonOf('staged'), 'ClusterReady')).toMatchObject({ status: 'True' }),
        patience,
      );
    });

    it('are brought to the next release: changed where they differ, removed where they are left out', async () => {
      expect(await inCluster(definition, schedules)).toBeDefined();
      await scene.upgrade('staged', 'dev-sandbox-1-33-v2', 'v1.33.6');
      await isReady('staged', 'dev-sandbox-1-33-v2');
      expect(await inCluster(configMap, 'sandbox-network')).toMatchObject({ data: { mtu: '1400' } });
      await eventually(async () => expect(await inCluster(definition, schedules)).toBeUndefined(), patience);
      expect(await inCluster(deployment, 'sandbox-gateway')).toBeDefined();
    });

    it('are there before the control plane goes to the next minor, which waits for them', async () => {
      await gate('no');
      const asked = scene.hooks('staged').length;
      await scene.upgrade('staged', 'dev-sandbox-1-34-v1', 'v1.34.3');
      await eventually(
        async () => expect(await phases('staged')).toContain('gateway waitingForPreCondition'),
        patience,
      );
      await eventually(
        async () => expect(scene.hooks('staged').slice(asked)).toContain('BeforeClusterUpgrade'),
        patience,
      );
      const controlPlanes = {
        apiVersion: 'controlplane.cluster.x-k8s.io/v1beta2',
        kind: 'KubeadmControlPlane',
      };
      expect((await scene.list(controlPlanes)).map(({ spec }) => spec['version'])).toEqual(['v1.33.6']);
      await gate('yes');
      await eventually(
        async () =>
          expect((await scene.list(controlPlanes)).map(({ spec }) => spec['version'])).toEqual(['v1.34.3']),
        patience,
      );
      await isReady('staged', 'dev-sandbox-1-34-v1');
      expect(await inCluster(deployment, 'sandbox-gateway')).toMatchObject({ spec: { replicas: 3 } });
      expect(await inCluster(definition, schedules)).toBeDefined();
      await eventually(
        async () =>
          expect([...new Set(scene.hooks('staged').slice(asked))]).toEqual([
            'BeforeClusterUpgrade',
            'AfterControlPlaneUpgrade',
            'AfterClusterUpgrade',
          ]),
        patience,
      );
    });

    it('let go of the cluster when it goes', async () => {
      await scene.remove(clusterType, 'staged');
      await eventually(async () => {
        expect(await scene.list(clusterType)).toEqual([]);
        expect(await scene.list(addonType)).toEqual([]);
      }, patience);
      await clean();
    });
  });

  describe('in one chart', () => {
    it('come with values from the cluster', async () => {
      await scene.createCluster('single', 'dev-single-1-33-v1', 'v1.33.6');
      await isReady('single', 'dev-single-1-33-v1');
      expect(await inCluster(configMap, 'sandbox-settings')).toMatchObject({
        data: { cluster: 'single', release: 'v1', podCidr: '192.168.0.0/16' },
      });
      expect(await inCluster(deployment, 'sandbox-gateway')).toMatchObject({ spec: { replicas: 1 } });
    });

    it('come back when somebody deletes them', async () => {
      await scene.client.delete({ ...deployment, name: 'sandbox-gateway', namespace: system });
      await eventually(
        async () => expect(await inCluster(deployment, 'sandbox-gateway')).toBeDefined(),
        patience,
      );
    });

    it('are really upgraded, and what has another name now goes', async () => {
      await scene.upgrade('single', 'dev-single-1-33-v2', 'v1.33.6');
      await isReady('single', 'dev-single-1-33-v2');
      expect(await inCluster(configMap, 'sandbox-options')).toMatchObject({ data: { release: 'v2' } });
      await eventually(
        async () => expect(await inCluster(configMap, 'sandbox-settings')).toBeUndefined(),
        patience,
      );
    });
  });
});
