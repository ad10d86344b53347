import { describe, expect, it } from 'vitest';
import {
  aCluster,
  aMachine,
  anAddon,
  aRelease,
  conditions,
  early,
  later,
  oldConditions,
} from './cluster-facts.spec-data.ts';
import type { ClusterFacts } from './cluster-facts.ts';
import { explainCluster } from './explain.ts';

/** Soon enough after `later` that nothing counts as stuck for its silence. */
const soon = new Date('2026-11-25T10:15:00Z');
const release = 'openstack-scs2-1-34-v2';

interface Case {
  title: string;
  facts: ClusterFacts;
  state: string;
  step?: string;
  reason?: RegExp | string;
  object?: string;
  remedy?: RegExp;
}

function see(facts: ClusterFacts, now = soon) {
  const { state, waitingFor } = explainCluster(facts, now);
  return {
    state,
    ...(waitingFor && {
      step: waitingFor.step,
      reason: waitingFor.reason,
      object: `${waitingFor.object.kind} ${waitingFor.object.name}`,
      remedy: waitingFor.remedy,
    }),
  };
}

function check({ facts, title: _, ...expected }: Case): void {
  const seen = see(facts);
  expect(seen).toMatchObject(
    Object.fromEntries(
      Object.entries(expected).map(([key, value]) => [
        key,
        value instanceof RegExp ? (expect.stringMatching(value) as unknown) : value,
      ]),
    ),
  );
}

/** As Cluster API reports a cluster in its first minutes. */
const young = (shape: Parameters<typeof aCluster>[0] = {}): ClusterFacts =>
  aCluster({ initialized: false, facts: { addon: undefined }, ...shape });
/** Control plane up, nodes on their way: Available has been False from the beginning. */
const halfway = (shape: Parameters<typeof aCluster>[0] = {}): ClusterFacts =>
  aCluster({
    ...shape,
    told: {
      Available: 'False:NotAvailable',
      ControlPlaneInitialized: ['True:Initialized', later],
      ...shape.told,
    },
  });
/** It was available after its control plane came up. */
const grown = (shape: Parameters<typeof aCluster>[0] = {}): ClusterFacts =>
  aCluster({ ...shape, told: { Available: ['False:NotAvailable', later], ...shape.told } });

const quota =
  'error creating Openstack instance: Expected HTTP response code [201 202] when accessing [POST https://nova/servers], but got 403 instead: {"forbidden": {"code": 403, "message": "Quota exceeded for cores: Requested 2, but already used 20 of 20 cores"}}';

