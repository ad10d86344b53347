import { fromJson, type JsonValue } from '@bufbuild/protobuf';
import type { ParsedFile } from '@scs/doc-index';
import type { JobDeclaration } from '@scs/jobs';
import { ImportTestcasesJobSchema } from '@scs/proto/scs/docs/v1/job_pb';
import type { DataSource } from 'typeorm';
import { nextGeneration, toStorableJson } from '../source/source.queries.ts';

type Testcases = ParsedFile['testcases'];

/** What another service knows of test cases, and of the messages that are printed when these are not met. */
export const importTestcases: JobDeclaration<{ origin: string; testcases: Testcases }> = {
  queue: 'docs-search-testcases',
  name: 'import-testcases',
  attempts: 5,
  backoffMs: 2000,
  concurrency: 1,
  parse: (payload) => {
    const { origin, testcases } = fromJson(ImportTestcasesJobSchema, payload as JsonValue);
    return {
      origin,
      testcases: testcases.map(({ id, description, url, messages }) => ({ id, description, url, messages })),
    };
  },
};

/** Takes the place of what the origin sent before. The same once more changes nothing. */
export async function storeTestcases(
  database: DataSource,
  { origin, testcases }: { origin: string; testcases: Testcases },
  now: Date,
): Promise<void> {
  const content: ParsedFile = { pages: [], testcases };
  await database.query(
    `INSERT INTO testcase_import (origin, content, generation, import_time) VALUES ($1, $2, $3, $4)
     ON CONFLICT (origin) DO UPDATE SET content = excluded.content, generation = excluded.generation,
       import_time = excluded.import_time WHERE testcase_import.content::text <> excluded.content::text`,
    [origin, toStorableJson(content), await nextGeneration(database.manager), now],
  );
}
