import { create, fromJson, toJson, type JsonObject, type JsonValue } from '@bufbuild/protobuf';
import type { JobDeclaration, Jobs } from '@scs/jobs';
import { ImportTestcasesJobSchema } from '@scs/proto/scs/docs/v1/job_pb';
import { documentedTestcases } from '@scs/standards';

/** Carried out by docs-search: with what is printed when a test case is not met, an error leads to its page. */
const importTestcases: JobDeclaration<JsonObject> = {
  queue: 'docs-search-testcases',
  name: 'import-testcases',
  attempts: 5,
  backoffMs: 5000,
  concurrency: 1,
  parse: (payload) =>
    toJson(ImportTestcasesJobSchema, fromJson(ImportTestcasesJobSchema, payload as JsonValue)) as JsonObject,
};

const origin = 'certification';

/** Tells docs-search, whenever it listens, all that is known of test cases. */
export function tellTestcases(jobs: Jobs): Promise<void> {
  const testcases = documentedTestcases().map(({ messages, ...testcase }) => ({
    ...testcase,
    messages: [...messages],
  }));
  const payload = create(ImportTestcasesJobSchema, { origin, testcases });
  return jobs.enqueue(importTestcases, toJson(ImportTestcasesJobSchema, payload) as JsonObject, origin);
}
