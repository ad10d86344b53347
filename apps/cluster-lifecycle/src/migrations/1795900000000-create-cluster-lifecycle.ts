import { createAuditTable } from '@scs/database';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateClusterLifecycle1795900000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE meter (
        resource text PRIMARY KEY,
        meter text NOT NULL,
        tenant text NOT NULL,
        owner text NOT NULL,
        count integer NOT NULL,
        attributes jsonb NOT NULL,
        since timestamptz NOT NULL
      );

      CREATE TABLE outbox (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        topic text NOT NULL,
        payload jsonb NOT NULL,
        create_time timestamptz NOT NULL
      );
      CREATE INDEX outbox_topic ON outbox (topic, id);

      -- Which version of Kubernetes a cluster was last announced with, so that each is announced once.
      CREATE TABLE announced_cluster (
        uid text PRIMARY KEY,
        kubernetes_version text NOT NULL,
        announce_time timestamptz NOT NULL
      );
      ${createAuditTable}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE audit, announced_cluster, outbox, meter');
  }
}
