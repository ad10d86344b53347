import { durationMs } from '@bufbuild/protobuf/wkt';
import { GrpcController, type Call, type GrpcHandlers } from '@scs/grpc';
import {
  ClusterService as api,
  IssueKubeconfigRequest_Access as Access,
  type CreateClusterRequest,
  type CreateNodePoolRequest,
  type DeleteClusterRequest,
  type DeleteNodePoolRequest,
  type GetClusterRequest,
  type IssueKubeconfigRequest,
  type ListClustersRequest,
  type ListNodePoolsRequest,
  type UpdateClusterRequest,
  type UpdateNodePoolRequest,
  type UpgradeClusterRequest,
  type WatchClusterRequest,
} from '@scs/proto/scs/lifecycle/v1/cluster_pb';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { KubeconfigService } from '../kubeconfig/kubeconfig.service.ts';
import { NodePoolService, type FoundPool } from '../node-pool/node-pool.service.ts';
import {
  fromProtoNodePool,
  fromStruct,
  givenFields,
  toProtoCluster,
  toProtoNodePool,
} from './cluster.convert.ts';
import { ClusterReader } from './cluster.reader.ts';
import { ClusterService } from './cluster.service.ts';
import { ClusterWatch } from './cluster.watch.ts';
import { ClusterWriter } from './cluster.writer.ts';

const toProtoFound = ({ view, pool }: FoundPool) => toProtoNodePool(view, pool);

@GrpcController(api)
export class ClusterController implements GrpcHandlers<typeof api> {
  readonly #reader: ClusterReader;
  readonly #writer: ClusterWriter;
  readonly #clusters: ClusterService;
  readonly #pools: NodePoolService;
  readonly #watch: ClusterWatch;
  readonly #kubeconfigs: KubeconfigService;
  constructor(
    reader: ClusterReader,
    writer: ClusterWriter,
    clusters: ClusterService,
    pools: NodePoolService,
    watch: ClusterWatch,
    kubeconfigs: KubeconfigService,
  ) {
    this.#reader = reader;
    this.#writer = writer;
    this.#clusters = clusters;
    this.#pools = pools;
    this.#watch = watch;
    this.#kubeconfigs = kubeconfigs;
  }

  async createCluster({ parent, clusterId, cluster, validateOnly }: CreateClusterRequest, call: Call) {
    const { release, controlPlane, nodePools, variables, labels } = cluster!;
    const given = {
      release,
      controlPlaneReplicas: controlPlane?.replicas || 1,
      pools: nodePools.map(fromProtoNodePool),
      variables: fromStruct(variables),
      labels,
    };
    return toProtoCluster(await this.#clusters.create(parent, clusterId, given, validateOnly, call));
  }

  async getCluster({ name }: GetClusterRequest, call: Call) {
    return toProtoCluster(await this.#reader.get(name, call));
  }

  async listClusters({ parent, pageSize, pageToken }: ListClustersRequest, call: Call) {
    const { rows, nextPageToken } = await this.#reader.list(parent, pageSize, pageToken, call);
    return { clusters: rows.map(toProtoCluster), nextPageToken };
  }

  async *watchCluster({ name }: WatchClusterRequest, call: Call) {
    for await (const view of this.#watch.follow(name, call)) yield toProtoCluster(view);
  }

  async updateCluster({ cluster, updateMask }: UpdateClusterRequest, call: Call) {
    const { name, release, controlPlane, variables, etag } = cluster!;
    const mask = updateMask?.paths.length ? updateMask.paths : givenFields(cluster!);
    const given = { release, controlPlaneReplicas: controlPlane?.replicas, variables: fromStruct(variables) };
    return toProtoCluster(await this.#clusters.update(name, given, mask, etag, call));
  }

  async upgradeCluster({ name, release, etag, validateOnly }: UpgradeClusterRequest, call: Call) {
    return toProtoCluster(await this.#clusters.upgrade(name, release, etag, validateOnly, call));
  }

  async deleteCluster({ name, etag }: DeleteClusterRequest, call: Call) {
    await this.#writer.delete(name, etag, call);
    return {};
  }

  async issueKubeconfig({ name, access, ttl }: IssueKubeconfigRequest, call: Call) {
    const issued = await this.#kubeconfigs.issue(
      name,
      { access: access === Access.ADMIN ? 'admin' : 'view', ttlMs: ttl && durationMs(ttl) },
      call,
    );
    return { kubeconfig: issued.kubeconfig, expireTime: timestampFromDate(issued.expireTime) };
  }

  async listNodePools({ parent }: ListNodePoolsRequest, call: Call) {
    return { nodePools: (await this.#pools.list(parent, call)).map(toProtoFound) };
  }

  async createNodePool({ parent, nodePoolId, nodePool, etag }: CreateNodePoolRequest, call: Call) {
    const pool = { ...fromProtoNodePool(nodePool!), id: nodePoolId };
    return toProtoFound(await this.#pools.create(parent, pool, etag, call));
  }

  async updateNodePool({ nodePool, updateMask, etag }: UpdateNodePoolRequest, call: Call) {
    const { name, replicas, variables } = nodePool!;
    // Without a mask, nothing means nothing: 0 replicas must be said.
    const mask = updateMask?.paths.length
      ? updateMask.paths
      : [...(replicas > 0 ? ['replicas'] : []), ...(variables ? ['variables'] : [])];
    const given = { replicas, variables: fromStruct(variables) };
    return toProtoFound(await this.#pools.update(name, given, mask, etag, call));
  }

  async deleteNodePool({ name, etag }: DeleteNodePoolRequest, call: Call) {
    await this.#pools.delete(name, etag, call);
    return {};
  }
}
