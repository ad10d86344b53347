import { describe, expect, it } from 'vitest';
import { evaluate } from './evaluate.ts';
import { toJUnit } from './report-junit.ts';
import { toSarif } from './report-sarif.ts';
import { formatReport, parseReport, ReportError } from './report-upstream.ts';
import { scopes } from './scopes.ts';
import { SNAPSHOT_FORMAT, type CloudSnapshot } from './snapshot.ts';

const now = new Date('2026-11-24T12:00:00Z');
const known = [scopes.iaas, scopes.kaas];
const snapshot: CloudSnapshot = {
  format: SNAPSHOT_FORMAT,
  kind: 'cloud',
  subject: 'a <cloud> & "more"\u0001',
  takenAt: now.toISOString(),
  requests: 1,
  durationMs: 1,
  cloud: { authUrl: 'https://example.org/v3', region: null, interface: 'public', project: 'p' },
  token: { value: { roles: ['member'], projectId: 'p', catalog: [] } },
  flavors: { value: [] },
  images: { value: [] },
  volumeTypes: { error: { reason: 'timeout', message: 'no answer' } },
  defaultSecurityGroupRules: { value: [] },
  probes: {},
};
const evaluation = evaluate({ scope: scopes.iaas, version: 'v5.1', snapshot, at: now, mode: 'upstream' });
const context = {
  scope: scopes.iaas,
  checkedAt: now,
  runUuid: '3e8f3c1e-0000-4000-8000-000000000001',
  invocationUuid: '3e8f3c1e-0000-4000-8000-000000000002',
  argv: ['scs', 'certify'],
  assignment: { os_cloud: 'x' },
};

