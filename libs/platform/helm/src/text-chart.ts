import { HelmError } from './failure.ts';
import { templateLiteral } from './template-literal.ts';

/** What Helm takes of one file of a chart at most. */
export const mostFileBytes = 5 * 2 ** 20;

const template = 'templates/text.yaml';

/**
 * Files of a chart that executes a text as a template over data. The data is source text of a template, not values, as Helm's values go through
 * YAML, which makes every number a double, so that `eq .replicas 3` fails. The result is printed as JSON: Helm would read anything else as YAML.
 */
export function textChart(text: string, data: Record<string, unknown>): Record<string, string> {
  const files = {
    'Chart.yaml': 'apiVersion: v2\nname: text\nversion: 1.0.0\n',
    text,
    [template]: [
      '{{- $nil := (dict).nothing -}}',
      `{{- $data := ${literal(data)} -}}`,
      'apiVersion: v1',
      'kind: Text',
      'text: {{ tpl (.Files.Get "text") $data | toJson }}',
    ].join('\n'),
  };
  for (const content of Object.values(files)) {
    if (Buffer.byteLength(content) <= mostFileBytes) continue;
    throw new HelmError('too-large', 'the template or the objects it is filled from are larger than 5 MiB');
  }
  return files;
}

/** The result, out of what Helm printed. */
export function textOf(output: string): string {
  const json = /^text: (".*")$/m.exec(output)?.[1];
  if (json === undefined) throw new HelmError('template', 'Helm gave no result for the template');
  return JSON.parse(json) as string;
}

function literal(data: Record<string, unknown>): string {
  try {
    return templateLiteral(data);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new HelmError('values', `the objects for the template cannot be used: ${error.message}`, error);
  }
}