describe('the state of a cluster', () => {
  it.each<Case>([
    {
      title: 'is ready when everything is there',
      facts: aCluster({ pools: { workers: { replicas: 2 } } }),
      state: 'READY',
    },
    {
      title: 'is being provisioned before the control plane has answered',
      facts: young(),
      state: 'PROVISIONING',
    },
    {
      title: 'is still being provisioned while the first nodes come',
      facts: halfway({
        pools: { workers: { replicas: 2, all: 2, ready: 1 } },
        machines: [aMachine('demo-w-1', {}, { pool: 'workers', node: false })],
      }),
      state: 'PROVISIONING',
      step: 'the nodes of the pool workers',
      reason: /^1 of 2 ready\./,
      object: 'Machine demo-w-1',
    },
    {
      title: 'is updated while nodes are added to one that was ready',
      facts: grown({
        pools: { workers: { replicas: 3, all: 3, ready: 2 } },
        machines: [
          aMachine(
            'demo-w-3',
            { InfrastructureReady: 'False:NotReady:OpenStackMachine status.ready is false' },
            { pool: 'workers', node: false },
          ),
        ],
      }),
      state: 'UPDATING',
      reason: '2 of 3 ready. Its server is not ready: OpenStackMachine status.ready is false.',
    },
    {
      title: 'is updated until the controllers have seen the change',
      facts: aCluster({ metadata: { generation: 2 } }),
      state: 'UPDATING',
    },
    {
      title: 'is upgraded while the control plane is of the old version',
      facts: aCluster({ controlPlaneVersion: 'v1.33.6' }),
      state: 'UPGRADING',
    },
    {
      title: 'is upgraded while the add-ons are of the old release',
      facts: aCluster({ facts: { addon: anAddon({ className: 'openstack-scs2-1-34-v1' }) } }),
      state: 'UPGRADING',
      step: `the add-ons of ${release}`,
    },
    {
      title: 'is degraded when a node fails that was ready',
      facts: grown({
        pools: { workers: { replicas: 2, all: 2, ready: 1 } },
        machines: [
          aMachine(
            'demo-w-2',
            { NodeReady: ['False:NodeNotReady:* Node.Ready: Kubelet stopped posting node status', later] },
            { pool: 'workers' },
          ),
        ],
      }),
      state: 'DEGRADED',
      object: 'Machine demo-w-2',
      reason: 'It is not ready: Node.Ready: Kubelet stopped posting node status.',
    },
    {
      title: 'is deleting, whatever else is said',
      facts: aCluster({ metadata: { deletionTimestamp: later, finalizers: ['cluster.cluster.x-k8s.io'] } }),
      state: 'DELETING',
    },
    {
      title: 'is told from the conditions of v1beta1 where there are no others',
      facts: aCluster({
        cluster: {
          apiVersion: 'cluster.x-k8s.io/v1beta1',
          spec: { topology: { class: release, version: 'v1.34.7' } },
          status: {
            observedGeneration: 1,
            conditions: conditions({
              Ready: 'True',
              ControlPlaneInitialized: 'True',
              TopologyReconciled: 'True',
            }),
          },
        },
      }),
      state: 'READY',
    },
  ])('$title', check);
});

