import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { aCloud, now } from './a-cloud.spec-data.ts';
import { evaluate } from './evaluate.ts';
import { snapshotOf, type RecordedCloud } from './recorded-cloud.spec-data.ts';
import { readScope } from './scope-read.ts';
import { parseScope } from './scope-yaml.ts';

const folder = new URL('../../../../../shared/vectors/certification/', import.meta.url);
const present = existsSync(folder);
if (!present) console.log('skipped: scope files of upstream’s, which are not part of this repository');

const release6 = readScope({
  name: 'SCS Compatible IaaS',
  url: 'https://example.org',
  versions: [
    {
      version: 'v4',
      stabilized_at: '2024-02-28',
      standards: [
        { name: 'Flavors', url: 'u', checks: [{ executable: 'x', id: 'standard-flavors-check' }] },
        { name: 'Names', url: 'u', checks: [{ executable: 'x', id: 'flavor-name-check' }] },
      ],
    },
  ],
});

describe('a scope file that names whole scripts', () => {
  it('is judged by the test cases that took their place under the same version', () => {
    const snapshot = { ...aCloud(), flavors: { value: [] } };
    const { testcases, result, findings } = evaluate({
      scope: release6,
      version: 'v4',
      snapshot,
      at: now,
      mode: 'upstream',
    });
    // No flavor has a wrong name, and the mandatory ones are missing.
    expect(testcases).toEqual({ 'flavor-name-check': 'PASS', 'standard-flavors-check': 'FAIL' });
    expect(result).toBe('FAIL');
    // 15 flavors are mandatory (scs-0103).
    expect(findings.filter(({ severity }) => severity === 'error')).toHaveLength(15);
    expect(new Set(findings.map(({ testcase }) => testcase))).toEqual(new Set(['standard-flavors-check']));
  });

  it.skipIf(!present).each(['2024-03-21-r6', '2024-12-20-v5.1'])(
    'of %s passes the good cloud in every version',
    (name) => {
      const read = (path: string) => readFileSync(new URL(path, folder), 'utf8');
      const scope = parseScope(read(`scopes/scs-compatible-iaas.${name}.yaml`));
      const snapshot = snapshotOf(JSON.parse(read('clouds/good.json')) as RecordedCloud);
      const { as_of: day } = JSON.parse(read('clouds.json')) as { as_of: string };
      for (const { version } of scope.versions) {
        const { result } = evaluate({
          scope,
          version,
          snapshot,
          at: new Date(`${day}T23:59:59Z`),
          mode: 'upstream',
        });
        expect(result, version).toBe('PASS');
      }
    },
  );
});
