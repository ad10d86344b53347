import { GrpcController, type Call, type GrpcHandlers } from '@scs/grpc';
import {
  SourceService as api,
  type CreateSourceRequest,
  type DeleteSourceRequest,
  type GetSourceRequest,
  type ListProblemsRequest,
  type ListSourcesRequest,
  type SyncSourceRequest,
  type UpdateSourceRequest,
  type WatchSourceRequest,
} from '@scs/proto/scs/docs/v1/source_pb';
import { fromProtoSource, givenFields, idOf, toProtoSource } from './source.convert.ts';
import { SourceService } from './source.service.ts';

@GrpcController(api)
export class SourceController implements GrpcHandlers<typeof api> {
  readonly #sources: SourceService;
  constructor(sources: SourceService) {
    this.#sources = sources;
  }

  async createSource({ sourceId, source }: CreateSourceRequest, call: Call) {
    return toProtoSource(await this.#sources.create(sourceId, fromProtoSource(source!), call));
  }

  async getSource({ name }: GetSourceRequest) {
    return toProtoSource(await this.#sources.get(idOf(name)));
  }

  async listSources({ pageSize, pageToken }: ListSourcesRequest) {
    const { rows, nextPageToken } = await this.#sources.list(pageSize, pageToken);
    return { sources: rows.map(toProtoSource), nextPageToken };
  }

  async updateSource({ source, updateMask }: UpdateSourceRequest, call: Call) {
    const mask = updateMask?.paths.length ? updateMask.paths : givenFields(source!);
    return toProtoSource(
      await this.#sources.update(idOf(source!.name), fromProtoSource(source!), mask, call),
    );
  }

  async deleteSource({ name }: DeleteSourceRequest, call: Call) {
    await this.#sources.delete(idOf(name), call);
    return {};
  }

  async syncSource({ name }: SyncSourceRequest, call: Call) {
    return toProtoSource(await this.#sources.sync(idOf(name), call));
  }

  async *watchSource({ name }: WatchSourceRequest, call: Call) {
    for await (const source of this.#sources.watch(idOf(name), call)) yield toProtoSource(source);
  }

  async listProblems({ parent, pageSize, pageToken }: ListProblemsRequest) {
    const { rows, nextPageToken } = await this.#sources.problems(idOf(parent), pageSize, pageToken);
    return { problems: rows.map(({ file, message }) => ({ file, message })), nextPageToken };
  }
}
