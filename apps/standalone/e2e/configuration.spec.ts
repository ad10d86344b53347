// The guide names every setting, with its default and in the words of the schema.
import { readFileSync } from 'node:fs';
import { configSchema as certification } from '@scs/certification';
import { configSchema as clusterLifecycle } from '@scs/cluster-lifecycle';
import { configSchema as docsSearch } from '@scs/docs-search';
import { configSchema as gateway } from '@scs/gateway';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { configSchema as standalone } from '../src/config.ts';

const guide = readFileSync(new URL('../../../docs/configuration.md', import.meta.url), 'utf8');
const section = (title: string): string => guide.split(`\n## ${title}\n`)[1]?.split('\n## ')[0] ?? '';
/** The table may be aligned in any way. */
const squeeze = (text: string): string => text.replaceAll(/ +/g, ' ');

describe.each([
  ['certification', certification],
  ['cluster-lifecycle', clusterLifecycle],
  ['docs-search', docsSearch],
  ['gateway', gateway],
  ['standalone', standalone],
] as const)('the guide on %s', (title, schema) => {
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  it.each(Object.keys(properties))('names %s', (key) => {
    const property = properties[key] as { default?: string | number; description?: string };
    const preset =
      property.default === undefined
        ? required.includes(key)
          ? 'required'
          : '–'
        : `\`${property.default}\``;
    expect(property.description, `${key} has no description`).toBeTruthy();
    expect(squeeze(section(title))).toContain(`| \`${key}\` | ${preset} | ${property.description} |`);
  });
});
