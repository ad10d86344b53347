import { create, toJson, type MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate, type Timestamp } from '@bufbuild/protobuf/wkt';
import type { JsonObject, JsonValue } from '@bufbuild/protobuf';
import {
  clusterVariables,
  controlPlaneReplicasOf,
  isNodeReady,
  compareKubernetes,
  machinesOf,
  numberAt,
  poolLabel,
  poolsOf,
  releaseOfClass,
  printReleaseName,
  releaseTagOf,
  topologyOf,
  upgradesOf,
  type ClusterFacts,
  type ClusterStackRelease,
  type ClusterState,
  type Condition,
  type ExplainedCondition,
  type Explanation,
  type ObjectRef,
  type Pool,
  type VariableValue,
} from '@scs/cluster-stacks';
import {
  ClusterSchema,
  Cluster_State,
  NodePoolSchema,
  type Cluster,
  type NodePool,
} from '@scs/proto/scs/lifecycle/v1/cluster_pb';
import { ConditionSchema } from '@scs/proto/scs/lifecycle/v1/condition_pb';

/** A cluster, and where it stands. */
export interface ClusterView {
  tenant: string;
  facts: ClusterFacts;
  explanation: Explanation;
  /** Releases in the namespace of its class. */
  releases: readonly ClusterStackRelease[];
}

const states: Record<ClusterState, Cluster_State> = {
  PROVISIONING: Cluster_State.PROVISIONING,
  READY: Cluster_State.READY,
  UPGRADING: Cluster_State.UPGRADING,
  UPDATING: Cluster_State.UPDATING,
  STUCK: Cluster_State.STUCK,
  DELETING: Cluster_State.DELETING,
  DEGRADED: Cluster_State.DEGRADED,
};

export const clusterName = (tenant: string, cluster: string): string =>
  `tenants/${tenant}/clusters/${cluster}`;

export function toProtoCluster(view: ClusterView): MessageInitShape<typeof ClusterSchema> {
  const { tenant, facts, explanation, releases } = view;
  const { cluster, controlPlane, addon } = facts;
  const { metadata } = cluster;
  const topology = topologyOf(cluster);
  const { waitingFor } = explanation;
  const addonsRelease = addon?.spec.clusterStack && releaseOfClass(addon.spec.clusterStack);
  return {
    name: clusterName(tenant, metadata.name),
    release: releaseTagOf(cluster) ?? '',
    kubernetesVersion: topology?.version ?? '',
    controlPlane: {
      replicas: controlPlaneReplicasOf(cluster) ?? numberAt(controlPlane, 'spec', 'replicas'),
      readyReplicas: numberAt(controlPlane, 'status', 'readyReplicas'),
      kubernetesVersion: textAt(controlPlane, 'status', 'version'),
    },
    nodePools: poolsOf(cluster).map((pool) => toProtoNodePool(view, pool)),
    variables: toStruct(clusterVariables(cluster)),
    labels: ownLabels(metadata.labels),
    state: states[explanation.state],
    ...(waitingFor && {
      waitingFor: {
        step: waitingFor.step,
        reason: waitingFor.reason,
        object: waitingFor.object,
        remedy: waitingFor.remedy,
        ...timeField('since', waitingFor.since),
      },
    }),
    conditions: explanation.conditions.map(toProtoExplained),
    upgrades: upgradesOf(cluster, releases),
    endpoint: endpointOf(facts),
    ...timeField('createTime', metadata.creationTimestamp),
    etag: metadata.resourceVersion ?? '',
    addonsRelease: addonsRelease ? printReleaseName(addonsRelease) : '',
  };
}

export function toProtoNodePool(
  { tenant, facts }: Pick<ClusterView, 'tenant' | 'facts'>,
  pool: Pool,
): MessageInitShape<typeof NodePoolSchema> {
  const deployment = facts.machineDeployments.find(
    ({ metadata }) => metadata.labels?.[poolLabel] === pool.id,
  );
  const ready = (deployment ? machinesOf(facts, deployment) : []).filter(isNodeReady);
  const versions = new Set(ready.map((machine) => textAt(machine, 'spec', 'version')).filter(Boolean));
  return {
    name: `${clusterName(tenant, facts.cluster.metadata.name)}/nodePools/${pool.id}`,
    class: pool.class,
    replicas: pool.replicas,
    readyReplicas: numberAt(deployment, 'status', 'readyReplicas'),
    kubernetesVersions: [...versions].toSorted(compareKubernetes),
    variables: toStruct(pool.variables),
    id: pool.id,
  };
}

/** Those of Cluster API and of the product are nobody's wish. */
const ownLabels = (labels: Record<string, string> = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(labels).filter(([key]) => !/(?:^|\.)cluster\.x-k8s\.io\//.test(key)));

function endpointOf({ cluster }: ClusterFacts): string {
  const host = textAt(cluster, 'spec', 'controlPlaneEndpoint', 'host');
  const port = numberAt(cluster, 'spec', 'controlPlaneEndpoint', 'port');
  if (host === '' || port === 0) return '';
  return `https://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

const toProtoExplained = ({
  type,
  status,
  reason,
  explanation,
  object,
  remedy,
  since,
}: ExplainedCondition): MessageInitShape<typeof ConditionSchema> => ({
  type,
  status,
  reason,
  explanation,
  ...(object && { object }),
  remedy,
  ...timeField('since', since),
});

/** A condition of a stack or release, whose message is a sentence already. */
export const toProtoCondition = (
  { type, status, reason = '', message = '', severity, lastTransitionTime }: Condition,
  object: ObjectRef,
): MessageInitShape<typeof ConditionSchema> => ({
  type,
  status,
  reason,
  explanation: message || (status === 'True' ? `${type} holds.` : `${type} does not hold.`),
  ...(status !== 'True' && { object }),
  remedy:
    status === 'False' && severity === 'Error' ? 'mend what is named; it is looked at again by itself' : '',
  ...timeField('since', lastTransitionTime),
});

const textAt = (object: unknown, ...path: string[]): string => {
  let value: unknown = object;
  for (const name of path)
    value =
      typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
  return typeof value === 'string' ? value : '';
};

function timeField<K extends string>(key: K, text: string | undefined): Partial<Record<K, Timestamp>> {
  const time = Date.parse(text ?? '');
  if (!Number.isFinite(time)) return {};
  const field: Partial<Record<K, Timestamp>> = {};
  field[key] = timestampFromDate(new Date(time));
  return field;
}

/** JSON of the Kubernetes API is JSON of a Struct. */
export const toStruct = (values: readonly VariableValue[]): JsonObject =>
  Object.fromEntries(values.map(({ name, value }) => [name, value as JsonValue]));

export const fromStruct = (struct: JsonObject | undefined): VariableValue[] =>
  Object.entries(struct ?? {}).map(([name, value]) => ({ name, value }));

export const fromProtoNodePool = ({ id, class: className, replicas, variables }: NodePool): Pool => ({
  id,
  class: className,
  replicas,
  variables: fromStruct(variables),
});

/** Proto names of the fields that a message gives. */
export function givenFields(cluster: Cluster): string[] {
  return [...(cluster.controlPlane ? ['control_plane'] : []), ...(cluster.variables ? ['variables'] : [])];
}

/** Two views that look the same to a caller are the same: the version of the object alone is nothing to look at. */
export function fingerprint(view: ClusterView): string {
  const message = create(ClusterSchema, toProtoCluster(view));
  message.etag = '';
  return JSON.stringify(toJson(ClusterSchema, message));
}