describe('an upstream report', () => {
  it('is read as it was written, but for what is missing', () => {
    const report = parseReport(formatReport(evaluation, context), known, now);
    const tried = Object.entries(evaluation.testcases).filter(([, result]) => result !== 'MISS');
    expect(report.results).toEqual(Object.fromEntries(tried));
    expect(report).toMatchObject({
      uuid: context.runUuid,
      scopeUuid: scopes.iaas.uuid,
      subject: snapshot.subject,
      checkedAt: now,
    });
  });

  const head = `checked_at: 2024-12-24 10:00:00.123456\nreference_date: 2024-12-24\nsubject: regio-a\n`;
  const spec = `spec: {uuid: ${scopes.iaas.uuid}, name: SCS-compatible IaaS}\n`;
  const run = (results: string) => `run: {uuid: 5f0f, invocations: {i1: {results: ${results}}}}\n`;

  it.each([
    [
      'the present format',
      `${spec}${head}${run('{scs-0100-syntax-check: 1, scs-0117-test-backup: -1, scs-0101-fips-test: 0}')}`,
    ],
    [
      'the format until 2025',
      `${spec}${head}run: {uuid: 5f0f}\nversions: {v5.1: {scs-0100-syntax-check: {result: 1, invocation: i}, scs-0117-test-backup: {result: -1, invocation: i}, scs-0101-fips-test: {result: 0, invocation: i}}}\n`,
    ],
    [
      'the planned flat one',
      `uuid: 5f0f\nscope: ${scopes.iaas.uuid}\n${head}tests: {scs-0100-syntax-check: {result: 1}, scs-0117-test-backup: {result: -1}, scs-0101-fips-test: {result: 0}}\n`,
    ],
  ])('of %s is understood', (_, text) => {
    expect(parseReport(text, known, now)).toMatchObject({
      uuid: '5f0f',
      subject: 'regio-a',
      checkedAt: new Date('2024-12-24T10:00:00.123Z'),
      results: {
        'scs-0100-syntax-check': 'PASS',
        'scs-0117-test-backup': 'FAIL',
        'scs-0101-fips-test': 'ABORT',
      },
    });
  });

  it('speaks the ids of today', () => {
    const { results } = parseReport(
      `${spec}${head}${run('{flavor-name-check: -1, entropy-check: 1}')}`,
      known,
      now,
    );
    expect(results).toEqual({
      'scs-0100-syntax-check': 'FAIL',
      'scs-0100-semantics-check': 'FAIL',
      'scs-0101-entropy-avail': 'PASS',
      'scs-0101-fips-test': 'PASS',
    });
  });

  it('of the time of Release 6 names its scope, for want of a uuid', () => {
    const text = `spec: {name: SCS-compatible IaaS, url: https://x}\n${head}run: {uuid: 5f0f}\nversions: {v4: {flavor-name-check: {result: 1}}}\n`;
    expect(parseReport(text, known, now)).toMatchObject({
      scopeUuid: scopes.iaas.uuid,
      results: { 'scs-0100-syntax-check': 'PASS', 'scs-0100-semantics-check': 'PASS' },
    });
  });

  it('claims no more of an old script than its version asked for', () => {
    const text = `${spec}${head}run: {uuid: 5f0f}\nversions: {v4: {standard-images-check: {result: 1}, image-metadata-check: {result: 1}}}\n`;
    const { results } = parseReport(text, known, now);
    expect(results['scs-0104-image-ubuntu-2204']).toBe('PASS');
    expect(results['scs-0104-image-ubuntu-2404']).toBeUndefined();
    expect(Object.keys(results).filter((id) => id.startsWith('scs-0102-'))).toHaveLength(14);
    expect(results['scs-0102-prop-os_purpose']).toBeUndefined();
  });

  it('that says two things of a test case is taken at the worse', () => {
    const text = `${spec}${head}run: {uuid: 5f0f}\nversions: {v5.1: {scs-0100-syntax-check: {result: -1}}, v4: {scs-0100-syntax-check: {result: 1}}}\n`;
    expect(parseReport(text, known, now).results).toEqual({ 'scs-0100-syntax-check': 'FAIL' });
  });

  it('may use any word as id of a test case', () => {
    const { results } = parseReport(`${spec}${head}${run('{constructor: 1, toString: -1}')}`, known, now);
    expect(Object.entries(results)).toEqual([
      ['constructor', 'PASS'],
      ['toString', 'FAIL'],
    ]);
  });

  it('leaves out what it says nothing of', () => {
    const text = `${spec}${head}run: {uuid: 5f0f}\nversions: {v5.1: {scs-0100-syntax-check: {result: 1}, scs-0117-test-backup: {result: null}, scs-0101-fips-test: {}}}\n`;
    expect(parseReport(text, known, now).results).toEqual({ 'scs-0100-syntax-check': 'PASS' });
  });

  it.each([
    [
      'from the future',
      `${spec}checked_at: 2036-01-01 00:00:00\nsubject: x\n${run('{a: 1}')}`,
      /in the future/,
    ],
    ['with results that are none', `${spec}${head}${run('{a: 99}')}`, /the result 99; only 1, -1 and 0/],
    ['without results', `${spec}${head}${run('{}')}`, /no results/],
    ['of an unknown scope', `spec: {uuid: nope}\n${head}${run('{a: 1}')}`, /unknown scope nope/],
    ['that is no YAML', 'a: [', /no usable YAML/],
    ['that is something else', 'hello: world', /lacks spec\.uuid/],
  ])('%s is refused', (_, text, message) => {
    expect(() => parseReport(text, known, now)).toThrow(ReportError);
    expect(() => parseReport(text, known, now)).toThrow(message);
  });
});

describe('JUnit XML', () => {
  const text = toJUnit([evaluation]);
  it('counts what failed, ended and is missing', () => {
    const count = (result: string) =>
      Object.values(evaluation.testcases).filter((value) => value === result).length;
    expect(text).toContain(
      `tests="54" failures="${count('FAIL')}" errors="${count('ABORT')}" skipped="${count('MISS')}"`,
    );
    expect(text.match(/<failure /g)).toHaveLength(count('FAIL'));
  });
  it('escapes what XML would take for itself', () => {
    expect(text).toContain('hostname="a &#60;cloud&#62; &#38; &#34;more&#34;�"');
  });
});

describe('SARIF', () => {
  it('has a result for each finding, with its rule and remedy', () => {
    const sarif = JSON.parse(toSarif([evaluation], '1.2.3')) as {
      version: string;
      runs: {
        results: { ruleId: string; level: string; properties: { remedy: string | null } }[];
        tool: { driver: { rules: { id: string }[] } };
      }[];
    };
    expect(sarif.version).toBe('2.1.0');
    const [run] = sarif.runs;
    expect(run?.results).toHaveLength(evaluation.findings.length);
    const rules = new Set(run?.tool.driver.rules.map(({ id }) => id));
    expect(run?.results.every(({ ruleId }) => rules.has(ruleId))).toBe(true);
    expect(
      run?.results.some(({ properties }) => properties.remedy?.startsWith('openstack flavor create')),
    ).toBe(true);
  });
});
