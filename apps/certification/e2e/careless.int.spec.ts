// What careless clients, several at once, and bad moments do to the service. What it answers to ordinary ones is in the other specs.
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { dataSourceOptions, migrate } from '@scs/database';
import { Evaluation_State, type Evaluation } from '@scs/proto/scs/certification/v1/evaluation_pb';
import { metrics } from '@scs/service';
import { createTestDatabase, eventually } from '@scs/testing';
import { readFile, writeFile } from 'node:fs/promises';
import { DataSource } from 'typeorm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { databaseAt } from '../src/certification.ts';
import { readCatalogue } from '../src/scope/scope-catalogue.ts';
import { observeSubjects } from '../src/subject/subject.metrics.ts';
import { setup, type Setup } from './setup.ts';

const lines: string[] = [];
const errors = () => lines.filter((line) => line.includes('"level":"error"'));
let s: Setup;
beforeAll(async () => {
  s = await setup({ log: (line) => lines.push(line) });
});
afterEach(() => s.cloud.interfere());
afterAll(() => s.close());

const noId = '-'.repeat(36);
const running = (name: string): Promise<Evaluation> =>
  eventually(async () => {
    const evaluation = await s.evaluations.getEvaluation({ name }, s.certifier);
    expect(Evaluation_State[evaluation.state]).toBe('RUNNING');
    return evaluation;
  });
const first = async (parent: string): Promise<string> =>
  (await s.evaluations.listEvaluations({ parent }, s.certifier)).evaluations[0]!.name;

describe('requests', () => {
  beforeAll(() => s.register('asked'));

  it.each([
    [
      'evaluation',
      () => s.evaluations.getEvaluation({ name: `subjects/asked/evaluations/${noId}` }, s.certifier),
    ],
    ['snapshot', () => s.evaluations.getSnapshot({ name: `subjects/asked/snapshots/${noId}` }, s.certifier)],
    [
      'snapshot to judge',
      () =>
        s.evaluations.evaluateSubject(
          { subject: 'subjects/asked', snapshot: `subjects/asked/snapshots/${noId}` },
          s.certifier,
        ),
    ],
  ])('for an id that is none find no %s', async (_, ask) => {
    await expect(ask()).rejects.toMatchObject({ kind: 'not-found' });
  });

  it('with huge texts are told what is wrong in a few words', async () => {
    const versions = ['v'.repeat(100_000)];
    const asked = s.evaluations.evaluateSubject({ subject: 'subjects/asked', versions }, s.certifier);
    await expect(asked).rejects.toMatchObject({ kind: 'invalid', reason: 'VERSION_UNKNOWN' });
  });

  it('for a time that there is not are refused', async () => {
    const at = { ...timestampFromDate(new Date()), seconds: 10n ** 15n };
    for (const ask of [
      () => s.evaluations.evaluateSubject({ subject: 'subjects/asked', at }, s.certifier),
      () => s.subjects.getSubjectStatus({ name: 'subjects/asked', at }, s.certifier),
    ])
      await expect(ask()).rejects.toMatchObject({
        kind: 'invalid',
        violations: [{ field: 'at', description: 'must be in the years 1 to 9999' }],
      });
  });

  it('of one request id, all at once, give one evaluation', async () => {
    const request = { subject: 'subjects/asked', requestId: 'at-once' };
    const given = await Promise.all(
      Array.from({ length: 12 }, () => s.evaluations.evaluateSubject(request, s.certifier)),
    );
    expect(new Set(given.map(({ name }) => name)).size).toBe(1);
  });

  it('for more than a subject can ever do are refused', async () => {
    s.cloud.interfere(() => ({ delayMs: 1000 }));
    const ask = () =>
      s.evaluations.evaluateSubject({ subject: 'subjects/asked', probes: false }, s.certifier);
    const outcomes = await Promise.allSettled(Array.from({ length: 130 }, ask));
    const refused = outcomes
      .filter((outcome) => outcome.status === 'rejected')
      .map(({ reason }) => reason as unknown);
    expect(refused.length).toBeGreaterThan(0);
    for (const error of refused)
      expect(error).toMatchObject({ kind: 'exhausted', reason: 'TOO_MANY_WAITING' });
    await s.subjects.deleteSubject({ name: 'subjects/asked' }, s.certifier);
  });
});

