import type { JsonValue } from '@bufbuild/protobuf';
import { CallerSchema } from '@scs/proto/scs/iam/v1/api_token_pb';
import { ClusterSchema, type Cluster } from '@scs/proto/scs/lifecycle/v1/cluster_pb';
import { request } from './control-plane.ts';
import { usage } from './failure.ts';

/** Options of every command that asks a control plane about clusters. */
export interface ClusterValues {
  server?: string;
  tenant?: string;
}

export function serverOf({ server = process.env['SCS_SERVER'] }: ClusterValues): string {
  if (server === undefined || server === '')
    throw usage('no control plane is named; use --server URL or $SCS_SERVER, and put a token in $SCS_TOKEN');
  return server;
}

/** The tenant that is meant: the caller's own, or the one that an operator names. Null: an operator who named none. */
export async function tenantOf(server: string, { tenant }: ClusterValues): Promise<string | null> {
  if (tenant !== undefined) return tenant;
  const caller = await request(server, { method: 'GET', path: '/v1/caller' }, CallerSchema);
  return caller.tenant || null;
}

/** The resource name of a cluster: `NAME` of the tenant, or `TENANT/NAME` as lists print it. */
export async function clusterPath(server: string, values: ClusterValues, name: string): Promise<string> {
  const [, before, id = ''] = /^(?:([^/]+)\/)?([a-z0-9-]+)$/.exec(name) ?? [];
  if (id === '') throw usage(`"${name}" is no name of a cluster; write NAME, or TENANT/NAME`);
  const tenant = before ?? (await tenantOf(server, values));
  if (tenant === null)
    throw usage('clusters belong to tenants; name it with --tenant NAME, or write TENANT/CLUSTER');
  return `tenants/${tenant}/clusters/${id}`;
}

export const getCluster = (server: string, path: string): Promise<Cluster> =>
  request(server, { method: 'GET', path: `/v1/${path}` }, ClusterSchema);

/** `:upgrade` and their like. */
export const callCluster = (
  server: string,
  path: string,
  verb: string,
  body: { [key: string]: JsonValue },
): Promise<Cluster> => request(server, { method: 'POST', path: `/v1/${path}:${verb}`, body }, ClusterSchema);
