import { celEnv, parse, plan, type CelInput } from '@bufbuild/cel';
import { isFields } from './release-file.ts';
import { fieldsIn, schemaIn, textIn, type VariableSchema } from './variables.ts';

const environment = celEnv();

/**
 * Messages of the CEL rules of a schema (`x-kubernetes-validations`) that a value breaks. Rules about its former value, and those with functions
 * that only Kubernetes has, are left to the API server.
 */
export function brokenRules(value: unknown, schema: VariableSchema): string[] {
  return fieldsIn(schema['x-kubernetes-validations']).flatMap((rule) => {
    const text = textIn(rule, 'rule') ?? '';
    if (/\boldSelf\b/.test(text) || evaluate(text, toCel(value, schema)) !== false) return [];
    return [textIn(rule, 'message') ?? `must satisfy ${text.trim().replace(/\s+/g, ' ')}`];
  });
}

function evaluate(rule: string, self: CelInput): unknown {
  try {
    return plan(environment, parse(rule).expr)({ self });
  } catch {
    return undefined;
  }
}

/** As Kubernetes declares `self`: whole numbers are int where the schema says integer, else double. */
function toCel(value: unknown, schema: VariableSchema | undefined): CelInput {
  const isInteger = !schema || textIn(schema, 'type') !== 'number';
  if (typeof value === 'number') return isInteger && Number.isInteger(value) ? BigInt(value) : value;
  if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'bigint') return value;
  if (Array.isArray(value)) return value.map((entry) => toCel(entry, schema && schemaIn(schema, 'items')));
  if (!isFields(value)) return null;
  const fields = schema && schemaIn(schema, 'properties');
  const others = schema && schemaIn(schema, 'additionalProperties');
  return new Map(
    Object.entries(value).map(([name, inner]) => [
      name,
      toCel(inner, (fields && schemaIn(fields, name)) ?? others),
    ]),
  );
}
