import fc from 'fast-check';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  compareVersions,
  inChannel,
  parseDashVersion,
  parseVersion,
  printDashVersion,
  printVersion,
  type StackVersion,
} from './version.ts';

const file = new URL('../../../../../shared/vectors/lifecycle/version-parse.json', import.meta.url);
const present = existsSync(file);
if (!present) console.log('skipped: vectors of versions, which are not part of this repository');

interface Parsed extends StackVersion {
  String: string;
  StringWithDot: string;
}
const vectors = present
  ? (JSON.parse(readFileSync(file, 'utf8')) as {
      input: string;
      New: Parsed | null;
      ParseVersionString: Parsed | null;
    }[])
  : [];

const shown = (version: StackVersion | undefined): Parsed | null =>
  version ? { ...version, String: printDashVersion(version), StringWithDot: printVersion(version) } : null;

describe.skipIf(!present)('versions, as upstream reads them', () => {
  it.each(vectors)('$input', ({ input, New, ParseVersionString }) => {
    expect(shown(parseVersion(input))).toEqual(New);
    expect(shown(parseDashVersion(input))).toEqual(ParseVersionString);
  });
});

describe('a version in dot form', () => {
  it.each<[what: string, text: string, version: StackVersion | undefined]>([
    ['is stable without a channel', 'v1', { major: 1, channel: 'stable', patch: '' }],
    ['may begin with zeros', 'v007-alpha.01', { major: 7, channel: 'alpha', patch: '01' }],
    ['may have a hash as patch', 'v0-sha.3960147', { major: 0, channel: 'sha', patch: '3960147' }],
    ['keeps the case of letters', 'v1-RC.A', { major: 1, channel: 'RC', patch: 'A' }],
    ['may have underscores and digits in its channel', 'v1-_1._', { major: 1, channel: '_1', patch: '_' }],
    ['may call its channel stable', 'v1-stable.3', { major: 1, channel: 'stable', patch: '3' }],
    ['has no second dot', 'v1-alpha.1.0', undefined],
    ['has no second dash', 'v1-alpha-1.0', undefined],
    ['has no dot behind the number', 'v1.0-alpha.1', undefined],
    ['has a channel before the patch', 'v1-.1', undefined],
    ['has a number', 'v-alpha.1', undefined],
    ['has no capital v', 'V1', undefined],
    ['has nothing before it', ' v1', undefined],
    ['has no line break behind it', 'v1\n', undefined],
    ['is one line', 'v1\nv2', undefined],
    ['has letters and digits of ASCII alone', 'v١', undefined],
    ['has letters of ASCII alone', 'v1-ä.1', undefined],
    ['has no sign', 'v+1', undefined],
    ['is not empty', '', undefined],
    ['has a number that Go can hold', 'v99999999999999999999', undefined],
    ['has a number that can be printed as it was', 'v9007199254740993', undefined],
    [
      'may have the largest such number',
      'v9007199254740991',
      { major: 9007199254740991, channel: 'stable', patch: '' },
    ],
  ])('%s: %j', (_, text, version) => {
    expect(parseVersion(text)).toEqual(version);
  });
});

const word = fc.stringMatching(/^\w{1,8}$/);
const version = fc.oneof(
  fc.record({ major: fc.nat(), channel: fc.constant('stable'), patch: fc.constant('') }),
  fc.record({ major: fc.nat(), channel: word.filter((channel) => channel !== 'stable'), patch: word }),
);

describe('reading and printing', () => {
  it('are inverse in both forms', () => {
    fc.assert(
      fc.property(version, (one) => {
        expect(parseVersion(printVersion(one))).toEqual(one);
        expect(parseDashVersion(printDashVersion(one))).toEqual(one);
      }),
    );
  });

  it('drop the patch of a channel that is called stable, as upstream', () => {
    expect(printVersion({ major: 1, channel: 'stable', patch: '3' })).toBe('v1');
  });
});

describe('the order of versions', () => {
  it.each<[what: string, sorted: string[]]>([
    ['goes by number, not by text', ['v2', 'v9', 'v10']],
    ['takes patches as numbers (defect 7)', ['v1-alpha.9', 'v1-alpha.10', 'v1-alpha.100']],
    ['takes patches of any length as numbers', ['v1-a.9007199254740992', 'v1-a.9007199254740993']],
    ['puts numbers before hashes', ['v0-sha.11930', 'v0-sha.11930ee']],
    ['takes hashes as text', ['v0-sha.abc', 'v0-sha.abd']],
    ['looks at the number before the channel', ['v1-beta.1', 'v2-alpha.1']],
  ])('%s', (_, sorted) => {
    const versions = sorted.toReversed().map((text) => {
      const parsed = parseVersion(text);
      expect(parsed).toBeDefined();
      return parsed as StackVersion;
    });
    expect(versions.toSorted(compareVersions).map(printVersion)).toEqual(sorted);
  });

  it('is total: antisymmetric, transitive, and equal for equal ones alone', () => {
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        expect(Math.sign(compareVersions(a, b)) + Math.sign(compareVersions(b, a))).toBe(0);
        if (compareVersions(a, b) <= 0 && compareVersions(b, c) <= 0)
          expect(compareVersions(a, c)).toBeLessThanOrEqual(0);
        expect(compareVersions(a, { ...a })).toBe(0);
      }),
    );
  });
});

describe('the channel of a ClusterStack', () => {
  it.each<[text: string, channel: 'stable' | 'custom', expected: boolean]>([
    ['v1', 'stable', true],
    ['v1', 'custom', false],
    ['v0-sha.abc', 'custom', true],
    ['v0-git.abc', 'custom', true],
    ['v1-alpha.1', 'custom', true],
    ['v1-alpha.1', 'stable', false],
    ['v1-stable.1', 'stable', true],
  ])('%s in %s: %s (defect 4)', (text, channel, expected) => {
    const parsed = parseVersion(text);
    expect(parsed && inChannel(parsed, channel)).toBe(expected);
  });
});