describe('a report', () => {
  beforeAll(() => s.register('reported'));
  const report = ({
    uuid = 'a-run',
    at = '2026-05-01T00:00:00',
    of = 'reported',
    results = 'scs-0100-syntax-check: 1',
  } = {}) =>
    `{spec: {uuid: 50393e6f-2ae1-4c5c-a62c-3b75f2abef3f}, checked_at: "${at}", subject: "${of}",
      run: {uuid: "${uuid}", invocations: {a: {results: {${results}}}}}}`;
  const bring = (text: string) =>
    s.evaluations.importReport({ parent: 'subjects/reported', report: text }, s.certifier);

  it.each([
    ['whose id holds NUL', { uuid: String.raw`a\0b` }, /run\.uuid/],
    ['whose id is a novel', { uuid: 'x'.repeat(10_000) }, /run\.uuid/],
    [
      'of unknown test cases alone',
      { results: 'made-up: 1' },
      /no result of any test case that SCS-compatible IaaS knows/,
    ],
    [
      'of a time before all versions',
      { at: '0001-01-01T00:00:00' },
      /no version of .* was in force; check checked_at/,
    ],
    ['about a subject of 60,000 letters', { of: 'x'.repeat(60_000) }, /^the report is about x+…x+$/],
  ])('%s is refused', async (_, change, message) => {
    await expect(bring(report(change))).rejects.toMatchObject({
      kind: 'invalid',
      message: expect.stringMatching(message) as string,
    });
  });

  it.each([
    ['lines', '- a: 1\n'.repeat(500_000)],
    ['items', `[${'1,'.repeat(2_000_000)}1]`],
  ])('of too many %s is refused before it is read', async (_, text) => {
    await expect(bring(text)).rejects.toMatchObject({
      kind: 'invalid',
      message: expect.stringMatching(/more than 200,000 lines and list items/) as string,
    });
  });

  it('that comes several times at once is one evaluation', async () => {
    const given = await Promise.all(Array.from({ length: 8 }, () => bring(report())));
    expect(new Set(given.map(({ name }) => name)).size).toBe(1);
  });
});

describe('a subject', () => {
  it('keeps every change of several people at once', async () => {
    await s.register('shared');
    for (let round = 0; round < 10; round++) {
      const isPublic = round % 2 === 0;
      const displayName = `round ${round}`;
      const change = (path: string) =>
        s.subjects.updateSubject(
          {
            subject: { name: 'subjects/shared', public: isPublic, displayName },
            updateMask: { paths: [path] },
          },
          s.certifier,
        );
      await Promise.all([change('public'), change('display_name')]);
      expect(await s.subjects.getSubject({ name: 'subjects/shared' }, s.certifier)).toMatchObject({
        public: isPublic,
        displayName,
      });
    }
  });

  it('that is removed stays so, whoever changes it at the same time', async () => {
    for (let round = 0; round < 12; round++) {
      const name = `subjects/gone-${round}`;
      await s.register(`gone-${round}`);
      const changes = Array.from({ length: 4 }, () =>
        s.subjects.updateSubject({ subject: { name, public: true } }, s.certifier),
      );
      const outcomes = await Promise.allSettled([
        ...changes,
        s.subjects.deleteSubject({ name }, s.certifier),
      ]);
      for (const outcome of outcomes)
        if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ kind: 'not-found' });
      await expect(s.subjects.getSubject({ name }, s.certifier)).rejects.toMatchObject({ kind: 'not-found' });
    }
  });

  it('that is removed while it is looked at is forgotten, and no error of ours', async () => {
    s.cloud.interfere(() => ({ delayMs: 200 }));
    await s.register('leaving');
    await running(await first('subjects/leaving'));
    await s.subjects.deleteSubject({ name: 'subjects/leaving' }, s.certifier);
    s.cloud.interfere();
    // The same worker takes the next one up when it is through.
    await s.register('staying');
    await s.newest('subjects/staying');
    await eventually(async () =>
      expect(await metrics.registry.metrics()).toMatch(
        /scs_cp_jobs\{queue="certification",state="active"\} 0/,
      ),
    );
    expect(errors()).toEqual([]);
  });

  it('that is taken off the schedule while it is looked at stays off', async () => {
    s.cloud.interfere(() => ({ delayMs: 200 }));
    await s.register('unscheduled', { scheduled: true });
    const name = await first('subjects/unscheduled');
    await running(name);
    const off = {
      subject: { name: 'subjects/unscheduled', scheduled: false },
      updateMask: { paths: ['scheduled'] },
    };
    await s.subjects.updateSubject(off, s.certifier);
    await s.ended(name);
    const { nextEvaluationTime } = await s.subjects.getSubject({ name: 'subjects/unscheduled' }, s.certifier);
    expect(nextEvaluationTime).toBeUndefined();
  });

  it('of a tenant whose credential is gone tells it nothing of others’', async () => {
    const file = s.env['OS_CLIENT_CONFIG_FILE']!;
    const text = await readFile(file, 'utf8');
    const acme = await s.as('tenant-member', 'acme');
    const credential = { case: 'osCloud', value: 'acme.prod' } as const;
    await s.subjects.createSubject({ subjectId: 'acme-lost', subject: { credential } }, acme);
    await s.newest('subjects/acme-lost');
    const { clouds } = parse(text) as { clouds: Record<string, unknown> };
    try {
      for (const broken of [
        stringify({ clouds: { sandbox: clouds['sandbox'] } }),
        'clouds: {sandbox: [',
        '',
      ]) {
        await writeFile(file, broken);
        const { name } = await s.evaluations.evaluateSubject({ subject: 'subjects/acme-lost' }, acme);
        const evaluation = await s.ended(name);
        expect(Evaluation_State[evaluation.state]).toBe('FAILED');
        expect(evaluation.error).toBe(
          'there is no credential acme.prod that can be used; ask the operator for one',
        );
      }
    } finally {
      await writeFile(file, text);
    }
    // The operator finds in the log what the tenant is not told.
    expect(lines.join('')).toMatch(/there is no cloud acme\.prod in .*; it has sandbox/);
  });
});

