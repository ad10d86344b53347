import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildIndex } from './build-index.ts';
import type { Testcase } from './page.ts';
import { readPages } from './read/read-pages.ts';
import { resolveError } from './resolve-error.ts';

const file = (name: string, front: string, body: string) => ({
  repo: 'standards',
  path: `Standards/${name}.md`,
  text: `---\ntitle: ${name}\ntype: Standard\ntrack: IaaS\n${front}\n---\n${body}`,
});
const url = 'https://docs.example.org/standards/scs-0915-w1-rules-testing#automated-tests';
const testcase = (id: string, description: string, ...messages: string[]): Testcase => ({
  id,
  description,
  url,
  messages,
});
const scope = `scripts:
- testcases:
  - id: scs-0915-default-rules
    description: Default rules let nobody in.
    url: ${url}
`;
const { pages } = readPages(
  [
    file(
      'scs-0915-v1-rules',
      'stabilized_at: 2023-01-01\ndeprecated_at: 2025-01-01',
      '## Standard\n\nDefault rules SHOULD let nobody in.',
    ),
    file(
      'scs-0915-v2-rules',
      'stabilized_at: 2025-01-01',
      '## Motivation\n\nDefault rules that let somebody in were a nuisance.\n\n## Standard\n\nDefault rules MUST NOT let anybody in.\n\n## Images\n\nThere MUST be an image.',
    ),
    file('scs-0915-v3-rules', '', '## Standard\n\nDefault rules MUST be absent.'),
    file(
      'scs-0915-w1-rules-testing',
      'supplements:\n  - scs-0915-v1-rules.md\n  - scs-0915-v2-rules.md',
      '## Automated tests\n\nA script counts the rules.',
    ),
    { repo: 'standards', path: 'Tests/scs-compatible-iaas.yaml', text: scope },
  ],
  [
    {
      pages: [],
      testcases: [
        testcase(
          'scs-0915-default-rules',
          'other words',
          'Expected no default ingress rules, found {}.',
          'Default rule {} lets {} traffic in.',
        ),
        testcase('scs-0915-image-ubuntu', 'There is Ubuntu.', "Missing image 'Ubuntu 24.04'"),
        testcase('scs-0915-flavor-1v-4', 'There is SCS-1V-4.', 'standard flavor missing: SCS-1V-4'),
        testcase('scs-0915-flavor-1v-4-10', 'There is SCS-1V-4-10.', 'standard flavor missing: SCS-1V-4-10'),
        testcase(
          'scs-0915-prop-uuid_validity',
          'uuid_validity is valid.',
          'Image "{}": property uuid_validity INVALID: {}',
        ),
        testcase('version-policy-check', 'The version is recent.', 'Cluster version {} is already EOL.'),
      ],
    },
  ],
);
const index = buildIndex(pages);
const resolve = (text: string, asOf = '2026-11-24') => resolveError(index, text, { asOf });
const ids = (text: string) => resolve(text).map((error) => error.testcase);

describe('a line tells its test case', () => {
  it.each([
    ['by its id', 'scs-0915-default-rules: FAIL', 'scs-0915-default-rules'],
    ['by its id in another spelling', 'SCS_0915 default_rules failed', 'scs-0915-default-rules'],
    ['by its id without the zero', 'scs915-default-rules', 'scs-0915-default-rules'],
    ['by an id with an underscore', 'FAIL scs-0915-prop-uuid_validity', 'scs-0915-prop-uuid_validity'],
    ['by an id of the old kind', 'version-policy-check: FAIL', 'version-policy-check'],
    ['by the longest id', 'scs-0915-flavor-1v-4-10: FAIL', 'scs-0915-flavor-1v-4-10'],
    ['by its message', 'Expected no default ingress rules, found 2.', 'scs-0915-default-rules'],
    [
      'behind time and level',
      '2026-11-24T10:00:00Z [main] ERROR: expected no default ingress rules, found 2',
      'scs-0915-default-rules',
    ],
    [
      'in colours',
      '\u001B[31mERROR\u001B[0m: Expected no \u001B[1mdefault\u001B[0m ingress rules, found 2',
      'scs-0915-default-rules',
    ],
    [
      'in JSON',
      '{"level":"error","msg":"Expected no default ingress rules, found 2."}',
      'scs-0915-default-rules',
    ],
    ['with other quotation marks', 'missing image "Ubuntu 24.04"', 'scs-0915-image-ubuntu'],
    ['without any', 'Missing image Ubuntu 24.04', 'scs-0915-image-ubuntu'],
    ['with more blanks', 'Missing   image\t‘Ubuntu 24.04’', 'scs-0915-image-ubuntu'],
    ['of names that begin alike', 'standard flavor missing: SCS-1V-4-10', 'scs-0915-flavor-1v-4-10'],
    ['of names that begin alike, the shorter', 'standard flavor missing: SCS-1V-4.', 'scs-0915-flavor-1v-4'],
    ['cut off', 'Image "Debian": property uuid_valid', 'nothing'],
    [
      'cut off behind most of it',
      'Image "Debian 13": property uuid_validity INVAL',
      'scs-0915-prop-uuid_validity',
    ],
    ['in other words', 'the property uuid_validity is invalid for this image', 'scs-0915-prop-uuid_validity'],
    [
      'in a traceback',
      'Traceback (most recent call last):\n  File "x.py", line 3, in f\nRuntimeError: Cluster version 1.27 is already EOL.',
      'version-policy-check',
    ],
    ['or not, when it passed', 'scs-0915-default-rules: PASS', 'nothing'],
    ['or not, when it is about something else', 'connection refused: no route to host', 'nothing'],
  ])('%s', (_, text, expected) => {
    expect(ids(text)[0] ?? 'nothing').toBe(expected);
  });
});

