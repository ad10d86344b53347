// Subjects, their badge and who may see them. What they deserve is in evaluation.int.spec.ts.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Result } from '@scs/proto/scs/certification/v1/evaluation_pb';
import { Validity } from '@scs/proto/scs/certification/v1/scope_pb';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setup, type Setup } from './setup.ts';

describe('subjects', () => {
  let s: Setup;
  beforeAll(async () => {
    s = await setup();
  });
  afterAll(() => s.close());

  it('are registered, listed page by page, changed by field mask and removed with all that hangs on them', async () => {
    await s.register('regio-a');
    await s.register('regio-b', { displayName: 'Region B' });
    const page = await s.subjects.listSubjects({ pageSize: 1 }, s.certifier);
    expect(page.subjects.map(({ name }) => name)).toEqual(['subjects/regio-a']);
    const rest = await s.subjects.listSubjects({ pageSize: 1, pageToken: page.nextPageToken }, s.certifier);
    expect(rest.subjects.map(({ displayName }) => displayName)).toEqual(['Region B']);

    const change = { name: 'subjects/regio-b', displayName: 'B', public: true, tenant: 'acme' };
    const changed = await s.subjects.updateSubject(
      { subject: change, updateMask: { paths: ['public'] } },
      s.certifier,
    );
    expect(changed).toMatchObject({ displayName: 'Region B', public: true });
    const whole = [
      'name',
      'display_name',
      'scope',
      'tenant',
      'create_time',
      'update_time',
      'next_evaluation_time',
    ];
    const returned = await s.subjects.updateSubject(
      { subject: changed, updateMask: { paths: whole } },
      s.certifier,
    );
    expect(returned).toMatchObject({ displayName: 'Region B', public: true });
    const fixed = s.subjects.updateSubject(
      { subject: change, updateMask: { paths: ['tenant'] } },
      s.certifier,
    );
    await expect(fixed).rejects.toMatchObject({ kind: 'invalid', reason: 'FIELD_FIXED' });

    await s.newest('subjects/regio-b');
    await s.subjects.deleteSubject({ name: 'subjects/regio-b' }, s.certifier);
    await expect(s.subjects.getSubject({ name: 'subjects/regio-b' }, s.certifier)).rejects.toMatchObject({
      kind: 'not-found',
      reason: 'SUBJECT_NOT_FOUND',
    });
  });

  it.each([
    [
      'an id that is taken',
      'regio-a',
      { osCloud: 'sandbox' },
      'SUBJECT_EXISTS',
      /there is a subject regio-a already/,
    ],
    [
      'an unknown cloud',
      'x',
      { osCloud: 'nowhere' },
      'CREDENTIAL_UNKNOWN',
      /there is no cloud nowhere .* it has sandbox/,
    ],
    [
      'an unknown kubeconfig',
      'x',
      { kubeconfig: 'nowhere' },
      'CREDENTIAL_UNKNOWN',
      /there is no kubeconfig nowhere/,
    ],
    [
      'a cluster of scope iaas',
      'x',
      { kubeconfig: 'k', scope: 'scopes/iaas' },
      'CREDENTIAL_MISSING',
      /needs os_cloud/,
    ],
    [
      'an unknown scope',
      'x',
      { osCloud: 'sandbox', scope: 'scopes/paas' },
      'SCOPE_UNKNOWN',
      /no scope paas; known are iaas, kaas/,
    ],
    ['an id with capitals', 'X', { osCloud: 'sandbox' }, 'INVALID_REQUEST', /subject_id/],
  ])(
    'are refused with %s',
    async (_, subjectId, { osCloud, kubeconfig, scope = '' }: Record<string, string>, reason, message) => {
      const credential =
        osCloud === undefined
          ? { case: 'kubeconfig' as const, value: kubeconfig! }
          : { case: 'osCloud' as const, value: osCloud };
      const asked = s.subjects.createSubject({ subjectId, subject: { credential, scope } }, s.certifier);
      await expect(asked).rejects.toMatchObject({
        reason,
        message: expect.stringMatching(message) as string,
      });
    },
  );

  it('of a tenant are seen by it and by the operator, and are not there for other tenants', async () => {
    const [acme, rival] = [await s.as('tenant-member', 'acme'), await s.as('tenant-member', 'rival')];
    const prod = { case: 'osCloud', value: 'acme.prod' } as const;
    const subject = await s.subjects.createSubject(
      { subjectId: 'acme-prod', subject: { credential: prod } },
      acme,
    );
    expect(subject.tenant).toBe('acme');
    await s.newest('subjects/acme-prod');
    const { evaluations } = await s.evaluations.listEvaluations({ parent: subject.name }, acme);
    const { name, snapshot } = evaluations[0]!;

    const foreign: (() => Promise<unknown>)[] = [
      () => s.subjects.getSubject({ name: subject.name }, rival),
      () => s.subjects.getSubjectStatus({ name: subject.name }, rival),
      () => s.subjects.deleteSubject({ name: subject.name }, rival),
      () => s.subjects.updateSubject({ subject: { name: subject.name, public: true } }, rival),
      () => s.evaluations.evaluateSubject({ subject: subject.name }, rival),
      () => s.evaluations.listEvaluations({ parent: subject.name }, rival),
      () => s.evaluations.getEvaluation({ name }, rival),
      () => s.evaluations.cancelEvaluation({ name }, rival),
      () => s.evaluations.listFindings({ parent: name }, rival),
      () => s.evaluations.getSnapshot({ name: snapshot }, rival),
      () => s.evaluations.exportEvaluation({ name, format: 'junit' }, rival),
      () => s.evaluations.diffEvaluations({ name }, rival),
      () => s.evaluations.importReport({ parent: subject.name, report: 'x' }, rival),
    ];
    for (const ask of foreign) await expect(ask()).rejects.toMatchObject({ kind: 'not-found' });
    expect((await s.subjects.listSubjects({}, rival)).subjects).toEqual([]);
    expect((await s.subjects.listSubjects({}, acme)).subjects.map((seen) => seen.name)).toEqual([
      subject.name,
    ]);
    expect((await s.subjects.listSubjects({}, s.certifier)).subjects.length).toBeGreaterThan(1);
  });

  it('of a tenant can name its own credentials alone, and learn nothing of others', async () => {
    const rival = await s.as('tenant-member', 'rival');
    for (const value of ['sandbox', 'acme.prod', 'rival.nowhere']) {
      const credential = { case: 'osCloud', value } as const;
      const asked = s.subjects.createSubject({ subjectId: 'theft', subject: { credential } }, rival);
      await expect(asked).rejects.toMatchObject({
        reason: 'CREDENTIAL_UNKNOWN',
        message: expect.not.stringContaining('sandbox,') as string,
      });
    }
  });

  it('that become another cloud are looked at anew, and what was found of the old one no longer counts', async () => {
    await s.register('moved', { probes: true });
    await s.newest('subjects/moved');
    const name = 'subjects/moved';
    const statusOf = async () => Result[(await s.subjects.getSubjectStatus({ name }, s.certifier)).result];
    expect(await statusOf()).toBe('PASS');
    const subject = { name, credential: { case: 'osCloud', value: 'acme.prod' } as const, probes: false };
    await s.subjects.updateSubject({ subject, updateMask: { paths: ['os_cloud', 'probes'] } }, s.certifier);
    // Without probes their test cases are missing, so the result cannot be the old one.
    await s.newest(name);
    expect(await statusOf()).toBe('MISS');
    const { evaluations } = await s.evaluations.listEvaluations({ parent: name }, s.certifier);
    expect(evaluations).toHaveLength(2);
  });

  it('have a badge when they are public, for callers without any token', async () => {
    await s.register('hidden');
    await s.register('shown', { public: true, probes: true });
    await s.newest('subjects/shown');
    const badge = await s.subjects.getBadge({ subject: 'shown', scope: 'iaas.svg' });
    expect(badge.contentType).toMatch(/^image\/svg\+xml/);
    expect(Buffer.from(badge.data).toString()).toMatch(/aria-label="SCS-compatible IaaS: v5\.1 passed"/);
    for (const subject of ['hidden', 'unknown'])
      await expect(s.subjects.getBadge({ subject, scope: 'iaas.svg' })).rejects.toMatchObject({
        reason: 'BADGE_NOT_FOUND',
      });
  });

  it('that are scheduled are due one lifetime after they were looked at', async () => {
    await s.register('scheduled', { scheduled: true });
    const evaluation = await s.newest('subjects/scheduled');
    const { nextEvaluationTime } = await s.subjects.getSubject({ name: 'subjects/scheduled' }, s.certifier);
    // The shortest lifetime of v5.1 and next is a week.
    const days = (Number(nextEvaluationTime!.seconds) - Number(evaluation.endTime!.seconds)) / 86_400;
    expect(days).toBeGreaterThan(6.9);
    expect(days).toBeLessThan(7.1);
  });

  it('need a token and the permission', async () => {
    await expect(s.subjects.listSubjects({})).rejects.toMatchObject({
      kind: 'unauthenticated',
      reason: 'TOKEN_MISSING',
    });
    const integrator = await s.as('billing-integrator');
    await expect(s.subjects.listSubjects({}, integrator)).rejects.toMatchObject({
      kind: 'forbidden',
      metadata: { permission: 'certification.subjects.read' },
    });
  });
});

