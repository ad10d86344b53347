import { Inject, Injectable } from '@nestjs/common';
import { recordAudit } from '@scs/database';
import type { Call } from '@scs/grpc';
import { DomainError } from '@scs/service';
import { expiry, standing, toJUnit, toSarif, type Evaluation } from '@scs/standards';
import { formatReport, parseReport, ReportError } from '@scs/standards/report-upstream';
import { DataSource } from 'typeorm';
import packageJson from '../../package.json' with { type: 'json' };
import { ScopeCatalogue } from '../scope/scope-catalogue.ts';
import type { SubjectEntity } from '../subject/subject.entity.ts';
import { findSubject } from '../subject/subject.queries.ts';
import { CLOCK, type Clock } from '../tokens.ts';
import {
  EvaluationEntity,
  ResultEntity,
  type EvaluationRow,
  type StoredFinding,
} from './evaluation.entity.ts';
import { checkDone, findEvaluation, findingsOf, insertEvaluation } from './evaluation.queries.ts';
import { newEvaluation } from './evaluation.service.ts';

/** Lines and list items that a report may have: a parser that is busy for seconds would stop the whole service. */
const mostParts = 200_000;

/** Evaluations as documents that other tools read, and upstream's reports as evaluations. */
@Injectable()
export class EvaluationReportService {
  readonly #database: DataSource;
  readonly #catalogue: ScopeCatalogue;
  readonly #clock: Clock;
  constructor(database: DataSource, catalogue: ScopeCatalogue, @Inject(CLOCK) clock: Clock) {
    this.#database = database;
    this.#catalogue = catalogue;
    this.#clock = clock;
  }

  async export(
    name: string,
    format: string,
    { caller }: Call,
  ): Promise<{ contentType: string; text: string }> {
    const { subject, evaluation } = await findEvaluation(this.#database.manager, name, caller);
    checkDone(evaluation);
    const findings = await findingsOf(this.#database.manager, evaluation.id);
    const judged = evaluation.versions.map((verdict) => ({
      ...verdict,
      findings: forVersion(findings, verdict),
    }));
    switch (format) {
      case 'junit':
        return { contentType: 'application/xml', text: toJUnit(judged) };
      case 'sarif':
        return { contentType: 'application/sarif+json', text: toSarif(judged, packageJson.version) };
      default:
        return { contentType: 'application/yaml', text: this.#upstreamReport(subject, evaluation, judged) };
    }
  }

  #upstreamReport(subject: SubjectEntity, evaluation: EvaluationEntity, judged: Evaluation[]): string {
    const represented = judged.find(({ version }) => version === evaluation.version);
    if (evaluation.mode !== 'upstream' || !represented)
      throw new DomainError(
        'wrong-state',
        'NOT_UPSTREAM_VERDICTS',
        'an upstream report takes the verdicts of the official tests only; evaluate with MODE_UPSTREAM',
      );
    return formatReport(represented, {
      scope: this.#catalogue.get(evaluation.scope),
      checkedAt: evaluation.endTime ?? evaluation.createTime,
      runUuid: evaluation.id,
      invocationUuid: evaluation.snapshotId ?? evaluation.id,
      argv: ['scs-control-plane', `subjects/${subject.id}`],
      assignment:
        subject.osCloud === null ? { subject_root: subject.kubeconfig ?? '' } : { os_cloud: subject.osCloud },
    });
  }

  /** Its results count from when it was made, for as long as any others. The same report twice is one evaluation. */
  async import(parent: string, report: string, call: Call): Promise<EvaluationEntity> {
    const subject = await findSubject(this.#database.manager, parent, call.caller);
    const now = this.#clock();
    const { uuid, scopeUuid, subject: of, checkedAt, results } = this.#parse(report, now);
    const scope = this.#catalogue.get(subject.scope);
    if (scope.uuid !== scopeUuid)
      throw invalid(
        'OTHER_SCOPE',
        `the report is of another scope than ${scope.name}; import it into another subject`,
      );
    // `scs certify` calls a cluster by its kubeconfig file, without the ending.
    const file = subject.kubeconfig?.replace(/\.(?:ya?ml|conf|kubeconfig)$/, '') ?? null;
    if (![subject.id, subject.displayName, subject.osCloud, subject.kubeconfig, file].includes(of))
      throw invalid(
        'OTHER_SUBJECT',
        `the report is about ${of}, not ${subject.id}; import it there, or set the display name to ${of}`,
      );
    if (!/^[\x21-\x7e]{1,100}$/.test(uuid))
      throw invalid(
        'REPORT_UNUSABLE',
        'run.uuid of the report is no id; take the report as the checker wrote it',
      );
    const requestId = `report-${uuid}`;
    const stored = scope.testcases.flatMap(({ id: testcase, lifetime }) => {
      const result = Object.hasOwn(results, testcase) ? results[testcase] : undefined;
      return result ? [{ testcase, result, checkedAt, expiresAt: expiry(checkedAt, lifetime) }] : [];
    });
    if (stored.length === 0)
      throw invalid(
        'REPORT_UNUSABLE',
        `the report has no result of any test case that ${scope.name} knows; is it newer than this service’s scopes?`,
      );
    const { represented, versions } = standing(scope, stored, checkedAt);
    if (versions.length === 0)
      throw invalid(
        'REPORT_UNUSABLE',
        `the report was made on ${checkedAt.toISOString().slice(0, 10)}, when no version of ${scope.name} was in force; check checked_at`,
      );
    const evaluation: EvaluationRow = {
      ...newEvaluation(subject, { trigger: 'IMPORT', creator: call.caller.subject, requestId }, now),
      state: 'DONE',
      at: checkedAt,
      version: represented?.version ?? null,
      result: represented?.result ?? null,
      versions: versions.map((version) => ({
        ...version,
        scope: scope.id,
        at: checkedAt.toISOString(),
        subject: subject.id,
        mode: 'upstream',
        reasons: {},
      })),
      startTime: now,
      endTime: now,
    };
    return this.#database.transaction(async (manager) => {
      const inserted = await insertEvaluation(manager, evaluation);
      if (!inserted.isNew) return inserted.evaluation;
      await manager.insert(
        ResultEntity,
        stored.map(({ testcase, result, expiresAt }) => ({
          evaluationId: evaluation.id,
          testcase,
          subjectId: subject.id,
          scope: scope.id,
          result,
          checkTime: checkedAt,
          expireTime: expiresAt,
        })),
      );
      await recordAudit(
        manager,
        call,
        'import-report',
        `subjects/${subject.id}/evaluations/${evaluation.id}`,
        now,
      );
      return evaluation;
    });
  }

  #parse(report: string, now: Date) {
    if (report.split(/[\n,[{]/, mostParts + 1).length > mostParts)
      throw invalid(
        'REPORT_UNUSABLE',
        'the report has more than 200,000 lines and list items; leave out stdout and stderr of its invocations',
      );
    try {
      return parseReport(report, this.#catalogue.all, now);
    } catch (error) {
      if (error instanceof ReportError) throw invalid('REPORT_UNUSABLE', error.message);
      throw error;
    }
  }
}

const invalid = (reason: string, message: string): DomainError =>
  new DomainError('invalid', reason, message, { violations: [{ field: 'report', description: message }] });

const forVersion = (findings: StoredFinding[], { testcases }: { testcases: Record<string, unknown> }) =>
  findings.filter(({ testcase }) => testcase in testcases);
