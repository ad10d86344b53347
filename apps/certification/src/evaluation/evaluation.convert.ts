import type { JsonObject, MessageInitShape } from '@bufbuild/protobuf';
import { timestampDate, timestampFromDate } from '@bufbuild/protobuf/wkt';
import {
  Evaluation_State,
  Evaluation_Trigger,
  Finding_Severity,
  Mode as ProtoMode,
  type EvaluateSubjectRequest,
  type EvaluationDiffSchema,
  type EvaluationSchema,
  type FindingSchema,
  type SnapshotSchema,
} from '@scs/proto/scs/certification/v1/evaluation_pb';
import type { Mode } from '@scs/standards';
import { toProtoValidity } from '../scope/scope.convert.ts';
import { timestamp, toProtoResult, toProtoResults } from '../subject/subject.convert.ts';
import type { EvaluationDiff } from './evaluation-diff.ts';
import type { EvaluationEntity, SnapshotEntity, StoredFinding } from './evaluation.entity.ts';
import type { ReadMoreLink } from './read-more.ts';

const modes = { upstream: ProtoMode.UPSTREAM, standard: ProtoMode.STANDARD } as const;
const severities = {
  error: Finding_Severity.ERROR,
  warning: Finding_Severity.WARNING,
  info: Finding_Severity.INFO,
} as const;

const evaluationName = ({ subjectId, id }: Pick<EvaluationEntity, 'subjectId' | 'id'>): string =>
  `subjects/${subjectId}/evaluations/${id}`;
const snapshotName = (subjectId: string, id: string): string => `subjects/${subjectId}/snapshots/${id}`;

export function fromProtoRequest(request: EvaluateSubjectRequest) {
  const mode: Mode = request.mode === ProtoMode.STANDARD ? 'standard' : 'upstream';
  return {
    versions: request.versions,
    mode,
    at: request.at ? timestampDate(request.at) : null,
    snapshotId: request.snapshot.split('/')[3] ?? null,
    requestId: request.requestId || null,
    ...(request.probes !== undefined && { probes: request.probes }),
  };
}

export function toProtoEvaluation(evaluation: EvaluationEntity): MessageInitShape<typeof EvaluationSchema> {
  return {
    name: evaluationName(evaluation),
    scope: `scopes/${evaluation.scope}`,
    state: Evaluation_State[evaluation.state],
    trigger: Evaluation_Trigger[evaluation.trigger],
    mode: modes[evaluation.mode],
    at: timestamp(evaluation.at ?? evaluation.askedAt),
    probes: evaluation.probes,
    version: evaluation.version ?? '',
    result: toProtoResult(evaluation.result),
    versions: evaluation.versions.map(({ version, validity, result, targets, testcases, decidedBy }) => ({
      version,
      validity: toProtoValidity(validity),
      result: toProtoResult(result),
      targets: toProtoResults(targets),
      testcases: toProtoResults(testcases),
      decidedBy,
    })),
    snapshot: evaluation.snapshotId === null ? '' : snapshotName(evaluation.subjectId, evaluation.snapshotId),
    findingCount: evaluation.findingCount,
    requests: evaluation.requests,
    progress: evaluation.progress ?? undefined,
    error: evaluation.error ?? '',
    createTime: timestamp(evaluation.createTime),
    startTime: timestamp(evaluation.startTime),
    endTime: timestamp(evaluation.endTime),
    creator: evaluation.creator,
  };
}

export const toProtoFinding = (
  finding: StoredFinding,
  readMore?: ReadMoreLink,
): MessageInitShape<typeof FindingSchema> => ({
  testcase: finding.testcase,
  rule: finding.rule,
  clause: finding.clause,
  obligation: finding.obligation,
  severity: severities[finding.severity],
  object: { kind: finding.object.kind, id: finding.object.id ?? '', name: finding.object.name },
  property: finding.property ?? '',
  actual: finding.actual ?? '',
  expected: finding.expected ?? '',
  message: finding.message,
  remedy: finding.remedy ?? '',
  deviation: finding.deviation ?? '',
  versions: finding.versions,
  ...(readMore && { readMore }),
});

export const toProtoDiff = ({
  base,
  evaluation,
  changes,
  newFindings,
  resolvedFindings,
}: EvaluationDiff & { base: EvaluationEntity; evaluation: EvaluationEntity }): MessageInitShape<
  typeof EvaluationDiffSchema
> => ({
  base: evaluationName(base),
  name: evaluationName(evaluation),
  changes: changes.map(({ testcase, before, after }) => ({
    testcase,
    before: toProtoResult(before),
    after: toProtoResult(after),
  })),
  newFindings: newFindings.map((finding) => toProtoFinding(finding)),
  resolvedFindings: resolvedFindings.map((finding) => toProtoFinding(finding)),
});

export const toProtoSnapshot = ({
  id,
  subjectId,
  takeTime,
  content,
}: SnapshotEntity): MessageInitShape<typeof SnapshotSchema> => ({
  name: snapshotName(subjectId, id),
  takeTime: timestampFromDate(takeTime),
  // It came out of a JSON column.
  content: content as unknown as JsonObject,
});
