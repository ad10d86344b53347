import { stripVTControlCharacters } from 'node:util';
import type { Evaluation, Finding, Scope } from '@scs/standards';
import { describe, expect, it } from 'vitest';
import { formatTable } from './certify-table.ts';

const module = (id: string, name: string, testcases: string[]) => ({
  id,
  name,
  url: '',
  parameters: {},
  targets: { main: testcases },
});
const scope: Scope = {
  id: 'iaas',
  uuid: null,
  name: 'SCS-compatible IaaS',
  url: '',
  variables: [],
  testcases: [],
  modules: [
    module('scs-0100-v3.1', 'Flavor naming', ['a-1', 'a-2']),
    module('scs-0102-v1', 'Image metadata', ['b-1', 'b-2']),
    module('manual', 'By hand', []),
  ],
  versions: [
    {
      version: 'v9',
      stabilizedAt: '2026-01-01',
      deprecatedAt: null,
      include: ['scs-0100-v3.1', 'scs-0102-v1', 'manual'].map((ref) => ({ ref, parameters: {} })),
      targets: { main: ['a-1', 'a-2', 'b-1', 'b-2'] },
    },
  ],
  timeline: [],
};
const finding: Finding = {
  testcase: 'b-1',
  rule: 'image-property-missing',
  clause: 'https://example.org',
  obligation: 'MUST',
  severity: 'error',
  object: { kind: 'image', id: 'i1', name: 'Debian' },
  property: 'os_distro',
  actual: null,
  expected: 'debian',
  message: 'Debian: os_distro is not set',
  remedy: 'openstack image set --property os_distro=debian i1',
  fails: { upstream: true, standard: true },
  deviation: null,
};
const evaluation: Evaluation = {
  scope: 'iaas',
  version: 'v9',
  validity: 'effective',
  at: '2026-11-24T12:00:00.000Z',
  subject: 'mycloud',
  mode: 'upstream',
  result: 'FAIL',
  targets: { main: 'FAIL' },
  testcases: { 'a-1': 'PASS', 'a-2': 'PASS', 'b-1': 'FAIL', 'b-2': 'MISS' },
  reasons: { 'b-2': 'no probe was run' },
  decidedBy: ['b-1'],
  findings: [finding],
};
const table = (change: Partial<Evaluation> = {}, others: Evaluation[] = []): string => {
  const judged = { ...evaluation, ...change };
  return stripVTControlCharacters(
    formatTable({ ...judged, requests: 7, durationMs: 420, versions: [judged, ...others] }, scope),
  );
};

describe('the table of a certificate', () => {
  it('starts with verdict, subject, version and date', () => {
    expect(table().split('\n')[0]).toBe(
      '✖ FAIL  mycloud: SCS-compatible IaaS v9 (effective), judged for 2026-11-24T12:00:00.000Z',
    );
  });

  it('sums up each standard that has test cases, by its worst result', () => {
    const lines = table().split('\n');
    expect(lines).toContain('  ✔ scs-0100-v3.1  Flavor naming   2 passed');
    expect(lines).toContain('  ✖ scs-0102-v1    Image metadata  1 failed, 1 missing');
    expect(table()).not.toContain('By hand');
  });

  it('shows what failed with the command that repairs it, and why the rest is open', () => {
    const text = table();
    expect(text).toContain(
      '✖ b-1: 1 image\n    Debian: os_distro is not set (i1)\n    $ openstack image set --property os_distro=debian i1\n',
    );
    expect(text).toContain('? b-2\n    no probe was run\n');
  });

  it('prints one loop for a hundred images, and names the first few', () => {
    const findings = Array.from({ length: 100 }, (_, index) => ({
      ...finding,
      object: { kind: 'image', id: `i${index}`, name: `image ${index}` },
      message: `image ${index}: os_distro is not set`,
      remedy: `openstack image set --property os_distro=debian i${index}`,
    }));
    const text = table({ findings });
    expect(text.match(/openstack image set/g)).toHaveLength(1);
    expect(text).toContain('✖ b-1: 100 images\n    image 0: os_distro is not set (i0)\n');
    expect(text).toContain('    … and 95 more\n');
  });

  it('says where the official tests and the standard differ', () => {
    const silent = {
      ...finding,
      testcase: 'a-1',
      fails: { upstream: false, standard: true },
      deviation: 'the test accepts a missing value',
    };
    expect(table({ findings: [silent] })).toContain(
      '--mode standard shows the other verdict:\n  a-1: the test accepts a missing value (1 finding)',
    );
  });

  it('names the other versions that were judged', () => {
    expect(table({}, [{ ...evaluation, version: 'next', validity: 'draft', result: 'PASS' }])).toContain(
      'Also judged: next (draft) PASS',
    );
  });

  it('lets no name from the cloud steer the terminal', () => {
    const text = table({ subject: 'my\u001B[2Jcloud' });
    expect(text).not.toContain('\u001B');
    expect(text).toContain('my\uFFFD[2Jcloud');
  });
});
