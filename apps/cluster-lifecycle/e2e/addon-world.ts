import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clusterStackGroup, findCondition, parseStackConfig, type ClusterAddon } from '@scs/cluster-stacks';
import { openHelm, type Helm } from '@scs/helm';
import { connectKubernetes, type KubernetesClient } from '@scs/kubernetes';
import { openReleaseStore, packRelease, type ReleaseSource } from '@scs/release-sources';
import { createLogger } from '@scs/service';
import { eventually } from '@scs/testing';
import { onTestFinished } from 'vitest';
import { createClusterAddonReconciler } from '../src/cluster-addon/cluster-addon.reconciler.ts';
import { startOperator } from '../src/operator.ts';
import { openReleases } from '../src/release/releases.ts';
import { definitions, openDefinition, startKubernetes } from './kubernetes.ts';

const logger = createLogger({ name: 'test', version: '0' }, 'silent');
/** A second real API server that stands in as workload cluster, beside the one of E2E_KUBECONFIG. */
const realWorkload = process.env['E2E_WORKLOAD_KUBECONFIG'];
const controlPlaneKind = openDefinition('controlplane.cluster.x-k8s.io', 'ToyControlPlane');

/** Files of add-on charts, by their path: `cni/templates/x.yaml`. What a chart needs besides is added. */
export interface StackDraft {
  /** `1-33`, and the version of the stack. */
  minor?: string;
  version: string;
  kubernetes?: string;
  addonVersion?: string;
  /** clusteraddon.yaml below `addonStages`; left out: one chart, whose files have no folder. */
  stages?: object;
  files: Record<string, string>;
  values?: string;
}

