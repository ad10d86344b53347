// All reconcilers on a server that serves Cluster API in v1beta1 alone, as before 1.11: from a release to add-ons, an upgrade, and nothing left.
// Not covered: Cluster API's own controllers, whose part the test plays.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  clusterStackGroup,
  crds,
  decideAdmission,
  type ClusterAddon,
  type ClusterStack,
  type ClusterStackRelease,
} from '@scs/cluster-stacks';
import { openHelm } from '@scs/helm';
import { connectKubernetes, type KubernetesClient } from '@scs/kubernetes';
import { openReleaseSource, openReleaseStore } from '@scs/release-sources';
import { createLogger } from '@scs/service';
import { eventually } from '@scs/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { admissionLookup } from '../src/admission/admission-lookup.ts';
import { reconcilersOf } from '../src/cluster-lifecycle.ts';
import { startOperator } from '../src/operator.ts';
import { openReleases } from '../src/release/releases.ts';
import { hasFaults, openDefinition, startKubernetes } from './kubernetes.ts';
import { writeRelease } from './releases.ts';

const version = 'v1beta1';
const clusterApi = 'cluster.x-k8s.io/v1beta1';
const infrastructure = 'infrastructure.cluster.x-k8s.io/v1beta1';
const old = (group: string, kind: string) => openDefinition(group, kind, { version });
const served = [
  ...crds,
  old('cluster.x-k8s.io', 'Cluster'),
  old('cluster.x-k8s.io', 'ClusterClass'),
  old('infrastructure.cluster.x-k8s.io', 'ToyMachineTemplate'),
  old('infrastructure.cluster.x-k8s.io', 'ToyCluster'),
  old('controlplane.cluster.x-k8s.io', 'ToyControlPlane'),
].map((definition) => ({ ...definition }));

/** A class as stacks before Cluster API 1.11 have it. */
const templates = {
  'class.yaml': `apiVersion: ${clusterApi}
kind: ClusterClass
metadata:
  name: {{ .Release.Name }}-{{ .Chart.Version }}
spec:
  infrastructure: {ref: {apiVersion: ${infrastructure}, kind: ToyMachineTemplate, name: "{{ .Release.Name }}-{{ .Chart.Version }}-machine"}}
---
apiVersion: ${infrastructure}
kind: ToyMachineTemplate
metadata:
  name: {{ .Release.Name }}-{{ .Chart.Version }}-machine
spec: {}
`,
};
const values = 'values: |\n  host: {{ .InfraCluster.spec.host }}\n  cluster: {{ .Cluster.metadata.name }}\n';
const addon = {
  'settings.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {host: "{{ .Values.host }}", cluster: "{{ .Values.cluster }}", stack: "{{ .Chart.Version }}"}\n',
};

