import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { Result as ProtoResult } from '@scs/proto/scs/certification/v1/evaluation_pb';
import type { Subject, SubjectSchema, SubjectStatusSchema } from '@scs/proto/scs/certification/v1/subject_pb';
import type { Result, Standing } from '@scs/standards';
import { toProtoValidity } from '../scope/scope.convert.ts';
import type { SubjectEntity } from './subject.entity.ts';
import type { EvidencedResult } from './subject.queries.ts';

export const timestamp = (date: Date | null) => (date === null ? undefined : timestampFromDate(date));

export const toProtoResult = (result: Result | null): ProtoResult =>
  result === null ? ProtoResult.UNSPECIFIED : ProtoResult[result];

export const toProtoResults = (results: Record<string, Result>): Record<string, ProtoResult> =>
  Object.fromEntries(Object.entries(results).map(([key, result]) => [key, toProtoResult(result)]));

export function toProtoSubject(subject: SubjectEntity): MessageInitShape<typeof SubjectSchema> {
  const { osCloud, kubeconfig } = subject;
  return {
    name: `subjects/${subject.id}`,
    displayName: subject.displayName,
    scope: `scopes/${subject.scope}`,
    credential:
      osCloud === null
        ? { case: 'kubeconfig', value: kubeconfig ?? '' }
        : { case: 'osCloud', value: osCloud },
    probes: subject.probes,
    scheduled: subject.scheduled,
    public: subject.public,
    tenant: subject.tenant ?? '',
    createTime: timestamp(subject.createTime),
    updateTime: timestamp(subject.updateTime),
    nextEvaluationTime: timestamp(subject.nextEvaluationTime),
  };
}

/** The fields that a creator chooses; the scope follows from the credential where it is left out. */
export function fromProtoSubject(subject: Subject) {
  const { case: kind, value } = subject.credential;
  return {
    displayName: subject.displayName,
    scope: subject.scope.slice('scopes/'.length) || (kind === 'kubeconfig' ? 'kaas' : 'iaas'),
    osCloud: kind === 'osCloud' ? value : null,
    kubeconfig: kind === 'kubeconfig' ? value : null,
    probes: subject.probes,
    scheduled: subject.scheduled,
    public: subject.public,
    tenant: subject.tenant || null,
  };
}

export function toProtoStatus(
  subject: SubjectEntity,
  at: Date,
  { represented, versions }: Standing,
  results: readonly EvidencedResult[],
): MessageInitShape<typeof SubjectStatusSchema> {
  const evidence = new Map(results.map((result) => [result.testcase, result]));
  return {
    subject: `subjects/${subject.id}`,
    at: timestampFromDate(at),
    version: represented?.version ?? '',
    result: toProtoResult(represented?.result ?? null),
    versions: versions.map(({ version, validity, result, targets, testcases, decidedBy }) => ({
      version,
      validity: toProtoValidity(validity),
      result: toProtoResult(result),
      targets: toProtoResults(targets),
      testcases: Object.entries(testcases).map(([testcase, verdict]) => {
        const found = evidence.get(testcase);
        return {
          testcase,
          result: toProtoResult(verdict),
          checkTime: timestamp(found?.checkedAt ?? null),
          expireTime: timestamp(found?.expiresAt ?? null),
          evaluation: found ? `subjects/${subject.id}/evaluations/${found.evaluationId}` : '',
        };
      }),
      decidedBy,
    })),
  };
}
