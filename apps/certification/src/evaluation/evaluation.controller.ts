import { GrpcController, type Call, type GrpcHandlers } from '@scs/grpc';
import {
  EvaluationService as api,
  type CancelEvaluationRequest,
  type DiffEvaluationsRequest,
  type EvaluateSubjectRequest,
  type ExportEvaluationRequest,
  type GetEvaluationRequest,
  type GetSnapshotRequest,
  type ImportReportRequest,
  type ListEvaluationsRequest,
  type ListFindingsRequest,
  type WatchEvaluationRequest,
} from '@scs/proto/scs/certification/v1/evaluation_pb';
import { EvaluationReportService } from './evaluation-report.service.ts';
import {
  fromProtoRequest,
  toProtoDiff,
  toProtoEvaluation,
  toProtoFinding,
  toProtoSnapshot,
} from './evaluation.convert.ts';
import { EvaluationService } from './evaluation.service.ts';
import { ReadMore } from './read-more.ts';

@GrpcController(api)
export class EvaluationController implements GrpcHandlers<typeof api> {
  readonly #evaluations: EvaluationService;
  readonly #reports: EvaluationReportService;
  readonly #readMore: ReadMore;
  constructor(evaluations: EvaluationService, reports: EvaluationReportService, readMore: ReadMore) {
    this.#evaluations = evaluations;
    this.#reports = reports;
    this.#readMore = readMore;
  }

  async evaluateSubject(request: EvaluateSubjectRequest, call: Call) {
    return toProtoEvaluation(
      await this.#evaluations.evaluate(request.subject, fromProtoRequest(request), call),
    );
  }

  async getEvaluation({ name }: GetEvaluationRequest, call: Call) {
    return toProtoEvaluation(await this.#evaluations.get(name, call));
  }

  async listEvaluations({ parent, pageSize, pageToken }: ListEvaluationsRequest, call: Call) {
    const { rows, nextPageToken } = await this.#evaluations.list(parent, pageSize, pageToken, call);
    return { evaluations: rows.map(toProtoEvaluation), nextPageToken };
  }

  async *watchEvaluation({ name }: WatchEvaluationRequest, call: Call) {
    for await (const evaluation of this.#evaluations.watch(name, call)) yield toProtoEvaluation(evaluation);
  }

  async cancelEvaluation({ name }: CancelEvaluationRequest, call: Call) {
    return toProtoEvaluation(await this.#evaluations.cancel(name, call));
  }

  async diffEvaluations({ name, base }: DiffEvaluationsRequest, call: Call) {
    return toProtoDiff(await this.#evaluations.diff(name, base, call));
  }

  async listFindings({ parent, testcase, pageSize, pageToken }: ListFindingsRequest, call: Call) {
    const { rows, nextPageToken } = await this.#evaluations.findings(
      parent,
      testcase,
      pageSize,
      pageToken,
      call,
    );
    const links = await this.#readMore.links(rows.map(({ content }) => content.testcase));
    return {
      findings: rows.map(({ content }) => toProtoFinding(content, links.get(content.testcase))),
      nextPageToken,
    };
  }

  async getSnapshot({ name }: GetSnapshotRequest, call: Call) {
    return toProtoSnapshot(await this.#evaluations.snapshot(name, call));
  }

  async exportEvaluation({ name, format }: ExportEvaluationRequest, call: Call) {
    const { contentType, text } = await this.#reports.export(name, format, call);
    return { contentType, data: new TextEncoder().encode(text) };
  }

  async importReport({ parent, report }: ImportReportRequest, call: Call) {
    return toProtoEvaluation(await this.#reports.import(parent, report, call));
  }
}
