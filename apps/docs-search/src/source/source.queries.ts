import type { ParsedFile } from '@scs/doc-index';
import { DomainError } from '@scs/service';
import type { EntityManager } from 'typeorm';
import { SourceEntity } from './source.entity.ts';

export const sourceNotFound = (id: string): DomainError =>
  new DomainError('not-found', 'SOURCE_NOT_FOUND', `there is no source ${id}; list those that there are`, {
    metadata: { source: id },
  });

export async function findSource(manager: EntityManager, id: string): Promise<SourceEntity> {
  const source = await manager.findOneBy(SourceEntity, { id });
  if (source) return source;
  throw sourceNotFound(id);
}

/** Newer than any that was given before. */
export async function nextGeneration(manager: EntityManager): Promise<string> {
  const [row]: { value: string }[] = await manager.query(`SELECT nextval('generation') AS value`);
  return row!.value;
}

/** Takes a source for the run of that id. Null where there is no such source, or another run is at work on it. */
export async function claim(manager: EntityManager, id: string, runId: string): Promise<SourceEntity | null> {
  const [rows]: [unknown[], number] = await manager.query(
    `UPDATE source SET state = 'SYNCING', run_id = $2, heartbeat_time = now(), progress = NULL
      WHERE id = $1 AND (state <> 'SYNCING' OR heartbeat_time < now() - interval '10 seconds') RETURNING id`,
    [id, runId],
  );
  return rows.length > 0 ? manager.findOneBy(SourceEntity, { id }) : null;
}

/** JSON that Postgres takes: it knows neither NUL characters nor halves of surrogate pairs. */
export const toStorableJson = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) => (typeof part === 'string' ? storable(part) : part));

export const storable = (text: string): string => text.toWellFormed().replaceAll('\u0000', '\uFFFD');

/** A file as it was read: what is kept of it. */
export interface ReadDocument {
  path: string;
  hash: string;
  size: number;
  content: ParsedFile;
}

/** Hash by path of what is kept and was read by the present reader. */
export async function knownHashes(
  manager: EntityManager,
  sourceId: string,
  reader: number,
): Promise<Map<string, string>> {
  const rows: { path: string; hash: string; reader: number }[] = await manager.query(
    'SELECT path, hash, reader FROM document WHERE source_id = $1',
    [sourceId],
  );
  return new Map(rows.map((row) => [row.path, row.reader === reader ? row.hash : '']));
}

/** Puts these documents in the place of what is kept under their paths, and forgets the removed ones. */
export async function storeDocuments(
  manager: EntityManager,
  sourceId: string,
  documents: readonly ReadDocument[],
  removed: readonly string[],
  { reader, generation, commit, now }: { reader: number; generation: string; commit: string; now: Date },
): Promise<void> {
  const gone = [...removed, ...documents.map(({ path }) => path)];
  if (removed.length > 0)
    await manager.query('DELETE FROM document WHERE source_id = $1 AND path = ANY($2)', [sourceId, removed]);
  await manager.query(
    `UPDATE document_version SET last_seen = $3
      WHERE source_id = $1 AND path = ANY($2) AND last_seen IS NULL`,
    [sourceId, gone, now],
  );
  for (let from = 0; from < documents.length; from += 200) {
    const rows = documents.slice(from, from + 200).map(({ path, hash, size, content }) => ({
      path,
      hash,
      size,
      pages: content.pages.length,
      sections: content.pages.reduce((sum, { sections }) => sum + sections.length, 0),
      content,
    }));
    const json = toStorableJson(rows);
    await manager.query(
      `INSERT INTO document (source_id, path, hash, reader, size, page_count, section_count, content, generation)
       SELECT $1, path, hash, $3, size, pages, sections, content, $4
         FROM json_to_recordset($2) AS row(path text, hash text, size int, pages int, sections int, content json)
       ON CONFLICT (source_id, path) DO UPDATE SET hash = excluded.hash, reader = excluded.reader,
         size = excluded.size, page_count = excluded.page_count, section_count = excluded.section_count,
         content = excluded.content, generation = excluded.generation`,
      [sourceId, json, reader, generation],
    );
    await manager.query(
      `INSERT INTO document_version (source_id, path, hash, commit, first_seen)
       SELECT $1, path, hash, $3, $4 FROM json_to_recordset($2) AS row(path text, hash text)
       ON CONFLICT DO NOTHING`,
      [sourceId, json, commit, now],
    );
  }
}

/** Pages and sections that are kept of a source. */
export async function countPages(
  manager: EntityManager,
  sourceId: string,
): Promise<{ pageCount: number; sectionCount: number }> {
  const [row]: { pages: number; sections: number }[] = await manager.query(
    `SELECT coalesce(sum(page_count), 0)::int AS pages, coalesce(sum(section_count), 0)::int AS sections
       FROM document WHERE source_id = $1`,
    [sourceId],
  );
  return { pageCount: row!.pages, sectionCount: row!.sections };
}
