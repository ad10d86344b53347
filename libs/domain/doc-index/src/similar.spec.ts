import { describe, expect, it } from 'vitest';
import { buildIndex } from './build-index.ts';
import { readPages } from './read/read-pages.ts';
import { similarPages } from './similar.ts';

const standard = (id: string, dates: string, body: string) => ({
  repo: 'standards',
  path: `Standards/${id}.md`,
  text: `---\ntype: Standard\ntrack: IaaS\n${dates}\n---\n# ${body}`,
});
const guide = (name: string, body: string) => ({ repo: 'docs', path: `${name}.md`, text: `# ${body}` });
const index = buildIndex(
  readPages([
    standard(
      'scs-0901-v1-backup',
      'stabilized_at: 2024-01-01',
      'Volume backup\n\nA volume can be backed up and restored. Snapshots are no backup.',
    ),
    standard(
      'scs-0901-v2-backup',
      '',
      'Volume backup\n\nA volume can be backed up and restored. Snapshots are no backup.',
    ),
    standard(
      'scs-0902-v1-copies',
      'stabilized_at: 2020-01-01\ndeprecated_at: 2021-01-01',
      'Volume backup\n\nA volume can be backed up and restored. Snapshots are no backup.',
    ),
    guide('restore', 'Restoring volumes\n\nRestore a volume from its backup, or from snapshots.'),
    guide('volumes', 'Snapshots of a volume\n\nEvery volume has a size and a type.'),
    guide('zones', 'Availability zones\n\nPower supplies fail.'),
    guide('roles', 'Roles\n\nA manager manages.'),
    guide('names', 'Naming\n\nNames mean something.'),
    guide('costs', 'Billing\n\nInvoices come each month.'),
  ]).pages,
);
const similar = (page: string, asOf = '2026-11-24') =>
  similarPages(index, page, { asOf })?.map((one) => one.page.replace(/^.*[:/]/, '').replace('.md', ''));

describe('similar pages', () => {
  it('are about the same, nearest first, deprecated last, and never another version', () => {
    expect(similar('standards:Standards/scs-0901-v1-backup.md')).toEqual([
      'restore',
      'volumes',
      'scs-0902-v1-copies',
    ]);
  });

  it('stand by their likeness before they are deprecated', () => {
    expect(similar('standards:Standards/scs-0901-v1-backup.md', '2020-06-01')?.[0]).toBe(
      'scs-0902-v1-copies',
    );
  });

  it('are as many as asked for', () => {
    const page = 'standards:Standards/scs-0901-v1-backup.md';
    expect(similarPages(index, page, { asOf: '2026-11-24', limit: 1 })).toHaveLength(1);
  });

  it('say which words they share, as people write them', () => {
    const [first] = similarPages(index, 'docs:restore.md', { asOf: '2026-11-24' })!;
    expect(first!.similarity).toBeGreaterThan(0);
    expect(first!.similarity).toBeLessThanOrEqual(1);
    expect(first!.sharedWords).toEqual(expect.arrayContaining(['backup', 'snapshots']));
  });

  it('are none where nothing is shared, and undefined for a page that is not there', () => {
    expect(similar('docs:zones.md')).toEqual([]);
    expect(similar('docs:other.md')).toBeUndefined();
  });
});
