import { EmptySchema } from '@bufbuild/protobuf/wkt';
import {
  ClusterSchema,
  KubeconfigSchema,
  ListClustersResponseSchema,
  NodePoolSchema,
  type Cluster,
} from '@scs/proto/scs/lifecycle/v1/cluster_pb';
import { request, stream } from './control-plane.ts';
import {
  clusterJson,
  printCluster,
  printClusters,
  progressOf,
  waitingText,
  type Format,
} from './cluster-output.ts';
import { callCluster, clusterPath, getCluster, serverOf, type ClusterValues } from './cluster-server.ts';
import {
  readCount,
  readLabels,
  readPools,
  readSizes,
  readTtl,
  readVariables,
  readVariablesFile,
} from './cluster-values.ts';
import { goesOn, untilGone, untilReady, type WaitValues } from './cluster-wait.ts';
import type { Answer } from './command.ts';
import { EXIT, usage } from './failure.ts';
import { interruptible } from './interruption.ts';
import { defaultFormat, formatData, writeWhole } from './output.ts';

interface Values extends ClusterValues {
  output?: Format;
}

/** `scs cluster list`: those of the caller's tenant; of all tenants for operators. */
export async function list(values: Values): Promise<Answer> {
  const server = serverOf(values);
  const tenant = values.tenant ?? '-';
  const clusters: Cluster[] = [];
  let pageToken = '';
  do {
    const path = `/v1/tenants/${encodeURIComponent(tenant)}/clusters?pageSize=100&pageToken=${encodeURIComponent(pageToken)}`;
    const page = await request(server, { method: 'GET', path }, ListClustersResponseSchema);
    clusters.push(...page.clusters);
    pageToken = page.nextPageToken;
  } while (pageToken !== '');
  return printClusters(clusters, values.output);
}

/** `scs cluster get` */
export async function get(values: Values, [name = '']: string[]): Promise<Answer> {
  const server = serverOf(values);
  return printCluster(await getCluster(server, await clusterPath(server, values, name)), values.output);
}

interface CreateValues extends Values, WaitValues {
  release?: string;
  'control-plane'?: string;
  pool?: string[];
  variable?: string[];
  variables?: string;
  label?: string[];
  'dry-run'?: boolean;
}

/** `scs cluster create` */
export async function create(values: CreateValues, [name = '']: string[]): Promise<Answer> {
  const server = serverOf(values);
  if (values.release === undefined)
    throw usage('--release is missing; `scs cluster stacks` lists the releases that there are');
  const variables = {
    ...(values.variables === undefined ? {} : await readVariablesFile(values.variables)),
    ...readVariables(values.variable),
  };
  const body = {
    release: values.release,
    controlPlane: { replicas: readCount(values['control-plane'] ?? '1', '--control-plane') },
    nodePools: readPools(values.pool),
    variables,
    labels: readLabels(values.label),
  };
  const path = await clusterPath(server, values, name);
  const [, tenant = '', , id = ''] = path.split('/');
  const query = `clusterId=${encodeURIComponent(id)}&validateOnly=${values['dry-run'] === true}`;
  const asked = { method: 'POST', path: `/v1/tenants/${tenant}/clusters?${query}`, body } as const;
  return finish(server, path, values, await request(server, asked, ClusterSchema));
}

interface ScaleValues extends Values, WaitValues {
  'control-plane'?: string;
  pool?: string[];
}

/** `scs cluster scale` */
export async function scale(values: ScaleValues, [name = '']: string[]): Promise<Answer> {
  const server = serverOf(values);
  const sizes = readSizes(values.pool);
  const { 'control-plane': controlPlane } = values;
  if (sizes.length === 0 && controlPlane === undefined)
    throw usage('nothing to scale; give --pool ID=REPLICAS or --control-plane REPLICAS');
  const path = await clusterPath(server, values, name);
  if (controlPlane !== undefined) {
    const body = { controlPlane: { replicas: readCount(controlPlane, '--control-plane') } };
    const query = 'updateMask=controlPlane.replicas';
    await request(server, { method: 'PATCH', path: `/v1/${path}?${query}`, body }, ClusterSchema);
  }
  for (const { id, replicas } of sizes)
    await request(
      server,
      { method: 'PATCH', path: `/v1/${path}/nodePools/${id}?updateMask=replicas`, body: { replicas } },
      NodePoolSchema,
    );
  return finish(server, path, values, await getCluster(server, path));
}

