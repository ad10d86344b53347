import { toJson, type JsonValue } from '@bufbuild/protobuf';
import { timestampDate } from '@bufbuild/protobuf/wkt';
import {
  ClusterSchema,
  Cluster_State,
  type Cluster,
  type Waiting,
} from '@scs/proto/scs/lifecycle/v1/cluster_pb';
import type { Answer } from './command.ts';
import { EXIT } from './failure.ts';
import { columns, defaultFormat, formatData } from './output.ts';

export type Format = 'table' | 'json' | 'yaml';

/** As the REST API has it. */
export const clusterJson = (cluster: Cluster): JsonValue =>
  toJson(ClusterSchema, cluster, { alwaysEmitImplicit: true });

export const stateOf = ({ state }: Cluster): string => Cluster_State[state].toLowerCase();

/** `acme/demo` */
export const shortName = ({ name }: Pick<Cluster, 'name'>): string => {
  const [, tenant = '', , cluster = ''] = name.split('/');
  return `${tenant}/${cluster}`;
};

const readyNodes = ({ nodePools }: Cluster): string => {
  const [ready, wanted] = [
    nodePools.reduce((sum, { readyReplicas }) => sum + readyReplicas, 0),
    nodePools.reduce((sum, { replicas }) => sum + replicas, 0),
  ];
  return `${ready}/${wanted}`;
};

export async function printClusters(clusters: readonly Cluster[], output?: Format): Promise<Answer> {
  const format = output ?? defaultFormat();
  const text =
    format === 'table'
      ? clusters.length === 0
        ? 'no clusters\n'
        : columns([
            ['CLUSTER', 'STATE', 'RELEASE', 'KUBERNETES', 'NODES', 'WAITS FOR'],
            ...clusters.map((cluster) => [
              shortName(cluster),
              stateOf(cluster),
              cluster.release || '-',
              cluster.controlPlane?.kubernetesVersion || cluster.kubernetesVersion,
              readyNodes(cluster),
              cluster.waitingFor?.step ?? '',
            ]),
          ])
      : await formatData({ clusters: clusters.map(clusterJson) }, format);
  return { text, exitCode: EXIT.pass };
}

export async function printCluster(cluster: Cluster, output?: Format): Promise<Answer> {
  const format = output ?? defaultFormat();
  const text = format === 'table' ? describe(cluster) : await formatData(clusterJson(cluster), format);
  return { text, exitCode: EXIT.pass };
}

function describe(cluster: Cluster): string {
  const { controlPlane, nodePools, variables, upgrades, waitingFor, conditions, createTime } = cluster;
  const rows = [
    ['cluster', shortName(cluster)],
    ['state', stateOf(cluster)],
    ['release', cluster.release],
    ['kubernetes', cluster.kubernetesVersion],
    ['endpoint', cluster.endpoint || '-'],
    ['control plane', `${controlPlane?.readyReplicas ?? 0} of ${controlPlane?.replicas ?? 0} ready`],
    ...nodePools.map(({ id, class: className, readyReplicas, replicas, kubernetesVersions }) => [
      `pool ${id}`,
      `${readyReplicas} of ${replicas} ready, class ${className}${kubernetesVersions.length > 0 ? `, ${kubernetesVersions.join(' and ')}` : ''}`,
    ]),
    ...Object.entries(variables ?? {}).map(([name, value]) => [`variable ${name}`, JSON.stringify(value)]),
    ['upgrades', upgrades.join(', ') || '-'],
    ['created', createTime ? timestampDate(createTime).toISOString() : '-'],
  ];
  const troubles = conditions.filter(({ object }) => object !== undefined);
  return [
    columns(rows),
    ...(waitingFor ? ['\n', waitingText(waitingFor)] : []),
    ...(troubles.length > 0
      ? ['\n', columns(troubles.map(({ type, explanation }) => [type, explanation]))]
      : []),
  ].join('');
}

/** What is waited for, why, at whom to look, and what helps. */
export function waitingText({ step, reason, object, remedy, since }: Waiting): string {
  return columns([
    ['waits for', step],
    ['because', reason],
    ...(object ? [['look at', `${object.kind} ${object.namespace}/${object.name}`]] : []),
    ...(remedy ? [['remedy', remedy]] : []),
    ...(since ? [['since', timestampDate(since).toISOString()]] : []),
  ]);
}

/** One line: state, and what is waited for. */
export const progressOf = (cluster: Cluster): string =>
  `${shortName(cluster)} ${stateOf(cluster)}${cluster.waitingFor ? `: ${cluster.waitingFor.step}` : ''}`;
