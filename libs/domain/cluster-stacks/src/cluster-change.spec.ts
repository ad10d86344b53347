import { describe, expect, it } from 'vitest';
import {
  changedCluster,
  clusterPatch,
  clusterVariables,
  compareKubernetes,
  newCluster,
  poolsOf,
  upgradesOf,
  type WantedCluster,
} from './cluster-change.ts';
import { topologyOf } from './cluster.ts';
import type { ClusterStackRelease, KubernetesObject } from './resources.ts';

const wanted: WantedCluster = {
  namespace: 'acme',
  name: 'demo',
  className: 'openstack-scs2-1-34-v2',
  version: 'v1.34.7',
  controlPlaneReplicas: 3,
  pools: [
    {
      id: 'workers',
      class: 'default-worker',
      replicas: 2,
      variables: [{ name: 'workerFlavor', value: 'SCS-8V-16' }],
    },
  ],
  variables: [{ name: 'dnsNameservers', value: ['9.9.9.9'] }],
  labels: { 'managed-secret': 'cloud-config' },
  createdBy: 'somebody',
};

describe('a new cluster', () => {
  it('is a Cluster of v1beta2, with its class in classRef', () => {
    expect(newCluster(wanted, 'v1beta2')).toEqual({
      apiVersion: 'cluster.x-k8s.io/v1beta2',
      kind: 'Cluster',
      metadata: {
        namespace: 'acme',
        name: 'demo',
        labels: { 'managed-secret': 'cloud-config' },
        annotations: { 'lifecycle.scs.community/created-by': 'somebody' },
      },
      spec: {
        clusterNetwork: {
          pods: { cidrBlocks: ['192.168.0.0/16'] },
          services: { cidrBlocks: ['10.96.0.0/12'] },
          serviceDomain: 'cluster.local',
        },
        topology: {
          classRef: { name: 'openstack-scs2-1-34-v2' },
          version: 'v1.34.7',
          controlPlane: { replicas: 3 },
          variables: [{ name: 'dnsNameservers', value: ['9.9.9.9'] }],
          workers: {
            machineDeployments: [
              {
                class: 'default-worker',
                name: 'workers',
                replicas: 2,
                variables: { overrides: [{ name: 'workerFlavor', value: 'SCS-8V-16' }] },
              },
            ],
          },
        },
      },
    });
  });

  it.each(['v1beta1', 'v1beta2'] as const)('says the same in %s', (version) => {
    const cluster = newCluster(wanted, version);
    expect(topologyOf(cluster)).toEqual({
      className: 'openstack-scs2-1-34-v2',
      classNamespace: 'acme',
      version: 'v1.34.7',
    });
    expect(poolsOf(cluster)).toEqual(wanted.pools);
    expect(clusterVariables(cluster)).toEqual(wanted.variables);
  });
});

describe('a change of a cluster', () => {
  const cluster = (version: 'v1beta1' | 'v1beta2' = 'v1beta2'): KubernetesObject => {
    const made = newCluster(wanted, version);
    return { ...made, metadata: { ...made.metadata, resourceVersion: '7' } };
  };
  const topology = (object: KubernetesObject) =>
    (object['spec'] as { topology: Record<string, unknown> }).topology;

  it('holds for the version that was read', () => {
    expect(clusterPatch(cluster(), { controlPlaneReplicas: 5 })).toEqual({
      metadata: { resourceVersion: '7' },
      spec: { topology: { controlPlane: { replicas: 5 } } },
    });
  });

  it.each(['v1beta1', 'v1beta2'] as const)('moves class and version together in %s', (version) => {
    const upgrade = { className: 'openstack-scs2-1-35-v1', version: 'v1.35.1' };
    const changed = changedCluster(cluster(version), { upgrade });
    expect(topologyOf(changed)).toMatchObject(upgrade);
    expect(poolsOf(changed)).toEqual(wanted.pools);
  });

  it('takes all variables away where none are given', () => {
    expect(topology(changedCluster(cluster(), { variables: [] }))).not.toHaveProperty('variables');
  });

  it('changes one pool, and leaves what others have written into it', () => {
    const before = cluster();
    const entry = { class: 'default-worker', name: 'workers', replicas: 2, failureDomain: 'az1' };
    topology(before)['workers'] = {
      machineDeployments: [entry, { class: 'default-worker', name: 'gpu', replicas: 1 }],
    };
    const changed = changedCluster(before, { pools: { update: { id: 'workers', replicas: 0 } } });
    expect(topology(changed)['workers']).toEqual({
      machineDeployments: [
        { ...entry, replicas: 0 },
        { class: 'default-worker', name: 'gpu', replicas: 1 },
      ],
    });
  });

  it('adds and removes pools', () => {
    const pool = { id: 'gpu', class: 'default-worker', replicas: 1, variables: [] };
    const more = changedCluster(cluster(), { pools: { add: pool } });
    expect(poolsOf(more).map(({ id }) => id)).toEqual(['workers', 'gpu']);
    expect(poolsOf(changedCluster(more, { pools: { remove: 'workers' } }))).toEqual([pool]);
  });
});

describe('upgrades', () => {
  const release = (name: string, kubernetesVersion: string, ready = true): ClusterStackRelease => ({
    apiVersion: 'clusterstack.x-k8s.io/v1alpha1',
    kind: 'ClusterStackRelease',
    metadata: { name },
    spec: {},
    status: { ready, kubernetesVersion },
  });
  const offered = (...releases: ClusterStackRelease[]) =>
    upgradesOf(newCluster({ ...wanted, className: 'openstack-scs2-1-34-v9' }, 'v1beta2'), releases);

  it('are newer versions of the stack, then those for the next minor, as numbers and not as texts', () => {
    expect(
      offered(
        release('openstack-scs2-1-35-v2', 'v1.35.1'),
        release('openstack-scs2-1-34-v11', 'v1.34.8'),
        release('openstack-scs2-1-34-v10', 'v1.34.7'),
        release('openstack-scs2-1-35-v1', 'v1.35.0'),
      ),
    ).toEqual([
      'openstack-scs2-1-34-v10',
      'openstack-scs2-1-34-v11',
      'openstack-scs2-1-35-v1',
      'openstack-scs2-1-35-v2',
    ]);
  });

  it.each([
    ['the release that the cluster has', release('openstack-scs2-1-34-v9', 'v1.34.7')],
    ['an older version', release('openstack-scs2-1-34-v8', 'v1.34.9')],
    ['an older Kubernetes', release('openstack-scs2-1-34-v10', 'v1.34.6')],
    ['another stack', release('openstack-scs-1-35-v1', 'v1.35.0')],
    ['another provider', release('docker-scs2-1-35-v1', 'v1.35.0')],
    ['the minor after the next', release('openstack-scs2-1-36-v1', 'v1.36.0')],
    ['an older minor', release('openstack-scs2-1-33-v10', 'v1.33.9')],
    ['what is not ready', release('openstack-scs2-1-35-v1', 'v1.35.0', false)],
    ['what is no release', release('latest', 'v1.35.0')],
  ])('are not %s', (_, other) => {
    expect(offered(other)).toEqual([]);
  });
});

it.each([
  ['v1.34.7', 'v1.34.10', -1],
  ['v1.9.0', 'v1.10.0', -1],
  ['v1.34.7', 'v1.34.7+k3s1', 0],
  ['v1.29.0', 'v1.28.15', 1],
  ['', 'v1.29.0', -1],
])('%s beside %s is %i', (one, other, sign) => {
  expect(Math.sign(compareKubernetes(one, other))).toBe(sign);
});
