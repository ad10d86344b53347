import { createAuditTable } from '@scs/database';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateCertification1795500000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE subject (
        id text PRIMARY KEY,
        display_name text NOT NULL,
        scope text NOT NULL,
        os_cloud text,
        kubeconfig text,
        probes boolean NOT NULL,
        scheduled boolean NOT NULL,
        public boolean NOT NULL,
        tenant text,
        create_time timestamptz NOT NULL,
        update_time timestamptz NOT NULL,
        next_evaluation_time timestamptz,
        CHECK ((os_cloud IS NULL) <> (kubeconfig IS NULL))
      );
      CREATE INDEX subject_tenant ON subject (tenant, id);
      CREATE INDEX subject_next_evaluation ON subject (next_evaluation_time) WHERE scheduled;

      CREATE TABLE snapshot (
        id uuid PRIMARY KEY,
        subject_id text NOT NULL REFERENCES subject ON DELETE CASCADE,
        take_time timestamptz NOT NULL,
        content jsonb NOT NULL
      );
      CREATE INDEX snapshot_subject ON snapshot (subject_id, id);

      CREATE TABLE evaluation (
        id uuid PRIMARY KEY,
        subject_id text NOT NULL REFERENCES subject ON DELETE CASCADE,
        scope text NOT NULL,
        state text NOT NULL,
        trigger text NOT NULL,
        mode text NOT NULL,
        asked_at timestamptz,
        at timestamptz,
        asked_versions text[] NOT NULL,
        probes boolean NOT NULL,
        version text,
        result text,
        versions jsonb NOT NULL,
        snapshot_id uuid REFERENCES snapshot ON DELETE SET NULL,
        finding_count integer NOT NULL,
        requests integer NOT NULL,
        progress jsonb,
        error text,
        creator text NOT NULL,
        request_id text,
        cancel_requested boolean NOT NULL,
        run_id uuid,
        heartbeat_time timestamptz,
        create_time timestamptz NOT NULL,
        start_time timestamptz,
        end_time timestamptz,
        UNIQUE (subject_id, request_id)
      );
      CREATE INDEX evaluation_subject ON evaluation (subject_id, id DESC);
      CREATE INDEX evaluation_open ON evaluation (create_time) WHERE state IN ('QUEUED', 'RUNNING');

      CREATE TABLE finding (
        evaluation_id uuid NOT NULL REFERENCES evaluation ON DELETE CASCADE,
        position integer NOT NULL,
        testcase text NOT NULL,
        content jsonb NOT NULL,
        PRIMARY KEY (evaluation_id, position)
      );

      CREATE TABLE result (
        evaluation_id uuid NOT NULL REFERENCES evaluation ON DELETE CASCADE,
        testcase text NOT NULL,
        subject_id text NOT NULL REFERENCES subject ON DELETE CASCADE,
        scope text NOT NULL,
        result text NOT NULL,
        check_time timestamptz NOT NULL,
        expire_time timestamptz NOT NULL,
        PRIMARY KEY (evaluation_id, testcase)
      );
      CREATE INDEX result_newest ON result (subject_id, testcase, check_time DESC);
      ${createAuditTable}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE audit, result, finding, evaluation, snapshot, subject');
  }
}
