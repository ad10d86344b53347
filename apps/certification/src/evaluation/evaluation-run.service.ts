import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { uuid7 } from '@scs/database';
import { cleanupProbes, inspectCloud, inspectCluster } from '@scs/inspection';
import { OpenStackError } from '@scs/openstack';
import { DomainError, inject, type Logger } from '@scs/service';
import { expiry, nextLook, type Snapshot } from '@scs/standards';
import { DataSource, IsNull, type EntityManager } from 'typeorm';
import { ScopeCatalogue } from '../scope/scope-catalogue.ts';
import { Credentials } from '../subject/credential.ts';
import { SubjectEntity } from '../subject/subject.entity.ts';
import { newestResults } from '../subject/subject.queries.ts';
import { CLOCK, LOGGER, type Clock } from '../tokens.ts';
import { EvaluationEntity, FindingEntity, ResultEntity, SnapshotEntity } from './evaluation.entity.ts';
import { beat, claim, giveBack } from './evaluation.queries.ts';
import { judgeSnapshot, type Judgement } from './judge-snapshot.ts';

const beatEveryMs = 1000;
/** After a look that failed the next one comes sooner than a lifetime. */
const retryAfterMs = 3_600_000;

/** Why a run ends early. */
class Stopped extends Error {
  readonly why: 'cancelled' | 'lost' | 'stopping';
  constructor(why: Stopped['why']) {
    super(why);
    this.why = why;
  }
}

/** Carries evaluations out: gathers a snapshot, lets the standards library judge it, stores both. */
@Injectable()
export class EvaluationRunService {
  readonly #database: DataSource;
  readonly #catalogue: ScopeCatalogue;
  readonly #credentials: Credentials;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #stopping = new AbortController();
  constructor(
    database: DataSource,
    catalogue: ScopeCatalogue,
    credentials: Credentials,
    @Inject(CLOCK) clock: Clock,
    @Inject(LOGGER) logger: Logger,
  ) {
    this.#database = database;
    this.#catalogue = catalogue;
    this.#credentials = credentials;
    this.#clock = clock;
    this.#logger = logger;
  }

  /** Runs give their evaluation back: probes clean up first. */
  stop(): void {
    this.#stopping.abort(new Stopped('stopping'));
  }

  /** Carries out everything that waits for a subject. Throws, to be tried again, where its cloud did not answer. */
  async runQueued(subjectId: string, isLastAttempt: boolean): Promise<void> {
    const runId = randomUUID();
    const tried: string[] = [];
    let unanswered: unknown;
    while (!this.#stopping.signal.aborted) {
      const evaluation = await claim(this.#database.manager, subjectId, runId, tried);
      if (!evaluation) break;
      tried.push(evaluation.id);
      await this.#run(evaluation, runId, isLastAttempt).catch((error: unknown) => (unanswered = error));
    }
    if (unanswered !== undefined) throw unanswered;
  }

  async #run(evaluation: EvaluationEntity, runId: string, isLastAttempt: boolean): Promise<void> {
    const { manager } = this.#database;
    const subject = await manager.findOneBy(SubjectEntity, { id: evaluation.subjectId });
    // Removed since, and the evaluation with it.
    if (!subject) return;
    const stop = new AbortController();
    const heart = setInterval(() => {
      void beat(manager, evaluation.id, runId).then(
        (alive) => {
          if (!alive) stop.abort(new Stopped('lost'));
          else if (alive.cancelRequested) stop.abort(new Stopped('cancelled'));
        },
        // The database may be away for a moment; the run goes on and is counted lost only if another took it.
        () => undefined,
      );
    }, beatEveryMs);
    const signal = AbortSignal.any([stop.signal, this.#stopping.signal]);
    const end = (change: Partial<EvaluationEntity>) =>
      manager.update(EvaluationEntity, { id: evaluation.id, runId }, { progress: null, ...change });
    try {
      const { snapshot, snapshotId } = await this.#gather(subject, evaluation, runId, signal);
      const at = evaluation.askedAt ?? this.#clock();
      const scope = this.#catalogue.get(evaluation.scope);
      const judgement = judgeSnapshot(scope, snapshot, evaluation.askedVersions, at, evaluation.mode);
      await this.#database.transaction((transaction) =>
        this.#store(
          transaction,
          subject,
          Object.assign(evaluation, { runId, at, snapshotId }),
          snapshot,
          judgement,
        ),
      );
    } catch (error) {
      const now = this.#clock();
      // A request that the signal cut off says so in words of its own.
      const stopped: unknown = signal.aborted ? signal.reason : error;
      if (stopped instanceof Stopped) {
        if (stopped.why === 'cancelled') await end({ state: 'CANCELLED', endTime: now });
        else if (stopped.why === 'stopping')
          await giveBack(manager, evaluation.id, runId, { now, error: null });
        return;
      }
      const mayPass =
        (error instanceof OpenStackError || isKubernetesError(error)) &&
        /^(?:unreachable|timeout|server-error)$/.test(error.reason);
      if (mayPass && !isLastAttempt) {
        if (!(await giveBack(manager, evaluation.id, runId, { now, error: error.message }))) return;
        throw new DomainError('unavailable', 'SUBJECT_UNREACHABLE', error.message, { cause: error });
      }
      const known =
        error instanceof DomainError || error instanceof OpenStackError || isKubernetesError(error);
      const message = known
        ? error.message
        : 'something went wrong inside; the log of the service has the details';
      const { affected } = await end({ state: 'FAILED', error: message, endTime: now });
      if (!affected) return;
      this.#logger.warn({ subject: subject.id, evaluation: evaluation.id, err: error }, 'evaluation failed');
      await manager.update(
        SubjectEntity,
        { id: subject.id, scheduled: true },
        { nextEvaluationTime: new Date(now.getTime() + retryAfterMs) },
      );
      if (!known) throw error;
    } finally {
      clearInterval(heart);
    }
  }