/** A management cluster with the whole operator, and a workload cluster behind the kubeconfig secret of the Cluster `one`. */
async function setup() {
  const { client, namespace, sandbox } = await startKubernetes(served);
  const folder = await mkdtemp(join(tmpdir(), 'scs-v1beta1-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const path = join(folder, 'source');
  await mkdir(path);
  const store = await openReleaseStore({
    source: openReleaseSource({ kind: 'directory', path }),
    folder: join(folder, 'cache'),
  });
  const helm = await openHelm();
  onTestFinished(() => helm.close());
  const clock = () => new Date();
  const images = {
    importTimeoutMs: 0,
    retention: 'keep' as const,
    checksumBesideUrl: false,
    checksumAddresses: 'public' as const,
  };
  const logger = createLogger({ name: 'e2e', version: '0' }, process.env['E2E_LOG'] ?? 'fatal');
  const operator = startOperator(
    { client, logger, clock, namespace, resyncMs: 300 },
    reconcilersOf({ releases: openReleases(store), store, helm, clock, images, concurrency: 2 }),
  );
  onTestFinished(() => operator.stop());
  const kubeconfig = sandbox.cluster('one').kubeconfig;
  const workload = connectKubernetes({ kubeconfig: { text: kubeconfig }, userAgent: 'e2e' });
  onTestFinished(() => workload.close());
  await workload
    .create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kube-system' } })
    .catch(() => undefined);
  return {
    client,
    namespace,
    workload,
    kubeconfig,
    publish: (number: string) => writeRelease(path, { version: number, templates, addon, values }),
    release: (tag: string) => client.get<ClusterStackRelease>(keyOf('ClusterStackRelease', tag, namespace)),
  };
}

const keyOf = (kind: string, name: string, namespace: string, apiVersion = clusterStackGroup) => ({
  apiVersion,
  kind,
  name,
  namespace,
});

/** What Cluster API would have made. */
async function makeCluster(client: KubernetesClient, namespace: string, kubeconfig: string, tag: string) {
  const metadata = { name: 'one', namespace };
  await client.create({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'one-kubeconfig', namespace },
    data: { value: Buffer.from(kubeconfig).toString('base64') },
  });
  await client.create({
    apiVersion: infrastructure,
    kind: 'ToyCluster',
    metadata,
    spec: { host: 'a.example' },
  });
  const controlPlane = { apiVersion: 'controlplane.cluster.x-k8s.io/v1beta1', kind: 'ToyControlPlane' };
  await client.create({ ...controlPlane, metadata });
  await client.patch(
    { ...controlPlane, ...metadata },
    { status: { version: 'v1.27.3' } },
    { subresource: 'status' },
  );
  const reference = (apiVersion: string, kind: string) => ({ apiVersion, kind, ...metadata });
  await client.create({
    apiVersion: clusterApi,
    kind: 'Cluster',
    metadata,
    spec: {
      controlPlaneRef: reference(controlPlane.apiVersion, controlPlane.kind),
      infrastructureRef: reference(infrastructure, 'ToyCluster'),
      topology: { class: tag, version: 'v1.27.3' },
    },
  });
}

describe.skipIf(!hasFaults)('a server with Cluster API v1beta1 alone', () => {
  it('takes a cluster from a release through an upgrade to its end', async () => {
    const { client, namespace, workload, kubeconfig, publish, release } = await setup();
    const isReady = (tag: string) =>
      eventually(async () => expect((await release(tag))?.status).toMatchObject({ ready: true }), 20_000);
    const hasAddons = (tag: string, stack: string) =>
      eventually(async () => {
        const found = await client.get<ClusterAddon>(keyOf('ClusterAddon', 'cluster-addon-one', namespace));
        expect(found).toMatchObject({
          metadata: { ownerReferences: [{ apiVersion: clusterApi, kind: 'Cluster', name: 'one' }] },
          spec: { clusterStack: tag, version: stack, clusterRef: { apiVersion: clusterApi } },
          status: { ready: true },
        });
        const settings = await workload.get({
          apiVersion: 'v1',
          kind: 'ConfigMap',
          name: 'settings',
          namespace: 'kube-system',
        });
        expect(settings?.['data']).toEqual({ host: 'a.example', cluster: 'one', stack });
      }, 20_000);

    const first = await publish('v1');
    await client.create<ClusterStack>({
      apiVersion: clusterStackGroup,
      kind: 'ClusterStack',
      metadata: { name: 'ferrol', namespace },
      spec: {
        provider: 'toy',
        name: 'ferrol',
        kubernetesVersion: '1.27',
        noProvider: true,
        autoSubscribe: false,
        versions: ['v1'],
      },
    });
    await isReady(first);
    await makeCluster(client, namespace, kubeconfig, first);
    await hasAddons(first, 'v1');

    // A release in use stays, and the webhook says so.
    const decision = await decideAdmission(
      {
        uid: 'u',
        kind: { group: 'clusterstack.x-k8s.io', version: 'v1alpha1', kind: 'ClusterStackRelease' },
        operation: 'DELETE',
        namespace,
        name: first,
      },
      admissionLookup(client, () => Promise.resolve('v1beta1')),
    );
    expect(decision).toMatchObject({ allowed: false, message: expect.stringContaining('in use by one') });

    const second = await publish('v2');
    await client.patch(keyOf('ClusterStack', 'ferrol', namespace), { spec: { versions: ['v2'] } });
    await isReady(second);
    expect((await release(first))?.metadata).not.toHaveProperty('deletionTimestamp');
    const cluster = keyOf('Cluster', 'one', namespace, clusterApi);
    await client.patch(cluster, { spec: { topology: { class: second } } });
    await hasAddons(second, 'v2');
    await eventually(async () => expect(await release(first)).toBeUndefined(), 20_000);

    await client.delete(cluster);
    await eventually(
      async () =>
        expect(await client.get(keyOf('ClusterAddon', 'cluster-addon-one', namespace))).toBeUndefined(),
      20_000,
    );
    await client.delete(keyOf('ClusterStack', 'ferrol', namespace));
    await eventually(async () => {
      expect(await release(second)).toBeUndefined();
      for (const [kind, apiVersion] of [
        ['ClusterClass', clusterApi],
        ['ToyMachineTemplate', infrastructure],
      ] as const)
        expect((await client.list({ apiVersion, kind }, { namespace })).items).toEqual([]);
    }, 20_000);
  }, 90_000);
});
