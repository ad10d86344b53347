import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { crds, printCrds } from './crds.ts';

const folder = new URL('../../../../../shared/vectors/lifecycle/crds/', import.meta.url);
const given = existsSync(folder);
if (!given)
  process.stdout.write('crds: shared/vectors/lifecycle is missing, nothing to compare with: skipped\n');
const upstream = given
  ? ['cso/', 'cspo/'].flatMap((name) =>
      readdirSync(new URL(name, folder)).map(
        (file) => parse(readFileSync(new URL(name + file, folder), 'utf8')) as Manifest,
      ),
    )
  : [];

interface Manifest {
  metadata: { name: string };
  spec: object;
}

/** Descriptions are ours; a field that is called `description` would be an object. */
const withoutDescriptions = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutDescriptions);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, inner]) => key !== 'description' || typeof inner !== 'string')
      .map(([key, inner]) => [key, withoutDescriptions(inner)]),
  );
};

describe.skipIf(!given)('our custom resource definitions', () => {
  it('are the same six', () => {
    expect(crds.map(({ metadata }) => metadata.name).toSorted()).toEqual(
      upstream.map(({ metadata }) => metadata.name).toSorted(),
    );
  });

  it.each(upstream.map((manifest) => [manifest.metadata.name, manifest] as const))(
    '%s says what upstream’s says, descriptions apart',
    (name, manifest) => {
      const own = crds.find(({ metadata }) => metadata.name === name);
      expect(withoutDescriptions(own?.spec)).toEqual(withoutDescriptions(manifest.spec));
    },
  );

  it('describe each field in words of their own', () => {
    const words = (value: unknown): string[] =>
      typeof value === 'object' && value !== null
        ? Object.entries(value).flatMap(([key, inner]) =>
            key === 'description' && typeof inner === 'string' ? [inner] : words(inner),
          )
        : [];
    const theirs = new Set(words(upstream));
    expect(words(crds).filter((line) => theirs.has(line))).toEqual([]);
  });
});

describe('the printed definitions', () => {
  it('are one YAML document each, and say the same', () => {
    const documents = parseAllDocuments(printCrds());
    expect(documents.map((document): unknown => ('toJS' in document ? document.toJS() : undefined))).toEqual(
      crds,
    );
  });
});