describe('what a cluster waits for', () => {
  it.each<Case>([
    {
      title: 'a release that is not there',
      facts: young({
        facts: { clusterClass: undefined, release: undefined, addon: undefined },
        told: { TopologyReconciled: 'False:ClusterClassNotReconciled' },
      }),
      state: 'STUCK',
      step: `the release ${release}`,
      reason: `There is no release ${release} here (any more).`,
      object: `ClusterStackRelease ${release}`,
      remedy: /ClusterStack in acme/,
    },
    {
      title: 'a release that is faulty',
      facts: young({
        facts: {
          clusterClass: undefined,
          addon: undefined,
          release: aRelease({
            ClusterStackReleaseDownloaded: 'False:FailedToDownload:Error:metadata.yaml has no versions',
          }),
        },
      }),
      state: 'STUCK',
      reason: 'The release is not ready: Metadata.yaml has no versions.',
      object: `ClusterStackRelease ${release}`,
      remedy: /mend the release/,
    },
    {
      title: 'the node image of a release',
      facts: young({
        facts: {
          clusterClass: undefined,
          addon: undefined,
          release: aRelease({
            ProviderClusterStackReleaseReady: 'False:ProcessOngoing:Info:waits for images',
          }),
          nodeImages: [
            {
              apiVersion: 'infrastructure.clusterstack.x-k8s.io/v1alpha1',
              kind: 'OpenStackNodeImageRelease',
              metadata: { name: 'ubuntu-capi-image-v1.34.7', namespace: 'acme' },
              spec: {
                identityRef: { kind: 'Secret', name: 'openstack' },
                image: { url: 'https://x.test/i', createOpts: { name: 'i' } },
              },
              status: {
                ready: false,
                conditions: oldConditions({
                  OpenStackImageReady: 'False:OpenStackImageImportOngoing:Info:the image is importing',
                }),
              },
            },
          ],
        },
      }),
      state: 'PROVISIONING',
      step: `the node images of ${release}`,
      reason: 'The image is not active: The image is importing.',
      object: 'OpenStackNodeImageRelease ubuntu-capi-image-v1.34.7',
    },
    {
      title: 'a variable that is refused',
      facts: young({
        told: {
          TopologyReconciled:
            'False:ReconcileFailed:error reconciling the Cluster topology: failed to apply patches: failed to generate patches for patch "workerFlavor": failed to get variable "workerFlavor"',
        },
      }),
      state: 'STUCK',
      step: 'the topology of the cluster',
      reason: /^Cluster API refuses it: .*variable "workerFlavor"\.$/,
      object: 'Cluster demo',
      remedy: /correct the variable/,
    },
    {
      title: 'an extension that does not answer',
      facts: aCluster({
        controlPlaneVersion: 'v1.33.6',
        told: {
          TopologyReconciled:
            'False:ReconcileFailed:error reconciling the Cluster topology: failed to call extension handlers for hook "BeforeClusterUpgrade.hooks.runtime.cluster.x-k8s.io": failed to call extension handler "x": http call failed: connection refused',
        },
      }),
      state: 'STUCK',
      reason: 'A webhook or extension that Cluster API asks does not answer.',
      remedy: /ask the operator/,
    },
    {
      title: 'the quota of the project, when the control plane’s machine is not made',
      facts: young({
        machines: [
          aMachine(
            'demo-cp-1',
            { InfrastructureReady: `False:InstanceCreateFailed:${quota}` },
            { node: false },
          ),
        ],
      }),
      state: 'STUCK',
      step: 'a machine of the control plane',
      reason: 'The quota of the OpenStack project is used up (cores).',
      object: 'Machine demo-cp-1',
      remedy: /larger quota/,
    },
    {
      title: 'the quota, when a node is not made',
      facts: grown({
        pools: { workers: { replicas: 3, ready: 2 } },
        machines: [
          aMachine(
            'demo-w-3',
            { InfrastructureReady: "False:InstanceCreateFailed:Quota exceeded for resources: ['port']" },
            { pool: 'workers', node: false },
          ),
        ],
      }),
      state: 'STUCK',
      step: 'a machine of the node pool workers',
      reason: 'The quota of the OpenStack project is used up (port).',
    },
    {
      title: 'the network of the cluster',
      facts: young({
        told: { InfrastructureReady: 'False:NotReady:OpenStackCluster status.ready is false' },
        facts: {
          addon: undefined,
          infrastructure: {
            apiVersion: 'infrastructure.cluster.x-k8s.io/v1beta1',
            kind: 'OpenStackCluster',
            metadata: { name: 'demo', namespace: 'acme' },
            status: { failureMessage: 'failed to reconcile external network: no external network found' },
          },
        },
      }),
      state: 'STUCK',
      step: 'network and load balancer of the cluster',
      object: 'OpenStackCluster demo',
    },
    {
      title: 'the hook before an upgrade, with the stage that the add-ons are at',
      facts: aCluster({
        controlPlaneVersion: 'v1.33.6',
        told: {
          TopologyReconciled: `False:ClusterUpgrading:Cluster is upgrading to v1.34.7\n  * Following hooks are blocking upgrade: BeforeClusterUpgrade: waits for the add-ons of ${release}`,
        },
        facts: {
          addon: anAddon({
            ready: false,
            told: {
              EvaluatedCEL:
                'False:FailedToEvaluatePostCondition:Info:stage cni of BeforeClusterUpgrade: cilium.status.numberReady is 1',
            },
            run: {
              className: release,
              kind: 'upgraded',
              through: [],
              hook: 'BeforeClusterUpgrade',
              stage: { index: 0, name: 'cni', since: later },
            },
          }),
        },
      }),
      state: 'UPGRADING',
      step: `the add-ons of ${release} before the control plane is upgraded`,
      reason: 'Stage cni of BeforeClusterUpgrade: cilium.status.numberReady is 1.',
      object: 'ClusterAddon cluster-addon-demo',
    },
    {
      title: 'the hook of somebody else',
      facts: aCluster({
        controlPlaneVersion: 'v1.33.6',
        told: {
          TopologyReconciled:
            'False:ClusterUpgrading:Cluster is upgrading to v1.34.7\n  * Following hooks are blocking upgrade: BeforeClusterUpgrade: backup is running',
        },
      }),
      state: 'UPGRADING',
      step: 'the hook BeforeClusterUpgrade, before the control plane is upgraded',
      reason: /^A runtime extension holds it up: .*backup is running\.$/,
    },
    {
      title: 'add-ons whose time is up',
      facts: halfway({
        facts: {
          addon: anAddon({
            ready: false,
            told: {
              EvaluatedCEL:
                'False:FailedToEvaluatePostCondition:Error:stage cni of AfterControlPlaneInitialized did not come through within 15m: agent.status.numberReady is 0',
            },
          }),
        },
      }),
      state: 'STUCK',
      reason: /did not come through within 15m: agent\.status\.numberReady is 0\.$/,
      remedy: /objects of the expression/,
    },
    {
      title: 'add-ons that the cluster refuses, with the object',
      facts: halfway({
        facts: {
          addon: anAddon({
            ready: false,
            told: { HelmChartApplied: 'False:FailedToApplyObjects:Error:one object is not in place' },
            resources: [
              {
                kind: 'Deployment',
                name: 'metrics-server',
                status: 'not-synced',
                error: 'admission webhook denied the request',
              },
            ],
          }),
        },
      }),
      state: 'STUCK',
      reason: 'One object is not in place (Deployment metrics-server: admission webhook denied the request).',
    },
    {
      title: 'the kubeconfig',
      facts: halfway({ facts: { kubeconfig: 'missing' } }),
      state: 'STUCK',
      reason: /demo-kubeconfig is missing/,
      object: 'Secret demo-kubeconfig',
    },
    {
      title: 'a control plane without a machine',
      facts: young(),
      state: 'PROVISIONING',
      step: 'the control plane',
      reason: /^It has no machine yet/,
      object: 'KubeadmControlPlane demo',
    },
    {
      title: 'nodes without a network for pods',
      facts: halfway({
        pools: { workers: { replicas: 1, ready: 0 } },
        machines: [
          aMachine(
            'demo-w-1',
            {
              NodeReady:
                'False:NodeNotReady:* Node.Ready: container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:cni plugin not initialized',
            },
            { pool: 'workers' },
          ),
        ],
      }),
      state: 'PROVISIONING',
      reason: 'The network of the pods (CNI) does not run on it.',
      remedy: /add-ons/,
    },
    {
      title: 'the replacement of a machine, which is held up',
      facts: grown({
        machines: [
          aMachine(
            'demo-w-2',
            {
              HealthCheckSucceeded:
                'False:UnhealthyNode:Condition Ready on node is reporting status Unknown for more than 5m',
              OwnerRemediated: [
                'False:CannotBeRemediated:remediation is not possible, too many machines fail',
                later,
              ],
            },
            { pool: 'workers' },
          ),
        ],
      }),
      state: 'DEGRADED',
      step: 'the replacement of a machine that failed',
      reason: 'Remediation is not possible, too many machines fail.',
      object: 'Machine demo-w-2',
      remedy: /as long as others fail/,
    },
    {
      title: 'somebody who paused it',
      facts: young({ metadata: { annotations: { 'cluster.x-k8s.io/paused': 'true' } } }),
      state: 'STUCK',
      reason: /is paused/,
      remedy: /spec\.paused/,
    },
    {
      title: 'a machine whose pods may not be evicted, when it is deleted',
      facts: aCluster({
        metadata: { deletionTimestamp: later, finalizers: ['cluster.cluster.x-k8s.io'] },
        machines: [
          aMachine(
            'demo-w-1',
            {
              Deleting: [
                "True:DrainingNode:Drain not completed yet (started at 2026-11-25T10:10:00Z):\n* Pod shop/db-0: cannot evict pod as it would violate the pod's disruption budget. The disruption budget db needs 1 healthy pods and has 1 currently",
                later,
              ],
            },
            { pool: 'workers', deleting: true },
          ),
        ],
      }),
      state: 'DELETING',
      object: 'Machine demo-w-1',
      reason: /disruption budget db needs 1 healthy pods/,
      remedy: /PodDisruptionBudget/,
    },
    {
      title: 'objects that finalizers hold, when it is deleted',
      facts: aCluster({
        metadata: { deletionTimestamp: later },
        facts: {
          controlPlane: undefined,
          infrastructure: {
            apiVersion: 'infrastructure.cluster.x-k8s.io/v1beta1',
            kind: 'OpenStackCluster',
            metadata: {
              name: 'demo',
              namespace: 'acme',
              deletionTimestamp: later,
              finalizers: ['openstackcluster.infrastructure.cluster.x-k8s.io'],
            },
          },
        },
      }),
      state: 'DELETING',
      reason: 'OpenStackCluster demo is held by openstackcluster.infrastructure.cluster.x-k8s.io.',
      object: 'OpenStackCluster demo',
    },
  ])('$title', check);

  it('is nobody’s silence: after a quarter of an hour in which nothing moved it is stuck', () => {
    const facts = young();
    expect(see(facts, new Date(Date.parse(early) + 15 * 60_000)).state).toBe('PROVISIONING');
    const seen = see(facts, new Date(Date.parse(early) + 16 * 60_000));
    expect(seen).toMatchObject({
      state: 'STUCK',
      reason: expect.stringMatching(/Nothing has moved for 16 minutes\.$/) as string,
      remedy: expect.stringMatching(/Events/) as string,
    });
  });
});

