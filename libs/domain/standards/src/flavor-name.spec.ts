import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  FlavorNameError,
  formatFlavorName,
  parseFlavorName,
  readFlavorName,
  shortFlavorName,
  toV1,
  toV2,
  type FlavorStrategy,
} from './flavor-name.ts';
import { describeFlavor } from './flavor-prose.ts';
import { flavorSpec } from './flavor-spec.ts';

interface Golden {
  name: string;
  verdict: Record<FlavorStrategy, string>;
  message?: string;
  canonical_v2?: string;
  short_v2?: string;
  prose?: string;
  spec?: Record<string, unknown>;
}

const file = new URL('../../../../../shared/vectors/certification/flavor-names.json', import.meta.url);
const golden = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Golden[]) : [];
if (golden.length === 0)
  console.log('skipped: the golden flavor names, which are not part of this repository');

describe.skipIf(golden.length === 0)('golden flavor names', () => {
  it.each(golden.map((row) => [JSON.stringify(row.name), row] as const))('%s', (_, row) => {
    for (const [strategy, verdict] of Object.entries(row.verdict))
      expect(readFlavorName(row.name, strategy as FlavorStrategy).verdict, strategy).toBe(verdict);
    const judgement = readFlavorName(row.name);
    if (judgement.verdict === 'invalid') expect(judgement.message).toBe(row.message);
    if (!('flavor' in judgement)) return;
    expect(formatFlavorName(judgement.flavor)).toBe(row.canonical_v2);
    expect(shortFlavorName(judgement.flavor)).toBe(row.short_v2);
    expect(describeFlavor(judgement.flavor)).toBe(row.prose);
    expect(flavorSpec(judgement.flavor)).toEqual(row.spec);
  });
});

describe('flavor names of scs-0100-v3.1', () => {
  it.each([
    ['a plain name', 'SCS-4V-16', 'valid'],
    ['disk and type', 'SCS-4V-16-100s', 'valid'],
    ['size left to the provider', 'SCS-2C-4-n', 'valid'],
    ['size and type left to the provider', 'SCS-2C-4-', 'valid'],
    ['many disks of unnamed size', 'SCS-2C-4-3xs', 'valid'],
    ['no size, but a further part', 'SCS-2C-4-_ib', 'valid'],
    ['a leading zero', 'SCS-01V-4', 'valid'],
    ['a trailing point', 'SCS-1V-4.', 'valid'],
    ['a frequency mark without units', 'SCS-2C-4_GNah', 'valid'],
    ['Infiniband behind GPU units', 'SCS-2C-4_GNa-64_ib', 'valid'],
    ['Infiniband behind a GPU generation, which swallows it', 'SCS-2C-4_GNa_ib', 'invalid'],
    ['v1 separators', 'SCS-4V:16:50', 'tolerated'],
    ['v1 separators with every part', 'SCS-2C:4:10n-kvm-hwv-i3h-GNa:14-ib', 'tolerated'],
    ['Cloud Hypervisor in v1', 'SCS-2C:4:10n-chy', 'invalid'],
    ['no CPUs', 'SCS-V-4', 'invalid'],
    ['no RAM', 'SCS-1V-', 'invalid'],
    ['RAM of a quarter', 'SCS-1V-4.25', 'invalid'],
    ['disk of size zero', 'SCS-1V-4-0', 'invalid'],
    ['no disks', 'SCS-1V-4-0x10', 'invalid'],
    ['lower-case type', 'SCS-1v-4', 'invalid'],
    ['o before u', 'SCS-1V-4ou', 'invalid'],
    ['parts in wrong order', 'SCS-2C-4-10_hwv_xen', 'invalid'],
    ['four h', 'SCS-2C-4_i3hhhh', 'invalid'],
    ['mixed separators', 'SCS-1V-4:10n', 'invalid'],
    ['a trailing newline', 'SCS-1V-4\n', 'invalid'],
    ['other digits', 'SCS-١V-4', 'invalid'],
    ['nothing behind the prefix', 'SCS-', 'invalid'],
    ['another prefix', 'SCSx-1V-4', 'not-scs'],
    ['lower-case prefix', 'scs-1V-4', 'not-scs'],
  ])('%s: %s is %s', (_, name, verdict) => {
    expect(readFlavorName(name).verdict).toBe(verdict);
  });

  it('leaves generation zero out of the canonical name', () => {
    expect(formatFlavorName(parseFlavorName('SCS-2C-4_i0'))).toBe('SCS-2C-4_i');
  });
});

