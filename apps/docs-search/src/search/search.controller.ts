import { GrpcController, type Call, type GrpcHandlers } from '@scs/grpc';
import {
  SearchService as api,
  type AnswerRequest,
  type DiffRequest,
  type RecordClickRequest,
  type ResolveErrorRequest,
  type SearchRequest,
  type SimilarRequest,
  type SuggestRequest,
} from '@scs/proto/scs/docs/v1/search_pb';
import { QueryLog } from '../query/query-log.ts';
import { fromProtoFilter, toProtoDiff, toProtoMatch } from './search.convert.ts';
import { SearchService } from './search.service.ts';

@GrpcController(api)
export class SearchController implements GrpcHandlers<typeof api> {
  readonly #searches: SearchService;
  readonly #log: QueryLog;
  constructor(searches: SearchService, log: QueryLog) {
    this.#searches = searches;
    this.#log = log;
  }

  async search(request: SearchRequest, { caller }: Call) {
    const { match, ...found } = this.#searches.search(
      { ...request, filter: fromProtoFilter(request.filter) },
      caller,
    );
    return { ...found, match: toProtoMatch(match) };
  }

  async suggest(request: SuggestRequest, { caller }: Call) {
    return { suggestions: this.#searches.suggest(request, caller) };
  }

  async resolveError(request: ResolveErrorRequest, { caller }: Call) {
    return this.#searches.resolveError(request, caller);
  }

  async answer(request: AnswerRequest, { caller }: Call) {
    return { sentences: this.#searches.answer(request, caller) };
  }

  async diff(request: DiffRequest, { caller }: Call) {
    const { from, to, diff } = this.#searches.diff(request, caller);
    return toProtoDiff(from, to, diff);
  }

  async similar(request: SimilarRequest, { caller }: Call) {
    return { pages: this.#searches.similar(request, caller) };
  }

  /** Of a query that nobody knows nothing is said: who guesses ids learns nothing. */
  async recordClick({ queryId, page, anchor, position }: RecordClickRequest) {
    this.#log.click({ queryId, page, anchor, position });
    return {};
  }
}