describe('an evaluation', () => {
  it.each([
    ['answers too late', false, undefined],
    ['answers too late, with probes', true, undefined],
    ['fails meanwhile', true, 503],
  ])('that is cancelled while the sign-in %s ends cancelled', async (_, probes, status) => {
    const id = `slow-${probes}-${status}`;
    s.cloud.interfere(({ path }) =>
      path.endsWith('/auth/tokens') ? { delayMs: 2500, ...(status && { status, body: {} }) } : undefined,
    );
    await s.register(id, { probes });
    const name = await first(`subjects/${id}`);
    await running(name);
    await s.evaluations.cancelEvaluation({ name }, s.certifier);
    const evaluation = await s.ended(name);
    expect([Evaluation_State[evaluation.state], evaluation.error]).toEqual(['CANCELLED', '']);
    expect(errors()).toEqual([]);
  });
});

it('a stream does not hold up the end of the service, and says that it was cut', async () => {
  s.cloud.interfere(() => ({ delayMs: 1000 }));
  await s.register('watching');
  const name = await first('subjects/watching');
  let isOpen = () => {};
  const opened = new Promise<void>((resolve) => (isOpen = resolve));
  const watching = (async () => {
    for await (const _ of s.evaluations.watchEvaluation({ name }, s.certifier)) isOpen();
  })();
  const cut = watching.catch((error: unknown) => error);
  await opened;
  await s.stop();
  expect(await cut).toMatchObject({ kind: 'unavailable', reason: 'STOPPING' });
  s.cloud.interfere();
  await s.restart();
  expect(Evaluation_State[(await s.ended(name)).state]).toBe('DONE');
  // The cloud above is slow, and so may be the machine.
}, 120_000);

it('while the queue is away nothing that is asked for is lost', async () => {
  const [url, ownUrl] = await Promise.all([createTestDatabase(), createTestDatabase()]);
  await s.restart({ QUEUE_URL: url });
  const other = await new DataSource({ type: 'postgres', url: ownUrl }).initialize();
  await other.query(`DROP DATABASE ${new URL(url).pathname.slice(1)} WITH (FORCE)`);
  await s.register('unqueued');
  const { name, state } = await s.evaluations.evaluateSubject({ subject: 'subjects/unqueued' }, s.certifier);
  expect([name, Evaluation_State[state]]).toEqual([expect.any(String), 'QUEUED']);
  // It is back, and the sweep of the start finds what waits for longer than 15 s; a request takes what is there up at once.
  await other.query(`CREATE DATABASE ${new URL(url).pathname.slice(1)}`);
  await other.destroy();
  await s.restart();
  await s.evaluations.evaluateSubject({ subject: 'subjects/unqueued' }, s.certifier);
  expect(Evaluation_State[(await s.ended(name)).state]).toBe('DONE');
});

it('metrics are there while the database is away', async () => {
  await s.stop();
  const database = databaseAt(await createTestDatabase());
  await migrate(database);
  const source = await new DataSource(dataSourceOptions(database)).initialize();
  const forget = observeSubjects(source, await readCatalogue(undefined), () => new Date());
  try {
    expect(await metrics.registry.metrics()).toContain('# TYPE scs_cp_compliance_check_result');
    await source.destroy();
    expect(await metrics.registry.metrics()).toContain('# TYPE scs_cp_build_info');
  } finally {
    forget();
  }
});