const letters = <T extends string>(...values: T[]) => fc.constantFrom(...values);
const optional = (arbitrary: fc.Arbitrary<string>) => fc.option(arbitrary, { nil: '' });
const size = fc.integer({ min: 1, max: 4096 }).map(String);
/** Canonical names, built from the grammar's text rather than from the code. */
const canonicalName = fc
  .tuple(
    size,
    letters('L', 'V', 'T', 'C'),
    letters('', 'i'),
    fc.integer({ min: 1, max: 2048 }).map((halves) => String(halves / 2)),
    letters('', 'u', 'o', 'uo'),
    optional(
      fc
        .tuple(letters('', '2x', '3x'), optional(size), letters('', 'n', 'h', 's', 'p'))
        .map((parts) => `-${parts.join('')}`),
    ),
    letters('', '_kvm', '_xen', '_vmw', '_hyv', '_bms', '_chy'),
    letters('', '_hwv'),
    letters('', '_i', '_i6', '_z3hh', '_a5', '_a', '_r', '_zhhh'),
    letters('', '_GNa-64', '_gA3.1-96h-24hh', '_GI0.95-3', '_GN-7', '_GNu-160-288h'),
    letters('', '_ib'),
  )
  .map(
    ([cpus, type, insecure, ram, flags, ...rest]) =>
      `SCS-${cpus}${type}${insecure}-${ram}${flags}${rest.join('')}`,
  );

describe('the message about a bad name', () => {
  it.each([
    ['SCS-1V-4_GN\n', String.raw`'\n'`],
    ['SCS-1V-4_GN\u2028', String.raw`'\u2028'`],
    ['SCS-1V-4_GN\u001b[31m', String.raw`'\x1b[31m'`],
    ['SCS-1V-4_GN\u{e0001}', String.raw`'\U000e0001'`],
    ["SCS-1V-4_GN'", `"'"`],
    [`SCS-1V-4_GN'"`, String.raw`'\'"'`],
    ['SCS-1V-4_GN\\', String.raw`'\\'`],
    ['SCS-1V-4_GNé é', `'é é'`],
  ])('%j shows what was read, harmless to terminals', (name, shown) => {
    const judgement = readFlavorName(name);
    expect('message' in judgement && judgement.message).toMatch(/^gen can not be set to /);
    expect('message' in judgement && judgement.message).toContain(`set to ${shown};`);
  });
});

describe('any flavor name', () => {
  it('is written as it was read, when it was canonical', () => {
    fc.assert(fc.property(canonicalName, (name) => formatFlavorName(parseFlavorName(name)) === name));
  });

  it('survives the way to v1 and back', () => {
    fc.assert(fc.property(canonicalName, (name) => toV2(toV1(name)) === name));
  });

  it('gives a short name that is its own short name', () => {
    fc.assert(
      fc.property(canonicalName, (name) => {
        const short = shortFlavorName(parseFlavorName(name));
        return shortFlavorName(parseFlavorName(short)) === short && short.length <= name.length;
      }),
    );
  });

  it('is parsed or refused, and nothing else', () => {
    fc.assert(
      fc.property(fc.string(), (tail) => {
        try {
          parseFlavorName(`SCS-${tail}`);
        } catch (error) {
          expect(error).toBeInstanceOf(FlavorNameError);
        }
      }),
    );
  });
});