/** Releases of the stack `toy` of the provider `dev` in a folder of their own, and how often each was fetched. */
export async function someReleases() {
  const folder = await mkdtemp(join(tmpdir(), 'scs-addons-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const packed = new Map<string, string>();
  const fetched: string[] = [];
  const source: ReleaseSource = {
    description: 'test',
    list: () => Promise.resolve([...packed.keys()]),
    async fetch(tag, into) {
      fetched.push(tag);
      await cp(packed.get(tag) ?? `${folder}/none`, into, { recursive: true });
      return {};
    },
  };
  return {
    folder,
    source,
    fetched,
    async pack({
      minor = '1-33',
      version,
      kubernetes = 'v1.33.6',
      addonVersion = version,
      stages,
      files,
      values,
    }: StackDraft) {
      const config = parseStackConfig(
        JSON.stringify({
          apiVersion: 'csctl.clusterstack.x-k8s.io/v1alpha1',
          config: {
            clusterStackName: 'toy',
            kubernetesVersion: kubernetes,
            provider: { type: 'dev', apiVersion: 'dev.csctl.clusterstack.x-k8s.io/v1alpha1' },
          },
        }),
        'csctl.yaml',
      );
      const charts = stages ? [...new Set(Object.keys(files).map((path) => path.split('/')[0] ?? ''))] : [''];
      const all: Record<string, string> = {
        'cluster-class/Chart.yaml': `apiVersion: v2\nname: dev-toy-${minor}-cluster-class\nversion: v1\n`,
        ...Object.fromEntries(
          charts.map((chart) => [
            join('cluster-addon', chart, 'Chart.yaml'),
            `apiVersion: v2\nname: ${chart || `dev-toy-${minor}-cluster-addon`}\nversion: 0.1.0\n`,
          ]),
        ),
        ...Object.fromEntries(Object.entries(files).map(([path, text]) => [`cluster-addon/${path}`, text])),
        ...(stages && {
          'clusteraddon.yaml': JSON.stringify({
            apiVersion: 'clusteraddonconfig.x-k8s.io/v1alpha1',
            clusterAddonVersion: 'clusteraddons.clusterstack.x-k8s.io/v1alpha1',
            addonStages: stages,
          }),
        }),
        ...(values !== undefined && { 'cluster-addon-values.yaml': values }),
      };
      const { tag, folder: release } = await packRelease(
        {
          folder,
          config,
          files: new Map(Object.entries(all).map(([path, text]) => [path, Buffer.from(text)])),
        },
        { clusterStack: version, kubernetes, clusterAddon: addonVersion, nodeImage: '' },
        join(folder, 'packed'),
      );
      packed.set(tag, release);
      return tag;
    },
    /** The file of a packed release, for a test that spoils it. */
    fileOf: (tag: string, file: string) => join(packed.get(tag) ?? '', file),
    read: (tag: string, file: string) => readFile(join(packed.get(tag) ?? '', file), 'utf8'),
  };
}

let helm: Promise<Helm> | undefined;
/** One for all tests of a file. */
export const sharedHelm = (): Promise<Helm> => (helm ??= openHelm({}));

/** A management cluster with an operator of add-ons, and workload clusters. */
export async function addonWorld() {
  const kubernetes = await startKubernetes([...definitions, controlPlaneKind]);
  const { client, namespace, sandbox, connect } = kubernetes;
  const releases = await someReleases();
  const store = await openReleaseStore({ source: releases.source, folder: join(releases.folder, 'store') });
  if (realWorkload) await client.apply(controlPlaneKind, { fieldManager: 'e2e', force: true });
  let lateMs = 0;

  /** A process with the reconciler; it knows only what is stored. */
  const start = async (over: KubernetesClient = client) => {
    const parts = { releases: openReleases(store), unpack: unpackOf(store), helm: await sharedHelm() };
    const running = startOperator(
      { client: over, logger, clock: () => new Date(Date.now() + lateMs), namespace, resyncMs: 500 },
      [(operator) => createClusterAddonReconciler(operator, parts)],
    );
    onTestFinished(() => running.stop());
    return running;
  };

  const put = (object: { apiVersion: string; kind: string; name: string; [field: string]: unknown }) => {
    const { name, ...rest } = object;
    return client.apply({ ...rest, metadata: { name, namespace } }, { fieldManager: 'e2e', force: true });
  };

  return {
    ...kubernetes,
    releases,
    start,
    put,
    /** Time passes. */
    pass: (minutes: number) => {
      lateMs += minutes * 60_000;
    },
    announce: (release: string) =>
      put({ apiVersion: clusterStackGroup, kind: 'ClusterStackRelease', name: release, spec: {} }),

    /** A Cluster whose control plane is there, with a workload cluster behind its kubeconfig. */
    async cluster(name: string, className: string, version = 'v1.33.6') {
      const kubeconfig = realWorkload
        ? await readFile(realWorkload, 'utf8')
        : sandbox.cluster(name).kubeconfig;
      const workload = connectKubernetes({ kubeconfig: { text: kubeconfig }, userAgent: 'e2e-workload' });
      onTestFinished(() => workload.close());
      if (realWorkload) await clear(workload);
      await workload
        .create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kube-system' } })
        .catch(() => undefined);
      const value = Buffer.from(kubeconfig).toString('base64');
      await put({ apiVersion: 'v1', kind: 'Secret', name: `${name}-kubeconfig`, data: { value } });
      const controlPlane = {
        apiVersion: 'controlplane.cluster.x-k8s.io/v1beta2',
        kind: 'ToyControlPlane',
        name,
      };
      await put(controlPlane);
      await client.patch({ ...controlPlane, namespace }, { status: { version } }, { subresource: 'status' });
      const controlPlaneRef = { apiGroup: 'controlplane.cluster.x-k8s.io', kind: 'ToyControlPlane', name };
      const key = { apiVersion: 'cluster.x-k8s.io/v1beta2', kind: 'Cluster', name, namespace };
      const want = (release: string, kubernetesVersion = version, more: object = {}) =>
        put({
          apiVersion: key.apiVersion,
          kind: 'Cluster',
          name,
          spec: {
            ...more,
            controlPlaneRef,
            topology: { classRef: { name: release }, version: kubernetesVersion },
          },
        });
      await want(className);
      const addonKey = {
        apiVersion: clusterStackGroup,
        kind: 'ClusterAddon',
        name: `cluster-addon-${name}`,
        namespace,
      };
      const addon = async () => {
        const found = await client.get<ClusterAddon>(addonKey);
        if (!found) throw new Error('there is no ClusterAddon');
        return found;
      };
      const object = (kind: string, objectName: string, apiVersion = 'v1') =>
        workload.get({ apiVersion, kind, name: objectName, namespace: 'kube-system' });
      return {
        key,
        addonKey,
        controlPlane: { ...controlPlane, namespace },
        workload,
        want,
        addon,
        object,
        /** The data of a ConfigMap; undefined where there is none. */
        data: async (objectName: string) => (await object('ConfigMap', objectName))?.['data'],
        condition: async (type: string) => findCondition((await addon()).status?.conditions, type),
        /** Everything of the class is in place. */
        settled: (release: string) =>
          eventually(async () => {
            const { spec, status } = await addon();
            const ready = findCondition(status?.conditions, 'Ready');
            if (spec.clusterStack !== release || !status?.ready || ready?.status !== 'True')
              throw new Error(`not there yet: ${JSON.stringify({ spec, status })}`);
          }, 40_000),
      };
    },
    connect,
  };
}

/** What the test before has left in the one real workload cluster. */
async function clear(workload: KubernetesClient): Promise<void> {
  const ours = { namespace: 'kube-system', labelSelector: 'clusterstack.x-k8s.io/instance=owned' };
  const { items } = await workload.list({ apiVersion: 'v1', kind: 'ConfigMap' }, ours);
  for (const { metadata } of items)
    await workload.delete({ apiVersion: 'v1', kind: 'ConfigMap', ...ours, name: metadata.name });
}

const unpackOf =
  (store: Awaited<ReturnType<typeof openReleaseStore>>) =>
  ({ stored, assets }: { stored: Parameters<typeof store.unpacked>[0]; assets: { addonArchive: string } }) =>
    store.unpacked(stored, assets.addonArchive);

/** A template with one ConfigMap. */
export const configMap = (name: string, data: Record<string, string>): string =>
  [
    'apiVersion: v1',
    'kind: ConfigMap',
    'metadata:',
    `  name: ${name}`,
    'data:',
    ...Object.entries(data).map(([key, value]) => `  ${key}: ${value}`),
    '',
  ].join('\n');
