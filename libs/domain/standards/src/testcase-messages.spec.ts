import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { aCloud, aFlavor, anImage, now, withFlavors, withImages } from './a-cloud.spec-data.ts';
import { iaasTestcases, judge } from './judge.ts';
import { checkNodeDistribution, kaasTestcases } from './check-cluster.ts';
import { snapshotOf, type RecordedCloud } from './recorded-cloud.spec-data.ts';
import type { Finding } from './result.ts';
import type { CloudSnapshot } from './snapshot.ts';
import { scopes } from './scopes.ts';
import { documentedTestcases, testcaseMessages } from './testcase-messages.ts';

const folder = new URL('../../../../../shared/vectors/certification/clouds/', import.meta.url);
const present = existsSync(folder);
if (!present) console.log('skipped: recorded clouds, which are not part of this repository');

const fits = (message: string, pattern: string): boolean => {
  const literals = pattern.split('{}').map((literal) => literal.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${literals.join('[^]+?')}$`).test(message);
};
/** Findings that no message of their test case fits. */
const unknown = (findings: Finding[]): string[] =>
  findings
    .filter(
      ({ testcase, message }) =>
        !testcaseMessages.get(testcase)?.some((pattern) => fits(message, pattern)) &&
        // What a service answers may be anything.
        !message.startsWith('The service could not be tried: '),
    )
    .map(({ testcase, message }) => `${testcase}: ${message}`);
const findingsOf = (snapshot: CloudSnapshot): Finding[] =>
  [...judge(iaasTestcases, snapshot, now).values()].flatMap(({ findings }) => findings);

describe('the messages of a test case', () => {
  it.skipIf(!present)('fit every finding on the recorded clouds', () => {
    const findings = readdirSync(folder).flatMap((name) =>
      findingsOf(snapshotOf(JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as RecordedCloud)),
    );
    // Every fourth test case fails somewhere, so the comparison is about something.
    expect(new Set(findings.map(({ testcase }) => testcase)).size).toBeGreaterThan(iaasTestcases.length / 4);
    expect(unknown(findings)).toEqual([]);
  });

  it.each<[string, CloudSnapshot]>([
    ['an empty cloud', aCloud()],
    ['an image without properties', withImages({ ...anImage(), properties: {}, minDisk: 0, minRam: 0 })],
    [
      'an image with odd properties',
      withImages({
        ...anImage({ minDisk: 1, minRam: 32 }),
        properties: Object.fromEntries(
          [...Object.keys(anImage().properties), 'hypervisor_type', 'hw_rng_model', 'hotfix_hours'].map(
            (key) => [key, 'odd'],
          ),
        ),
      }),
    ],
    ['an image of the future', withImages(anImage({}, { image_build_date: '2099-01-01' }))],
    [
      'two generic images',
      withImages(anImage(), anImage({ id: 'image-2', createdAt: '2026-11-19T12:00:00Z' })),
    ],
    [
      'outdated images',
      withImages(
        ...['2026-01-01', undefined, 'soon'].map((until, number) =>
          anImage(
            { id: `${number}`, name: `Debian 13 old${number}`, createdAt: '2026-01-01T00:00:00Z' },
            { image_build_date: '2026-01-01', provided_until: until },
          ),
        ),
        anImage(),
      ),
    ],
    ['a flavor that promises too much', withFlavors(aFlavor({ name: 'SCS-16C-64-100', disk: 5 }))],
    ['flavors with odd names', withFlavors(aFlavor({ name: 'SCS-1' }), aFlavor({ name: 'SCS-1V:4' }))],
    ['a standard flavor of another size', withFlavors(aFlavor({ vcpus: 2, extraSpecs: {} }))],
    [
      'malformed aspects',
      aCloud({
        volumeTypes: { value: [{ id: 'v', name: 'v', description: '[scs:replicated, encrypted] x' }] },
      }),
    ],
    [
      'ingress and narrow egress',
      aCloud({
        defaultSecurityGroupRules: {
          value: ['ingress', 'egress'].map((direction) => ({
            id: direction,
            direction,
            ethertype: 'IPv4',
            remoteGroupId: null,
            remoteIpPrefix: '0.0.0.0/0',
            usedInDefaultSg: true,
            usedInNonDefaultSg: true,
          })),
        },
      }),
    ],
  ])('fit the findings on %s', (_, snapshot) => {
    const findings = findingsOf(snapshot);
    expect(findings).not.toEqual([]);
    expect(unknown(findings)).toEqual([]);
  });

  it('fit the findings on clusters', () => {
    const node = (name: string, labels: Record<string, string>) => ({ name, labels });
    const placed = { 'topology.kubernetes.io/region': 'r', 'topology.kubernetes.io/zone': 'z' };
    const findings = [[], [node('a', {}), node('b', {})], [node('a', placed), node('b', placed)]].flatMap(
      (nodes) => checkNodeDistribution(nodes, 'v2').findings,
    );
    expect(new Set(findings.map(({ rule }) => rule)).size).toBe(3);
    expect(unknown(findings)).toEqual([]);
  });

  it('belong to test cases that exist', () => {
    const known = [...scopes.iaas.testcases, ...scopes.kaas.testcases].map(({ id }) => id);
    expect([...testcaseMessages.keys()].filter((id) => !known.includes(id))).toEqual([]);
  });
});

describe('documented test cases', () => {
  const all = documentedTestcases();

  it('have each id once, with a page that explains it', () => {
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    for (const { url } of all) expect(url).toMatch(/\/scs-\d{4}-[vw]\d+-/);
  });

  it('have messages wherever a program judges', () => {
    const silent = all.filter(({ messages }) => messages.length === 0).map(({ id }) => id);
    expect(silent.filter((id) => [...iaasTestcases, ...kaasTestcases].includes(id))).toEqual([]);
  });
});
