import type { Template } from './http-rule.ts';
import type { Schema } from '../docs/schema.ts';

export interface PathParameter {
  name: string;
  schema: Schema;
}

/**
 * A template as OpenAPI writes it: `{name=subjects/*}` is `/subjects/{subject}`, its parameter named after the collection before it.
 * Where a field's pattern has the template's form, each parameter gets its part of the pattern.
 */
export function documentedPath(
  template: Template,
  fieldOf: (path: string) => Schema,
): { path: string; parameters: PathParameter[] } {
  const parameters: PathParameter[] = [];
  const parts = template.segments.map((segment, index) => {
    if (segment !== '*' && segment !== '**') return segment;
    const variable = template.variables.find(({ start, end }) => start <= index && index < end);
    const alone = variable && variable.end - variable.start === 1;
    const wanted = alone ? lastWord(variable.field) : singular(template.segments[index - 1] ?? 'segment');
    const name = parameters.some((other) => other.name === wanted) ? `${wanted}${index}` : wanted;
    const schema = variable
      ? alone
        ? fieldOf(variable.field)
        : partOf(fieldOf(variable.field), template, variable, index)
      : { type: 'string' };
    parameters.push({ name, schema });
    return `{${name}}`;
  });
  return { path: `/${parts.join('/')}${template.verb === '' ? '' : `:${template.verb}`}`, parameters };
}

const lastWord = (field: string) =>
  field
    .slice(field.lastIndexOf('.') + 1)
    .replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** `policies` → `policy`, `statuses` → `status`, `subjects` → `subject`; what is no plural stays. */
export function singular(plural: string): string {
  if (plural.endsWith('ies')) return `${plural.slice(0, -3)}y`;
  if (/(?:ss|tus|x|ch|sh)es$/.test(plural)) return plural.slice(0, -2);
  return /[^su]s$/.test(plural) ? plural.slice(0, -1) : plural;
}

function partOf(
  { pattern }: Schema,
  template: Template,
  { start, end }: { start: number; end: number },
  index: number,
): Schema {
  const [, inner] = /^\^([^|]*)\$$/.exec(pattern ?? '') ?? [];
  const parts = inner?.split('/') ?? [];
  const fits =
    parts.length === end - start &&
    parts.every(
      (part, at) => template.segments[start + at] === '*' || template.segments[start + at] === part,
    );
  return { type: 'string', ...(fits ? { pattern: `^${parts[index - start]!}$` } : {}) };
}