  /** The stored snapshot that was asked for, or a new one of the cloud or cluster. */
  async #gather(
    subject: SubjectEntity,
    evaluation: EvaluationEntity,
    runId: string,
    signal: AbortSignal,
  ): Promise<{ snapshot: Snapshot; snapshotId: string }> {
    const { manager } = this.#database;
    if (evaluation.trigger === 'REEVALUATION') {
      const id = evaluation.snapshotId ?? '';
      const stored = await manager.findOneByOrFail(SnapshotEntity, { id });
      return { snapshot: stored.content, snapshotId: id };
    }
    const inspection = {
      subject: subject.id,
      now: this.#clock,
      signal,
      onProgress: (step: string, done: number, total: number) =>
        void manager
          .update(
            EvaluationEntity,
            { id: evaluation.id, runId, state: 'RUNNING' },
            { progress: { step, done, total } },
          )
          .catch(() => undefined),
    };
    if (subject.kubeconfig !== null) {
      const kubeconfig = await this.#credentials.kubeconfig(subject.kubeconfig, subject.tenant);
      const snapshot = await inspectCluster(kubeconfig, inspection);
      return { snapshot, snapshotId: uuid7(this.#clock().getTime()) };
    }
    const cloud = await this.#credentials.cloud(subject.osCloud ?? '', subject.tenant);
    // A run that was killed in the middle of its probes left things behind. No other run of this subject is at work.
    const isTakenUp = evaluation.startTime !== null && evaluation.startTime < new Date(Date.now() - 5000);
    if (evaluation.probes && isTakenUp) await cleanupProbes(cloud, { olderThanMs: 0, now: this.#clock });
    const snapshot = await inspectCloud(cloud, {
      ...inspection,
      probes: evaluation.probes,
      headers: inject(),
    });
    return { snapshot, snapshotId: uuid7(this.#clock().getTime()) };
  }

  async #store(
    manager: EntityManager,
    subject: SubjectEntity,
    evaluation: EvaluationEntity,
    snapshot: Snapshot,
    { represented, versions, findings }: Judgement,
  ): Promise<void> {
    const { id, runId, at, snapshotId } = evaluation;
    const now = this.#clock();
    const looked = evaluation.trigger !== 'REEVALUATION';
    const there: unknown[] = await manager.query('SELECT 1 FROM subject WHERE id = $1 FOR KEY SHARE', [
      subject.id,
    ]);
    if (there.length === 0) throw new Stopped('lost');
    if (looked)
      await manager.insert(SnapshotEntity, {
        id: snapshotId!,
        subjectId: subject.id,
        takeTime: new Date(snapshot.takenAt),
        content: snapshot,
      } as object);
    const { affected } = await manager.update(EvaluationEntity, { id, runId }, {
      state: 'DONE',
      at,
      snapshotId,
      version: represented.version,
      result: represented.result,
      versions,
      findingCount: findings.length,
      requests: looked ? snapshot.requests : 0,
      progress: null,
      error: null,
      endTime: now,
    } as object);
    if (!affected) throw new Stopped('lost');
    for (let from = 0; from < findings.length; from += 500)
      await manager.insert(
        FindingEntity,
        findings.slice(from, from + 500).map((content, index) => ({
          evaluationId: id,
          position: from + index,
          testcase: content.testcase,
          content,
        })) as object[],
      );
    // Only a look at the subject as it is now, judged as certificates are, counts for its status.
    if (
      looked &&
      evaluation.mode === 'upstream' &&
      evaluation.askedAt === null &&
      (await hasCredentialOf(manager, subject))
    )
      await this.#storeResults(manager, subject, evaluation, versions, new Date(snapshot.takenAt));
    if (subject.scheduled)
      await manager.update(
        SubjectEntity,
        // Nobody may have taken it off the schedule meanwhile.
        { id: subject.id, scheduled: true },
        { nextEvaluationTime: await this.#nextLook(manager, subject, evaluation, versions, now) },
      );
  }

  /** What a look just tried without a result counts as tried, or a subject would be looked at without pause. */
  async #nextLook(
    manager: EntityManager,
    subject: SubjectEntity,
    { probes }: EvaluationEntity,
    versions: Judgement['versions'],
    now: Date,
  ): Promise<Date | null> {
    const scope = this.#catalogue.get(subject.scope);
    const renewable = subject.probes ? (['automatic', 'probe'] as const) : (['automatic'] as const);
    const tried = scope.testcases
      .filter(
        ({ id, evidence }) =>
          (evidence !== 'probe' || probes) && versions.some(({ testcases }) => id in testcases),
      )
      .map(({ id }) => ({ testcase: id, result: 'MISS' as const, checkedAt: now, expiresAt: now }));
    const results = await newestResults(manager, subject, now);
    const next = nextLook(scope, [...tried, ...results], now, renewable);
    const soonest = new Date(now.getTime() + retryAfterMs);
    return next === null || next > soonest ? next : soonest;
  }

  async #storeResults(
    manager: EntityManager,
    subject: SubjectEntity,
    { id }: EvaluationEntity,
    versions: Judgement['versions'],
    checkTime: Date,
  ): Promise<void> {
    const scope = this.#catalogue.get(subject.scope);
    const lifetimes = new Map(scope.testcases.map((testcase) => [testcase.id, testcase.lifetime]));
    const verdicts = new Map(versions.toReversed().flatMap(({ testcases }) => Object.entries(testcases)));
    const rows = [...verdicts]
      .filter(([, result]) => result !== 'MISS')
      .map(([testcase, result]) => ({
        evaluationId: id,
        testcase,
        subjectId: subject.id,
        scope: scope.id,
        result,
        checkTime,
        expireTime: expiry(checkTime, lifetimes.get(testcase) ?? null),
      }));
    if (rows.length > 0) await manager.insert(ResultEntity, rows);
  }
}

/** Whether the subject still is the cloud or cluster that was looked at. */
const hasCredentialOf = (
  manager: EntityManager,
  { id, osCloud, kubeconfig }: SubjectEntity,
): Promise<boolean> =>
  manager.existsBy(SubjectEntity, { id, osCloud: osCloud ?? IsNull(), kubeconfig: kubeconfig ?? IsNull() });

/** `@scs/kubernetes` takes a second to load, so only its errors’ name is known here. */
const isKubernetesError = (error: unknown): error is Error & { reason: string } =>
  error instanceof Error && error.name === 'KubernetesError' && 'reason' in error;
