import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildIndex } from './build-index.ts';
import { readPages } from './read/read-pages.ts';
import { suggest } from './suggest.ts';

const standard = (id: string, title: string, dates: string) => ({
  repo: 'standards',
  path: `Standards/${id}.md`,
  text: `---\ntitle: ${title}\ntype: Standard\ntrack: IaaS\n${dates}\n---\n## Decision\n\nColours.`,
});
const scope = `scripts:
  - testcases:
      - id: scs-0902-zone-power
        description: Zones have their own power supply.
        url: https://docs.example/standards/scs-0902-v1-zones#decision
`;
const guide = '# Backup guide\n\n## Volume backup\n\nText.\n\n## Encrypted volumes\n\nVolumetric.\n';
const index = buildIndex(
  readPages([
    standard('scs-0901-v1-colours', 'Flavor colours', 'stabilized_at: 2023-01-01\ndeprecated_at: 2025-01-01'),
    standard('scs-0901-v2-colours', 'Flavor colours', 'stabilized_at: 2025-01-01'),
    standard('scs-0901-v3-colours', 'Flavor colours', 'status: Draft'),
    standard('scs-0902-v1-zones', 'Availability zones', 'stabilized_at: 2024-01-01'),
    { repo: 'standards', path: 'Tests/scs-compatible-iaas.yaml', text: scope },
    { repo: 'docs', path: 'guides/backup.md', text: guide },
    { repo: 'docs', path: 'guides/restore.md', text: guide.replace('Backup guide', 'Restore guide') },
  ]).pages,
);
const texts = (typed: string): string[] =>
  suggest(index, typed, { asOf: '2026-11-24' }).map(({ text }) => text);

describe('suggestions', () => {
  it.each(['scs-0901', 'SCS 901', '0901', 'scs0901'])('for %s are standards, in force first', (typed) => {
    expect(texts(typed).slice(0, 3)).toEqual([
      'scs-0901-v2 Flavor colours',
      'scs-0901-v3 Flavor colours',
      'scs-0901-v1 Flavor colours',
    ]);
  });

  it('for the start of a number are all standards that it may become', () => {
    expect(texts('scs-09').map((text) => text.slice(0, 11))).toEqual([
      'scs-0901-v2',
      'scs-0902-v1',
      'scs-0901-v3',
      'scs-0901-v1',
      'scs-0902-zo',
    ]);
  });

  it.each([
    ['a version of a standard', 'scs-0901 v1', 'scs-0901-v1 Flavor colours'],
    ['a test case', 'scs-0902-zo', 'scs-0902-zone-power'],
    ['a heading by the start of its words', 'vol ba', 'Volume backup'],
    ['in any order', 'backup vol', 'Volume backup'],
    ['with a slip', 'encyrpted', 'Encrypted volumes'],
    ['a title', 'restore gu', 'Restore guide'],
    ['a word that no heading has', 'volumetr', 'volumetric'],
  ])('have %s first', (_, typed, first) => {
    expect(texts(typed)[0]).toBe(first);
  });

  it('lead to a place', () => {
    expect(suggest(index, 'scs-0902-zone', { asOf: '2026-11-24' })[0]).toEqual({
      text: 'scs-0902-zone-power',
      kind: 'testcase',
      page: 'standards:Standards/scs-0902-v1-zones.md',
      anchor: 'decision',
      state: 'effective',
    });
  });

  it('come for any text, none twice, no more than asked for', () => {
    const typed = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('v', 'scs', 'backup', 'vlume', 'a-', '09'),
    );
    fc.assert(
      fc.property(typed, fc.integer({ min: 0, max: 9 }), (text, limit) => {
        const found = suggest(index, text, { asOf: '2026-11-24', limit }).map((one) =>
          one.text.toLowerCase(),
        );
        expect(new Set(found).size).toBe(found.length);
        expect(found.length).toBeLessThanOrEqual(limit);
      }),
    );
  });
});