describe('scopes', () => {
  let s: Setup;
  beforeAll(async () => {
    s = await setup();
  });
  afterAll(() => s.close());

  it('are listed with their versions, compared, and valid by date', async () => {
    const { scopes } = await s.scopes.listScopes({}, s.certifier);
    expect(scopes.map(({ name }) => name)).toEqual(['scopes/iaas', 'scopes/kaas']);
    const diff = await s.scopes.diffScopeVersions(
      { name: 'scopes/iaas', fromVersion: 'v4', toVersion: 'v5.1' },
      s.certifier,
    );
    expect(diff.addedModules).toContain('scs-0123-v1');
    const { scopes: report } = await s.scopes.getValidity(
      { at: timestampFromDate(new Date('2025-03-01')) },
      s.certifier,
    );
    const iaas = Object.fromEntries(
      report[0]!.versions.map(({ version, validity }) => [version, Validity[validity]]),
    );
    expect(iaas).toMatchObject({ 'v5.1': 'EFFECTIVE', v4: 'WARN', v3: 'DEPRECATED' });
    await expect(
      s.scopes.diffScopeVersions({ name: 'scopes/iaas', fromVersion: 'v4', toVersion: 'v7' }, s.certifier),
    ).rejects.toMatchObject({ kind: 'not-found', reason: 'VERSION_UNKNOWN' });
  });

  it('of the operator replace those that came with the product, and a wrong file ends the start with its name', async () => {
    const folder = join(s.folder, 'scopes');
    await mkdir(folder);
    const file = join(folder, 'iaas.yaml');
    await writeFile(
      file,
      `uuid: 50393e6f-2ae1-4c5c-a62c-3b75f2abef3f
name: SCS-compatible IaaS
url: https://example.org
variables: [os_cloud]
scripts: [{executable: x, args: "", testcases: [{id: scs-0100-syntax-check, description: d, url: https://example.org}]}]
modules: [{id: m, name: M, url: https://example.org, targets: {main: [scs-0100-syntax-check]}}]
timeline: [{date: 2026-01-01, versions: {v9: effective}}]
versions: [{version: v9, stabilized_at: 2026-01-01, include: [m]}]
`,
    );
    await s.restart({ SCOPES_DIR: folder });
    const scope = await s.scopes.getScope({ name: 'scopes/iaas' }, s.certifier);
    expect(scope.versions.map(({ version }) => version)).toEqual(['v9']);
    await s.register('newer');
    const evaluation = await s.newest('subjects/newer');
    expect([evaluation.version, Result[evaluation.result]]).toEqual(['v9', 'PASS']);

    await writeFile(file, 'uuid: 1\nversion: []\n');
    await expect(s.restart()).rejects.toThrow(/SCOPES_DIR: .*iaas\.yaml is no valid scope file/);
  });
});
