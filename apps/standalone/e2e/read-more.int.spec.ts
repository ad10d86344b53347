// From a finding of the certification to the section of the documentation that says what is asked for: two services, a queue, one call.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EvaluationService, type Finding } from '@scs/proto/scs/certification/v1/evaluation_pb';
import { SubjectService } from '@scs/proto/scs/certification/v1/subject_pb';
import { SourceService } from '@scs/proto/scs/docs/v1/source_pb';
import { SearchService, type ResolvedError } from '@scs/proto/scs/docs/v1/search_pb';
import { eventually } from '@scs/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { setup, type Setup } from './setup.ts';

let s: Setup;
let admin: { token: string };

beforeAll(async () => {
  s = await setup();
  admin = { token: await s.running.issueToken('platform-admin') };
  const folder = join(s.running.sourcesFolder, 'standards/Standards');
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, 'scs-0103-v1-standard-flavors.md'),
    '---\ntitle: Standard flavors\ntype: Standard\nstabilized_at: 2024-01-01\n---\n## Mandatory\n\nThe flavor SCS-1V-4 must exist.\n',
  );
  await writeFile(
    join(folder, 'scs-0103-w1-standard-flavors-implementation.md'),
    '---\ntitle: Testing of standard flavors\ntype: Supplement\nsupplements:\n  - scs-0103-v1-standard-flavors.md\n---\n## Automated tests\n\nA script lists flavors.\n',
  );
  await s.call(
    SourceService.method.createSource,
    {
      sourceId: 'standards',
      source: {
        location: { case: 'directory', value: 'standards' },
        linkTemplate: 'https://docs.example/{name}',
      },
    },
    admin,
  );
  await s.call(SourceService.method.watchSource, { name: 'sources/standards' }, admin);
});
afterAll(() => s.close());

it('what certification knows of test cases leads from an error to its standard', async () => {
  await eventually(async () => {
    const [{ errors }] = (await s.call(SearchService.method.resolveError, {
      text: 'standard flavor missing: SCS-1V-4',
    })) as unknown as [{ errors: ResolvedError[] }];
    expect(errors[0]).toMatchObject({ testcase: 'scs-0103-flavor-1v-4', standard: 'scs-0103-v1' });
  });
});

it('a finding says where to read more', async () => {
  const { flavors } = s.running.sandbox.content;
  const missing = flavors.findIndex(({ name }) => name === 'SCS-1V-4');
  const [flavor] = flavors.splice(missing, 1);
  try {
    const subject = { credential: { case: 'osCloud', value: 'sandbox' } };
    await s.call(SubjectService.method.createSubject, { subjectId: 'broken', subject }, admin);
    const [{ evaluations }] = (await s.call(
      EvaluationService.method.listEvaluations,
      { parent: 'subjects/broken' },
      admin,
    )) as unknown as [{ evaluations: { name: string }[] }];
    const { name } = evaluations[0]!;
    await s.call(EvaluationService.method.watchEvaluation, { name }, admin);
    const [{ findings }] = (await s.call(
      EvaluationService.method.listFindings,
      { parent: name, testcase: 'scs-0103-flavor-1v-4' },
      admin,
    )) as unknown as [{ findings: Finding[] }];
    expect(findings[0]?.readMore).toMatchObject({
      title: 'Standard flavors',
      page: 'standards:Standards/scs-0103-v1-standard-flavors.md',
      anchor: 'mandatory',
      url: 'https://docs.example/scs-0103-v1-standard-flavors#mandatory',
    });
  } finally {
    flavors.push(flavor!);
  }
});
