import { Inject, Injectable } from '@nestjs/common';
import { DomainError, type Logger } from '@scs/service';
import { DataSource } from 'typeorm';
import { EvaluationService } from '../evaluation/evaluation.service.ts';
import { CLOCK, LOGGER, type Clock } from '../tokens.ts';
import type { ReadyCluster } from './cluster.jobs.ts';
import { Credentials } from './credential.ts';
import { SubjectEntity } from './subject.entity.ts';

const creator = 'cluster-lifecycle';

/** Clusters of tenants become subjects by themselves: `<tenant>-<cluster>`, with the kubeconfig `<tenant>.<cluster>`. */
@Injectable()
export class ClusterSubjectService {
  readonly #database: DataSource;
  readonly #credentials: Credentials;
  readonly #evaluations: EvaluationService;
  readonly #clock: Clock;
  readonly #logger: Logger;
  constructor(
    database: DataSource,
    credentials: Credentials,
    evaluations: EvaluationService,
    @Inject(CLOCK) clock: Clock,
    @Inject(LOGGER) logger: Logger,
  ) {
    this.#database = database;
    this.#credentials = credentials;
    this.#evaluations = evaluations;
    this.#clock = clock;
    this.#logger = logger;
  }

  /** Makes the subject where it is not there, and evaluates it. Throws `unavailable` as long as the kubeconfig is missing. */
  async certify(ready: ReadyCluster): Promise<void> {
    const { tenant, cluster, readyTime } = ready;
    const kubeconfig = `${tenant}.${cluster}`;
    await this.#credentials.kubeconfig(kubeconfig, tenant).catch((error: unknown) => {
      throw new DomainError(
        'unavailable',
        'KUBECONFIG_NOT_YET',
        `the kubeconfig ${kubeconfig} is not in the folder yet; cluster-lifecycle writes it with KUBECONFIG_EXPORT_DIR`,
        { cause: error },
      );
    });
    const id = `${tenant}-${cluster}`;
    await this.#insert(id, tenant, cluster, kubeconfig);
    const subject = await this.#database.manager.findOneByOrFail(SubjectEntity, { id });
    if (subject.tenant !== tenant || subject.kubeconfig !== kubeconfig) {
      this.#logger.warn(
        { subject: id, tenant },
        'the cluster is not certified: its name is another subject’s',
      );
      return;
    }
    // A message that comes twice asks once.
    const requestId = `${creator}/${id}/${readyTime}`;
    await this.#evaluations.request(subject, { trigger: 'REQUEST', creator, requestId });
  }

  async #insert(id: string, tenant: string, cluster: string, kubeconfig: string): Promise<void> {
    const now = this.#clock();
    await this.#database.manager
      .createQueryBuilder()
      .insert()
      .into(SubjectEntity)
      .values({
        id,
        displayName: cluster,
        scope: 'kaas',
        osCloud: null,
        kubeconfig,
        probes: false,
        scheduled: true,
        public: false,
        tenant,
        createTime: now,
        updateTime: now,
        nextEvaluationTime: null,
      })
      .orIgnore()
      .execute();
  }
}
