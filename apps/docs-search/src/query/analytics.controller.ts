import { timestampDate } from '@bufbuild/protobuf/wkt';
import { GrpcController, type GrpcHandlers } from '@scs/grpc';
import {
  AnalyticsService as api,
  type GetSearchAnalyticsRequest,
  type ListMissingTopicsRequest,
} from '@scs/proto/scs/docs/v1/analytics_pb';
import { AnalyticsService, type QueryStatistics } from './analytics.service.ts';

@GrpcController(api)
export class AnalyticsController implements GrpcHandlers<typeof api> {
  readonly #analytics: AnalyticsService;
  constructor(analytics: AnalyticsService) {
    this.#analytics = analytics;
  }

  async getSearchAnalytics({ startTime, endTime, limit }: GetSearchAnalyticsRequest) {
    const found = await this.#analytics.summarize({
      start: startTime && timestampDate(startTime),
      end: endTime && timestampDate(endTime),
      limit: limit || 20,
    });
    return {
      ...found,
      topQueries: found.topQueries.map(toProtoQueryCount),
      poorQueries: found.poorQueries.map(toProtoQueryCount),
    };
  }

  async listMissingTopics({ startTime, pageSize }: ListMissingTopicsRequest) {
    const topics = await this.#analytics.missingTopics(startTime && timestampDate(startTime), pageSize || 20);
    return {
      topics: topics.map(({ words, count, queries, nearestPage = '' }) => ({
        words,
        queryCount: count,
        queries,
        nearestPage,
      })),
    };
  }
}

const toProtoQueryCount = ({ query, count, poor, clicks, topPage = '' }: QueryStatistics) => ({
  query,
  count,
  poorCount: poor,
  clickCount: clicks,
  topPage,
});
