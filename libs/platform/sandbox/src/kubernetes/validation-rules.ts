import { celEnv, isCelError, parse, plan, type CelInput } from '@bufbuild/cel';
import { strings } from '@bufbuild/cel/ext';
import type { FieldProblem } from './failure.ts';
import { isFields } from './json.ts';
import { childOf, elementKey, listTypeOf, type Schema } from './schema.ts';

type Rule = NonNullable<Schema['x-kubernetes-validations']>[number];
type Judge = (bindings: Record<string, CelInput>) => boolean | string;

/**
 * Problems by `x-kubernetes-validations`. Rules that need what only Kubernetes adds to CEL (quantities, URLs, …) judge nothing, and
 * `messageExpression` is not evaluated.
 */
export function ruleProblems(
  value: unknown,
  before: unknown,
  schema: Schema | undefined,
  path = '',
): FieldProblem[] {
  if (!schema || value === undefined || value === null || !hasRules(schema)) return [];
  const problems = (schema['x-kubernetes-validations'] ?? []).flatMap((rule) =>
    problemOf(rule, value, before, schema, path),
  );
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries())
      problems.push(...ruleProblems(item, matching(before, item, schema), schema.items, `${path}[${index}]`));
    return problems;
  }
  if (!isFields(value)) return problems;
  for (const [key, field] of Object.entries(value)) {
    const old = isFields(before) ? before[key] : undefined;
    problems.push(...ruleProblems(field, old, childOf(schema, key)?.schema, path ? `${path}.${key}` : key));
  }
  return problems;
}

/** The element of the old list with the same key; other lists have no memory of their elements. */
function matching(before: unknown, item: unknown, schema: Schema): unknown {
  if (!Array.isArray(before) || listTypeOf(schema) !== 'map') return undefined;
  const key = JSON.stringify(elementKey(schema, item));
  return before.find((one: unknown) => JSON.stringify(elementKey(schema, one)) === key);
}

const ruled = new WeakMap<Schema, boolean>();

/** Is there a rule at or below it? Most schemas have none. */
function hasRules(schema: Schema | undefined): boolean {
  if (!schema) return false;
  let found = ruled.get(schema);
  if (found === undefined) {
    found =
      schema['x-kubernetes-validations'] !== undefined ||
      hasRules(schema.items) ||
      (isFields(schema.additionalProperties) && hasRules(schema.additionalProperties as Schema)) ||
      Object.values(schema.properties ?? {}).some(hasRules);
    ruled.set(schema, found);
  }
  return found;
}

function problemOf(
  rule: Rule,
  value: unknown,
  before: unknown,
  schema: Schema,
  path: string,
): FieldProblem[] {
  const looksBack = /\boldSelf\b/.test(rule.rule);
  if (looksBack && before === undefined) return [];
  const verdict = judgeOf(rule.rule)?.({
    self: celOf(value, schema),
    ...(looksBack && { oldSelf: celOf(before, schema) }),
  });
  if (verdict === undefined || verdict === true) return [];
  const why = verdict === false ? (rule.message?.trim() ?? `failed rule: ${rule.rule}`) : verdict;
  const field = rule.fieldPath ? `${path}${rule.fieldPath}` : path;
  if (rule.reason === 'FieldValueForbidden')
    return [{ reason: rule.reason, field, message: `Forbidden: ${why}` }];
  if (rule.reason === 'FieldValueRequired')
    return [{ reason: rule.reason, field, message: `Required value: ${why}` }];
  return [
    {
      reason: rule.reason === 'FieldValueDuplicate' ? rule.reason : 'FieldValueInvalid',
      field,
      message: `Invalid value: "${schema.type ?? 'object'}": ${why}`,
    },
  ];
}

const environment = celEnv({ funcs: strings });
const judges = new Map<string, Judge | undefined>();

/** Undefined where the rule cannot be understood here. */
function judgeOf(rule: string): Judge | undefined {
  if (!judges.has(rule)) judges.set(rule, compile(rule));
  return judges.get(rule);
}

function compile(rule: string): Judge | undefined {
  try {
    const evaluate = plan(environment, parse(rule));
    return (bindings) => {
      const result = evaluate(bindings as never);
      if (!isCelError(result)) return result === true;
      // A function that is not there is our lack, not the object's.
      return /overload|unresolved|unknown function|undeclared/i.test(result.message)
        ? true
        : `rule evaluation error: ${result.message}`;
    };
  } catch {
    return undefined;
  }
}

/** Integers are `int` in CEL, by the schema and not by their look. */
function celOf(value: unknown, schema: Schema | undefined): CelInput {
  if (typeof value === 'number')
    return Number.isInteger(value) && schema?.type !== 'number' ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map((item: unknown) => celOf(item, schema?.items));
  if (isFields(value))
    return new Map(
      Object.entries(value).map(([key, field]) => [key, celOf(field, childOf(schema, key)?.schema)]),
    );
  return typeof value === 'string' || typeof value === 'boolean' ? value : null;
}
