// Every story runs through the real gRPC API, the real queue and a cloud over HTTP. Not covered here: which verdict a cloud
// deserves (the standards library), a killed worker (apps/standalone).
import { timestampDate, timestampFromDate } from '@bufbuild/protobuf/wkt';
import {
  Evaluation_State,
  Evaluation_Trigger,
  Mode,
  Result,
  type Evaluation,
} from '@scs/proto/scs/certification/v1/evaluation_pb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setup, type Setup } from './setup.ts';

describe('evaluations', () => {
  let s: Setup;
  beforeAll(async () => {
    s = await setup();
  });
  afterAll(() => s.close());

  const evaluate = async (subject: string, more: Record<string, unknown> = {}): Promise<Evaluation> =>
    s.ended((await s.evaluations.evaluateSubject({ subject, ...more }, s.certifier)).name);

  it('begin when a subject is registered, and without probes miss just what needs them', async () => {
    await s.register('first');
    const evaluation = await s.newest('subjects/first');
    expect(evaluation).toMatchObject({
      state: Evaluation_State.DONE,
      trigger: Evaluation_Trigger.REQUEST,
      version: 'v5.1',
    });
    expect(evaluation.result).toBe(Result.MISS);
    const main = evaluation.versions.find(({ version }) => version === 'v5.1')!;
    expect(main.decidedBy).toEqual(
      expect.arrayContaining(['scs-0101-entropy-avail', 'scs-0101-fips-test', 'scs-0117-test-backup']),
    );
    expect(Object.values(main.testcases)).not.toContain(Result.FAIL);
  });

  it('pass with probes, which leave nothing behind, and count for the status until they expire', async () => {
    await s.register('probed', { probes: true });
    const evaluation = await s.newest('subjects/probed');
    expect(evaluation.error).toBe('');
    expect(
      Result[evaluation.result],
      JSON.stringify(evaluation.versions.map(({ decidedBy }) => decidedBy)),
    ).toBe('PASS');
    expect(s.cloud.created()).toEqual([]);

    const now = await s.subjects.getSubjectStatus({ name: 'subjects/probed' }, s.certifier);
    expect([now.version, Result[now.result]]).toEqual(['v5.1', 'PASS']);
    const testcase = now.versions.find(({ version }) => version === 'v5.1')!.testcases[0]!;
    expect(testcase.evaluation).toBe(evaluation.name);
    // The last of their results ends within 14 days.
    const later = timestampFromDate(new Date(Date.now() + 15 * 86_400_000));
    const then = await s.subjects.getSubjectStatus({ name: 'subjects/probed', at: later }, s.certifier);
    expect(Result[then.result]).toBe('MISS');
  });

  it('find a violation, name the object and the remedy, and tell the difference to the evaluation before', async () => {
    await s.register('violated');
    const before = await s.newest('subjects/violated');
    const { images } = s.cloud.content;
    const image = images[0]!;
    const lost = image.properties['replace_frequency'];
    delete image.properties['replace_frequency'];
    try {
      const after = await evaluate('subjects/violated');
      expect(Result[after.result]).toBe('FAIL');
      const { findings } = await s.evaluations.listFindings(
        { parent: after.name, testcase: 'scs-0102-prop-replace_frequency' },
        s.certifier,
      );
      expect(findings).toHaveLength(1);
      expect(findings[0]).toMatchObject({
        obligation: 'MUST',
        object: { kind: 'image', id: image.id, name: image.name },
        property: 'replace_frequency',
        versions: ['v5.1', 'next'],
      });
      expect(findings[0]!.remedy).toMatch(
        /^openstack image set --property replace_frequency=\S+ [0-9a-f-]{36}$/,
      );

      const diff = await s.evaluations.diffEvaluations({ name: after.name }, s.certifier);
      expect(diff.base).toBe(before.name);
      expect(diff.changes).toMatchObject([
        { testcase: 'scs-0102-prop-replace_frequency', before: Result.PASS, after: Result.FAIL },
      ]);
      expect(diff.newFindings).toHaveLength(1);
      expect(diff.resolvedFindings).toHaveLength(0);
      const status = await s.subjects.getSubjectStatus({ name: 'subjects/violated' }, s.certifier);
      expect(Result[status.result]).toBe('FAIL');
    } finally {
      image.properties['replace_frequency'] = lost!;
    }
  });

  it('judge a stored snapshot again under another version and date, without any request and without counting for the status', async () => {
    const image = s.cloud.content.images[0]!;
    const { provided_until: until } = image.properties;
    image.properties['provided_until'] = '2027-06-30';
    await s.register('stored', { probes: true });
    const first = await s.newest('subjects/stored');
    const requests = s.cloud.requests.length;
    const at = new Date('2027-05-01T00:00:00Z');
    const again = await evaluate('subjects/stored', {
      snapshot: first.snapshot,
      versions: ['next', 'v4'],
      at: timestampFromDate(at),
      mode: Mode.STANDARD,
    });
    image.properties['provided_until'] = until!;
    expect(s.cloud.requests).toHaveLength(requests);
    expect(again).toMatchObject({
      trigger: Evaluation_Trigger.REEVALUATION,
      snapshot: first.snapshot,
      requests: 0,
    });
    expect(again.versions.map(({ version }) => version)).toEqual(['next', 'v4']);
    expect(timestampDate(again.at!)).toEqual(at);
    // By then the image is much older than a month, and still provided.
    expect(again.versions[0]!.testcases['scs-0102-image-recency']).toBe(Result.FAIL);
    const status = await s.subjects.getSubjectStatus({ name: 'subjects/stored' }, s.certifier);
    expect(Result[status.result]).toBe('PASS');
    const diff = await s.evaluations.diffEvaluations({ name: again.name, base: first.name }, s.certifier);
    expect(diff.changes.map(({ testcase }) => testcase)).toContain('scs-0102-image-recency');
  });

  it('give the snapshot that was judged, without any secret', async () => {
    await s.register('snapped');
    const { snapshot: name } = await s.newest('subjects/snapped');
    const snapshot = await s.evaluations.getSnapshot({ name }, s.certifier);
    expect(snapshot.content).toMatchObject({ format: 'scs.snapshot/v1', kind: 'cloud', subject: 'snapped' });
    expect(JSON.stringify(snapshot.content)).not.toContain(s.cloud.password);
  });

  it('are one for one request id', async () => {
    await s.register('repeated');
    const request = { subject: 'subjects/repeated', requestId: 'nightly-1' };
    const [first, second] = [
      await s.evaluations.evaluateSubject(request, s.certifier),
      await s.evaluations.evaluateSubject(request, s.certifier),
    ];
    expect(second.name).toBe(first.name);
  });

  it('page through the history, newest first', async () => {
    await s.register('paged');
    for (let n = 0; n < 3; n++) await evaluate('subjects/paged', { probes: false });
    const page = (pageToken: string) =>
      s.evaluations.listEvaluations({ parent: 'subjects/paged', pageSize: 3, pageToken }, s.certifier);
    const first = await page('');
    const second = await page(first.nextPageToken);
    const names = [...first.evaluations, ...second.evaluations].map(({ name }) => name);
    expect(names).toHaveLength(4);
    expect(names).toEqual([...names].sort().reverse());
    expect(second.nextPageToken).toBe('');
    await expect(page('made up')).rejects.toMatchObject({ kind: 'invalid', reason: 'PAGE_TOKEN_INVALID' });
  });

  it('stream their progress until they end', async () => {
    await s.register('watched', { probes: true });
    const { evaluations: list } = await s.evaluations.listEvaluations(
      { parent: 'subjects/watched' },
      s.certifier,
    );
    const states: string[] = [];
    const steps = new Set<string>();
    for await (const { state, progress } of s.evaluations.watchEvaluation(
      { name: list[0]!.name },
      s.certifier,
    )) {
      states.push(Evaluation_State[state]);
      if (progress) steps.add(progress.step);
    }
    expect(states.at(-1)).toBe('DONE');
    expect(states).toContain('RUNNING');
    expect(steps.size).toBeGreaterThan(0);
  });

  it('that run are cancelled, and their probes clean up', async () => {
    await s.register('cancelled', { probes: true });
    const { evaluations: list } = await s.evaluations.listEvaluations(
      { parent: 'subjects/cancelled' },
      s.certifier,
    );
    const { name } = list[0]!;
    for await (const { progress, state } of s.evaluations.watchEvaluation({ name }, s.certifier))
      if (progress || state !== Evaluation_State.QUEUED) break;
    await s.evaluations.cancelEvaluation({ name }, s.certifier);
    const evaluation = await s.ended(name);
    expect(Evaluation_State[evaluation.state]).toBe('CANCELLED');
    expect(s.cloud.created()).toEqual([]);
    await expect(s.evaluations.cancelEvaluation({ name }, s.certifier)).rejects.toMatchObject({
      kind: 'wrong-state',
      reason: 'EVALUATION_ENDED',
    });
  });

  it('fail with the reason when the cloud refuses the password, and say so without it', async () => {
    await s.register('refused');
    await s.newest('subjects/refused');
    s.cloud.interfere((request) =>
      request.path.endsWith('/auth/tokens')
        ? { status: 401, body: { error: { code: 401, message: 'no' } } }
        : undefined,
    );
    try {
      const evaluation = await evaluate('subjects/refused');
      expect(Evaluation_State[evaluation.state]).toBe('FAILED');
      expect(evaluation.error).toMatch(/refuses the credentials of cloud sandbox; check/);
      expect(evaluation.error).not.toContain(s.cloud.password);
    } finally {
      s.cloud.interfere();
    }
  });

  it('abort only the test cases whose input cannot be read', async () => {
    await s.register('partial');
    await s.newest('subjects/partial');
    s.cloud.interfere((request) =>
      request.path.includes('/types')
        ? { status: 403, body: { forbidden: { code: 403, message: 'no' } } }
        : undefined,
    );
    try {
      const evaluation = await evaluate('subjects/partial');
      const { testcases } = evaluation.versions.find(({ version }) => version === 'v5.1')!;
      const aborted = Object.keys(testcases).filter((id) => testcases[id] === Result.ABORT);
      expect(aborted).toEqual(['scs-0114-syntax-check']);
    } finally {
      s.cloud.interfere();
    }
  });

  it('go out as JUnit, SARIF and upstream’s report, and that report comes in again as evidence', async () => {
    await s.register('exported', { probes: true });
    const { name } = await s.newest('subjects/exported');
    const as = async (format: string) =>
      Buffer.from((await s.evaluations.exportEvaluation({ name, format }, s.certifier)).data).toString();
    expect(await as('junit')).toMatch(/^<\?xml .*\n<testsuites/);
    expect(JSON.parse(await as('sarif'))).toMatchObject({ version: '2.1.0' });
    const report = await as('upstream');
    expect(report).toContain('scs-0100-syntax-check: 1');

    await s.register('imported', { displayName: 'exported' });
    await s.newest('subjects/imported');
    const imported = await s.evaluations.importReport({ parent: 'subjects/imported', report }, s.certifier);
    expect([Result[imported.result], Evaluation_Trigger[imported.trigger]]).toEqual(['PASS', 'IMPORT']);
    const again = await s.evaluations.importReport({ parent: 'subjects/imported', report }, s.certifier);
    expect(again.name).toBe(imported.name);
    const other = s.evaluations.importReport({ parent: 'subjects/first', report }, s.certifier);
    await expect(other).rejects.toMatchObject({ kind: 'invalid', reason: 'OTHER_SUBJECT' });
    const broken = s.evaluations.importReport({ parent: 'subjects/imported', report: 'a: [' }, s.certifier);
    await expect(broken).rejects.toMatchObject({ kind: 'invalid', reason: 'REPORT_UNUSABLE' });
  });

  it.each([
    ['an unknown version', { versions: ['v9'] }, 'VERSION_UNKNOWN', /v9.*known: next, v5\.1/],
    [
      'a day before any version',
      { at: new Date('2019-01-01') },
      'NO_VERSION_IN_FORCE',
      /no version .* was in force on 2019-01-01/,
    ],
  ])('refuse %s', async (_, { at, ...more }: { at?: Date; versions?: string[] }, reason, message) => {
    const asked = s.evaluations.evaluateSubject(
      { subject: 'subjects/first', ...more, ...(at && { at: timestampFromDate(at) }) },
      s.certifier,
    );
    await expect(asked).rejects.toMatchObject({
      kind: 'invalid',
      reason,
      message: expect.stringMatching(message) as string,
    });
  });
});