describe('an error that was resolved', () => {
  it('has the values as they were written', () => {
    expect(
      resolve('ERROR: Image "Debian “13” (x)": property uuid_validity INVALID: Last-Year!')[0],
    ).toMatchObject({
      message: 'Image "{}": property uuid_validity INVALID: {}',
      values: ['Debian “13” (x)', 'Last-Year!'],
      line: 'Image "Debian “13” (x)": property uuid_validity INVALID: Last-Year!',
      confidence: 1,
    });
  });

  it.each([
    ['the words are others', 'the property uuid_validity is invalid for this image'],
    ['the name is another', 'standard flavor missing: SCS-1V-40'],
    ['its end is missing', 'Image "Debian 13": property uuid_validity INV'],
  ])('is less certain when %s', (_, text) => {
    for (const { confidence } of resolve(text)) expect(confidence).toBeLessThan(0.9);
  });

  it.each([
    ['2024-06-01', 'v1', 'standard', 'effective'],
    ['2026-11-24', 'v2', 'standard', 'effective'],
  ])('leads on %s to version %s, section %s', (asOf, version, anchor, state) => {
    const [error] = resolve('Expected no default ingress rules, found 2.', asOf);
    expect(error).toMatchObject({
      testcase: 'scs-0915-default-rules',
      // The scope's own description stays.
      description: 'Default rules let nobody in.',
      standard: `scs-0915-${version}`,
      explanation: { page: 'standards:Standards/scs-0915-w1-rules-testing.md', anchor: 'automated-tests' },
      remedy: { page: `standards:Standards/scs-0915-${version}-rules.md`, anchor, state },
    });
  });

  it('stands once, messages before ids, those that failed alone', () => {
    const log = `*** scs-0915-default-rules
Expected no default ingress rules, found 2.
+++ scs-0915-default-rules: FAIL
*** version-policy-check
+++ version-policy-check: PASS
Missing image 'Ubuntu 24.04'`;
    expect(resolve(log).map(({ testcase: id, values }) => [id, values])).toEqual([
      ['scs-0915-default-rules', ['2']],
      ['scs-0915-image-ubuntu', []],
    ]);
  });
});

describe('any text', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      '{}',
      '\u001B[',
      '{"',
      '"}',
      'scs-0915-',
      'Image "',
      '": property',
      'default rule ',
      ' lets ',
      '\\n',
      'ERROR: ',
      '—',
      'İ',
    ),
  );

  it('gives at most ten results, each test case once, best first, values from the text', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const found = resolve(pieces.join(''));
        const places = found.map(({ testcase: id }) => id);
        expect(new Set(places).size).toBe(places.length);
        expect(found.length).toBeLessThanOrEqual(10);
        expect(found.map(({ confidence }) => confidence)).toEqual(
          found.map(({ confidence }) => confidence).toSorted((a, b) => b - a),
        );
        for (const { values, line } of found) for (const value of values) expect(line).toContain(value);
      }),
    );
  });

  it.each([
    ['one letter', 'a'],
    ['blanks', ' '],
    ['the beginning of a message', 'Image "'],
    ['an id that is never whole', 'scs-0915-'],
    ['escape sequences without end', '\u001B[0;'],
    ['brackets', '['],
    ['open JSON', '{"a":'],
    ['levels', 'ERROR: '],
    ['full stops', '. '],
    ['a whole message', 'Default rule x lets y traffic in. '],
  ])('of a hundred thousand characters is read: %s', (_, part) => {
    expect(() => resolve(part.repeat(Math.ceil(100_000 / part.length)))).not.toThrow();
  });
});
