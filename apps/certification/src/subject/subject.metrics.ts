import { metrics } from '@scs/service';
import { Gauge } from 'prom-client';
import type { DataSource } from 'typeorm';
import { standing, type Result } from '@scs/standards';
import type { ScopeCatalogue } from '../scope/scope-catalogue.ts';
import { SubjectEntity } from './subject.entity.ts';
import { newestResults } from './subject.queries.ts';

const values = { PASS: 1, ABORT: 0, FAIL: -1 } as const satisfies Partial<Record<Result, number>>;
const most = 1000;

/**
 * Where subjects stand, for alerts: 1 PASS, 0 ABORT, -1 FAIL, NaN nothing valid; and when the first of the results that count expires.
 * Asked of the database when metrics are scraped, for the first thousand subjects; while it is away there are none, and the others are
 * there all the same.
 */
export function observeSubjects(
  database: DataSource,
  catalogue: ScopeCatalogue,
  clock: () => Date,
): () => void {
  let asking: Promise<void> | undefined;
  // Both gauges are scraped at once, and one look answers both.
  const collect = () =>
    (asking ??= look()
      .catch(forget)
      .finally(() => (asking = undefined)));
  const registers = [metrics.registry];
  const result = new Gauge({
    name: 'scs_cp_compliance_check_result',
    help: 'Verdict of a subject under a version: 1 PASS, 0 ABORT, -1 FAIL, NaN not determined',
    labelNames: ['subject_scope', 'version'],
    registers,
    collect,
  });
  const expiry = new Gauge({
    name: 'scs_cp_certificate_expiry_timestamp_seconds',
    help: 'When the first of the results that make a subject’s verdict expires',
    labelNames: ['subject_scope'],
    registers,
    collect,
  });
  function forget(): void {
    result.reset();
    expiry.reset();
  }
  async function look(): Promise<void> {
    const subjects = await database.manager.find(SubjectEntity, { order: { id: 'ASC' }, take: most });
    forget();
    for (const subject of subjects) {
      const now = clock();
      const results = await newestResults(database.manager, subject, now);
      const label = `${subject.id}/${subject.scope}`;
      const { represented, versions } = standing(catalogue.get(subject.scope), results, now);
      for (const { version, result: verdict } of versions)
        result.set({ subject_scope: label, version }, verdict === 'MISS' ? Number.NaN : values[verdict]);
      const counted = results.filter(({ testcase }) => testcase in (represented?.testcases ?? {}));
      const first = Math.min(...counted.map(({ expiresAt }) => expiresAt.getTime()));
      if (Number.isFinite(first)) expiry.set({ subject_scope: label }, first / 1000);
    }
  }
  return () => {
    for (const name of ['scs_cp_compliance_check_result', 'scs_cp_certificate_expiry_timestamp_seconds'])
      metrics.registry.removeSingleMetric(name);
  };
}
