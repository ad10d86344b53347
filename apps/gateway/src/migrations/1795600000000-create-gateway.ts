import { createAuditTable } from '@scs/database';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateGateway1795600000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE api_token (
        id uuid PRIMARY KEY,
        hash bytea NOT NULL,
        display_name text NOT NULL,
        roles text[] NOT NULL,
        tenant text,
        owner text NOT NULL,
        owner_tenant text,
        create_time timestamptz NOT NULL,
        expire_time timestamptz NOT NULL,
        last_used_time timestamptz,
        revoke_time timestamptz
      );
      CREATE INDEX api_token_owner ON api_token (owner, id DESC);
      ${createAuditTable}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE audit, api_token');
  }
}
