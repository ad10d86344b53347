import { createAuditTable } from '@scs/database';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateDocsSearch1795800000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE source (
        id text PRIMARY KEY,
        display_name text NOT NULL,
        kind text NOT NULL,
        location text NOT NULL,
        revision text NOT NULL,
        credential text NOT NULL,
        component text NOT NULL,
        audience text NOT NULL,
        language text NOT NULL,
        version text NOT NULL,
        access text NOT NULL,
        link_template text NOT NULL,
        folders text[] NOT NULL,
        sync_seconds integer,
        built_in boolean NOT NULL,
        state text NOT NULL,
        error text NOT NULL,
        progress jsonb,
        commit text NOT NULL,
        generation bigint NOT NULL,
        sync_time timestamptz,
        next_sync_time timestamptz,
        page_count integer NOT NULL,
        section_count integer NOT NULL,
        problem_count integer NOT NULL,
        run_id uuid,
        heartbeat_time timestamptz,
        request_time timestamptz NOT NULL,
        create_time timestamptz NOT NULL,
        update_time timestamptz NOT NULL
      );
      CREATE INDEX source_next_sync ON source (next_sync_time);
      CREATE SEQUENCE generation;

      CREATE TABLE document (
        source_id text NOT NULL REFERENCES source ON DELETE CASCADE,
        path text NOT NULL,
        hash text NOT NULL,
        reader integer NOT NULL,
        size integer NOT NULL,
        page_count integer NOT NULL,
        section_count integer NOT NULL,
        content json NOT NULL,
        generation bigint NOT NULL,
        PRIMARY KEY (source_id, path)
      );

      CREATE TABLE document_version (
        source_id text NOT NULL REFERENCES source ON DELETE CASCADE,
        path text NOT NULL,
        first_seen timestamptz NOT NULL,
        last_seen timestamptz,
        hash text NOT NULL,
        commit text NOT NULL,
        PRIMARY KEY (source_id, path, first_seen)
      );
      CREATE INDEX document_version_current ON document_version (source_id, path) WHERE last_seen IS NULL;

      CREATE TABLE problem (
        source_id text NOT NULL REFERENCES source ON DELETE CASCADE,
        position integer NOT NULL,
        file text NOT NULL,
        message text NOT NULL,
        PRIMARY KEY (source_id, position)
      );

      CREATE TABLE testcase_import (
        origin text PRIMARY KEY,
        content json NOT NULL,
        generation bigint NOT NULL,
        import_time timestamptz NOT NULL
      );

      CREATE TABLE query (
        id uuid PRIMARY KEY,
        time timestamptz NOT NULL,
        text text NOT NULL,
        session text,
        match text NOT NULL,
        hit_count integer NOT NULL,
        coverage real NOT NULL,
        poor boolean NOT NULL,
        top_page text
      );
      CREATE INDEX query_time ON query (time);

      CREATE TABLE click (
        query_id uuid NOT NULL REFERENCES query ON DELETE CASCADE,
        page text NOT NULL,
        anchor text NOT NULL,
        position integer NOT NULL,
        time timestamptz NOT NULL
      );
      -- Of the hash: page and anchor come from strangers, and may be longer than an index takes.
      CREATE UNIQUE INDEX click_once ON click (query_id, md5(page || '#' || anchor));

      CREATE TABLE query_day (
        day date NOT NULL,
        text text NOT NULL,
        count integer NOT NULL,
        poor integer NOT NULL,
        clicks integer NOT NULL,
        top_page text,
        PRIMARY KEY (day, text)
      );
      ${createAuditTable}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `DROP TABLE audit, query_day, click, query, testcase_import, problem, document_version, document, source;
       DROP SEQUENCE generation`,
    );
  }
}
