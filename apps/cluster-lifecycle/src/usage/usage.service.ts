import { metersOf, planMeters, releaseTagOf, topologyOf, type OpenMeter } from '@scs/cluster-stacks';
import type { DataSource, EntityManager } from 'typeorm';
import type { Fleet, Seen } from '../fleet.ts';
import type { Tenants } from '../tenant/tenant.ts';
import { writeOutbox } from './outbox.ts';
import { readyEvent, usageEvent } from './usage.jobs.ts';

/** One process at a time works on the meters. */
const lock = 'SELECT pg_advisory_xact_lock(hashtext(current_schema()))';

/** Meters what clusters use, and announces those that have become ready. What is told is written in the transaction of what was noted. */
export class UsageService {
  readonly #database: DataSource;
  readonly #fleet: Fleet;
  readonly #tenants: Tenants;
  readonly #clock: () => Date;
  constructor(database: DataSource, fleet: Fleet, tenants: Tenants, clock: () => Date) {
    this.#database = database;
    this.#fleet = fleet;
    this.#tenants = tenants;
    this.#clock = clock;
  }

  /** Compares what is used with what was noted. Does nothing before all clusters are known: what is unknown would look gone. */
  async meter(): Promise<void> {
    if (!this.#fleet.complete) return;
    const now = this.#clock();
    const clusters = this.#ofTenants();
    await this.#database.transaction(async (manager) => {
      await manager.query(lock);
      const open: OpenMeter[] = await manager.query(
        'SELECT resource, meter, tenant, owner, count, attributes, since FROM meter',
      );
      const used = clusters.flatMap(({ tenant, facts }) => metersOf(tenant, facts));
      const plan = planMeters(open, used, now);
      await writeOutbox(manager, 'usage', plan.segments.map(usageEvent), now);
      await manager.query('DELETE FROM meter WHERE resource = ANY($1)', [plan.closed]);
      for (const meter of plan.open) await writeMeter(manager, meter);
      await this.#announce(manager, clusters, now);
    });
  }

  #ofTenants(): (Seen & { tenant: string })[] {
    return this.#fleet.clusters.flatMap((seen) => {
      const tenant = this.#tenants.tenantOf(seen.cluster.metadata.namespace ?? '');
      return tenant === undefined ? [] : [{ ...seen, tenant }];
    });
  }

  /** Once for each version of Kubernetes that a cluster became ready with. */
  async #announce(
    manager: EntityManager,
    clusters: readonly (Seen & { tenant: string })[],
    now: Date,
  ): Promise<void> {
    for (const { tenant, cluster, explanation } of clusters) {
      if (explanation.state !== 'READY') continue;
      const { uid = '', name } = cluster.metadata;
      const kubernetesVersion = topologyOf(cluster)?.version ?? '';
      const isNew: unknown[] = await manager.query(
        `INSERT INTO announced_cluster (uid, kubernetes_version, announce_time) VALUES ($1, $2, $3)
         ON CONFLICT (uid) DO UPDATE SET kubernetes_version = excluded.kubernetes_version, announce_time = excluded.announce_time
           WHERE announced_cluster.kubernetes_version <> excluded.kubernetes_version
         RETURNING uid`,
        [uid, kubernetesVersion, now],
      );
      if (isNew.length === 0) continue;
      const release = releaseTagOf(cluster) ?? '';
      const event = readyEvent({ tenant, cluster: name, kubernetesVersion, release, readyTime: now });
      await writeOutbox(manager, 'ready', [event], now);
    }
    const known = clusters.map(({ cluster }) => cluster.metadata.uid ?? '');
    await manager.query('DELETE FROM announced_cluster WHERE NOT uid = ANY($1)', [known]);
  }
}

const writeMeter = (manager: EntityManager, meter: OpenMeter): Promise<unknown> =>
  manager.query(
    `INSERT INTO meter (resource, meter, tenant, owner, count, attributes, since) VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (resource) DO UPDATE SET tenant = excluded.tenant, count = excluded.count,
       attributes = excluded.attributes, since = excluded.since`,
    [
      meter.resource,
      meter.meter,
      meter.tenant,
      meter.owner,
      meter.count,
      JSON.stringify(meter.attributes),
      meter.since,
    ],
  );