interface UpgradeValues extends Values, WaitValues {
  release?: string;
  'dry-run'?: boolean;
}

/** `scs cluster upgrade`: to the release named, else to the nearest that is offered. */
export async function upgrade(values: UpgradeValues, [name = '']: string[]): Promise<Answer> {
  const server = serverOf(values);
  const path = await clusterPath(server, values, name);
  const release = values.release ?? (await getCluster(server, path)).upgrades[0];
  if (release === undefined)
    throw usage('no newer release is ready; name one with --release, or wait for one');
  const body = { release, validateOnly: values['dry-run'] === true };
  return finish(server, path, values, await callCluster(server, path, 'upgrade', body));
}

/** `scs cluster delete` */
export async function remove(values: Values & WaitValues, [name = '']: string[]): Promise<Answer> {
  const server = serverOf(values);
  const path = await clusterPath(server, values, name);
  await request(server, { method: 'DELETE', path: `/v1/${path}` }, EmptySchema);
  if (values.wait) await untilGone(server, path, values);
  const format = values.output ?? defaultFormat();
  const state = values.wait ? 'deleted' : 'deleting';
  return {
    text: format === 'table' ? `${name} ${state}\n` : await formatData({ name: path, state }, format),
    exitCode: EXIT.pass,
  };
}

interface KubeconfigValues extends ClusterValues {
  access?: 'view' | 'admin';
  ttl?: string;
  out?: string;
}

/** `scs cluster kubeconfig` */
export async function kubeconfig(values: KubeconfigValues, [name = '']: string[]): Promise<Answer> {
  const server = serverOf(values);
  const path = await clusterPath(server, values, name);
  const body = {
    access: values.access === 'admin' ? 'ACCESS_ADMIN' : 'ACCESS_VIEW',
    ...(values.ttl !== undefined && { ttl: readTtl(values.ttl) }),
  };
  const asked = { method: 'POST', path: `/v1/${path}:issueKubeconfig`, body } as const;
  const issued = await request(server, asked, KubeconfigSchema);
  if (values.out === undefined || values.out === '-') return { text: issued.kubeconfig, exitCode: EXIT.pass };
  await writeWhole(values.out, issued.kubeconfig);
  return { text: `${values.out}\n`, exitCode: EXIT.pass };
}

/** `scs cluster watch`: a line whenever something changes, until the cluster is gone. */
export async function watch(values: Values, [name = '']: string[]): Promise<Answer> {
  const server = serverOf(values);
  const path = await clusterPath(server, values, name);
  const format = values.output ?? defaultFormat();
  await interruptible(
    null,
    async (signal) => {
      let told = '';
      for await (const cluster of stream(server, { path: `/v1/${path}:watch`, signal }, ClusterSchema)) {
        const text = format === 'table' ? watchText(cluster) : `${JSON.stringify(clusterJson(cluster))}\n`;
        if (text !== told) process.stdout.write(text);
        told = text;
      }
    },
    goesOn,
  );
  return { text: '', exitCode: EXIT.pass };
}

const watchText = (cluster: Cluster): string => {
  const { waitingFor } = cluster;
  return `${progressOf(cluster)}\n${waitingFor?.remedy ? waitingText(waitingFor).replaceAll(/^/gm, '    ').trimEnd() + '\n' : ''}`;
};

/** Waits where that is wanted, and shows the cluster. */
async function finish(
  server: string,
  path: string,
  values: Values & WaitValues & { 'dry-run'?: boolean },
  cluster: Cluster,
): Promise<Answer> {
  if (!values.wait || values['dry-run']) return printCluster(cluster, values.output);
  return printCluster(await untilReady(server, path, values), values.output);
}
