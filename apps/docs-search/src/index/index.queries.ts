import type { Labels, ParsedFile } from '@scs/doc-index';
import type { DataSource } from 'typeorm';

/** What the index needs to know of a source. */
export interface IndexedSource {
  id: string;
  /** Changes with everything below, and with the documents. */
  generation: string;
  labels: Labels;
  linkTemplate: string;
  commit: string;
}

/** Every source, and what other services know of test cases as one more each. Cheap: asked once a second. */
export async function readSources(database: DataSource): Promise<IndexedSource[]> {
  const rows: (Labels & { id: string; key: string; commit: string; link_template: string })[] =
    await database.query(
      `SELECT id, generation || '/' || extract(epoch FROM create_time) AS key, component, audience, language, version,
              access, link_template, commit
         FROM source ORDER BY id`,
    );
  const imports: { origin: string; key: string }[] = await database.query(
    `SELECT origin, generation || '/' || extract(epoch FROM import_time) AS key FROM testcase_import ORDER BY origin`,
  );
  return [
    ...rows.map(({ id, key, link_template: linkTemplate, commit, ...labels }) => ({
      id,
      generation: key,
      labels: {
        component: labels.component,
        audience: labels.audience,
        language: labels.language,
        version: labels.version,
        access: labels.access,
      },
      linkTemplate,
      commit,
    })),
    ...imports.map(({ origin, key }) => ({
      id: `${importPrefix}${origin}`,
      generation: key,
      labels: { component: origin, audience: '', language: 'en', version: '', access: 'public' },
      linkTemplate: '',
      commit: '',
    })),
  ];
}

/** No id of a source begins so. */
const importPrefix = 'import:';

/** The documents of a source that are newer than a generation, and the paths of all. */
export async function readDocuments(
  database: DataSource,
  id: string,
  after: string,
): Promise<{ paths: ReadonlySet<string>; documents: { path: string; content: ParsedFile }[] }> {
  if (id.startsWith(importPrefix)) {
    const origin = id.slice(importPrefix.length);
    const documents: { path: string; content: ParsedFile }[] = await database.query(
      'SELECT origin AS path, content FROM testcase_import WHERE origin = $1',
      [origin],
    );
    return { paths: new Set(documents.map(({ path }) => path)), documents };
  }
  const [paths, documents]: [{ path: string }[], { path: string; content: ParsedFile }[]] = await Promise.all(
    [
      database.query('SELECT path FROM document WHERE source_id = $1', [id]),
      database.query('SELECT path, content FROM document WHERE source_id = $1 AND generation > $2', [
        id,
        after,
      ]),
    ],
  );
  return { paths: new Set(paths.map(({ path }) => path)), documents };
}
