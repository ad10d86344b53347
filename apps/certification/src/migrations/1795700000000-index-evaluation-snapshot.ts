import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Removing a subject looks for the evaluations of each of its snapshots. */
export class IndexEvaluationSnapshot1795700000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX evaluation_snapshot ON evaluation (snapshot_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX evaluation_snapshot');
  }
}
