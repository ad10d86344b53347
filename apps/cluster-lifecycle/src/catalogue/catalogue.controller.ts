import { GrpcController, type Call, type GrpcHandlers } from '@scs/grpc';
import {
  ClusterStackService as api,
  type GetClusterStackRequest,
  type GetReleaseRequest,
  type ListClusterStacksRequest,
  type ListReleasesRequest,
} from '@scs/proto/scs/lifecycle/v1/cluster_stack_pb';
import { toProtoClusterStack, toProtoRelease } from './catalogue.convert.ts';
import { CatalogueService } from './catalogue.service.ts';

@GrpcController(api)
export class CatalogueController implements GrpcHandlers<typeof api> {
  readonly #catalogue: CatalogueService;
  constructor(catalogue: CatalogueService) {
    this.#catalogue = catalogue;
  }

  async listClusterStacks({ parent, pageSize, pageToken }: ListClusterStacksRequest, call: Call) {
    const { rows, nextPageToken } = await this.#catalogue.listStacks(parent, pageSize, pageToken, call);
    return {
      clusterStacks: rows.map(({ tenant, stack }) => toProtoClusterStack(tenant, stack)),
      nextPageToken,
    };
  }

  async getClusterStack({ name }: GetClusterStackRequest, call: Call) {
    const { tenant, stack } = await this.#catalogue.getStack(name, call);
    return toProtoClusterStack(tenant, stack);
  }

  async listReleases({ parent, pageSize, pageToken }: ListReleasesRequest, call: Call) {
    const page = await this.#catalogue.listReleases(parent, pageSize, pageToken, call);
    const { tenant, stack, rows, nextPageToken } = page;
    return { releases: rows.map((release) => toProtoRelease(tenant, stack, release)), nextPageToken };
  }

  async getRelease({ name }: GetReleaseRequest, call: Call) {
    const { tenant, stack, counted, offer } = await this.#catalogue.getRelease(name, call);
    return toProtoRelease(tenant, stack, counted, offer);
  }
}