describe('each condition', () => {
  it('is one sentence, and names an object only where something is wrong', () => {
    const { conditions: explained } = explainCluster(
      grown({
        pools: { workers: { replicas: 2, ready: 1 } },
        machines: [aMachine('demo-w-2', {}, { pool: 'workers' })],
        told: {
          Available: [
            'False:NotAvailable:* WorkersAvailable:\n  * MachineDeployment demo-workers: 1 available replicas, at least 2 required',
            later,
          ],
          WorkerMachinesReady: 'False:NotReady:* Machine demo-w-2:\n  * NodeHealthy: Node.Ready is Unknown',
          RollingOut: 'False:NotRollingOut',
          ScalingUp: 'True:ScalingUp:* MachineDeployment demo-workers: Scaling up from 1 to 2 replicas',
          SomethingNew: 'Unknown:NotYet:not looked at',
        },
      }),
      soon,
    );
    const told = Object.fromEntries(
      explained.map(({ type, explanation, object }) => [
        type,
        [explanation, object && `${object.kind} ${object.name}`],
      ]),
    );
    expect(told).toMatchObject({
      Available: [
        'The cluster cannot be used in full: WorkersAvailable: MachineDeployment demo-workers: 1 available replicas, at least 2 required.',
        'MachineDeployment demo-workers',
      ],
      WorkerMachinesReady: [
        'Machines of pools are not ready: Machine demo-w-2: NodeHealthy: Node.Ready is Unknown.',
        'Machine demo-w-2',
      ],
      ControlPlaneAvailable: ['The control plane works.', undefined],
      RollingOut: ['No machines are being replaced.', undefined],
      ScalingUp: [
        'Machines are being added: MachineDeployment demo-workers: Scaling up from 1 to 2 replicas.',
        'MachineDeployment demo-workers',
      ],
      SomethingNew: [
        'It is not known whether this holds: SomethingNew holds: not looked at.',
        'Cluster demo',
      ],
    });
  });
});
