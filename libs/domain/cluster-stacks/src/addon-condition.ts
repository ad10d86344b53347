import { celEnv, isCelError, parse, plan, type CelInput, type CelResult } from '@bufbuild/cel';
import type { AddonCondition, AddonConditionObject } from './addon-config.ts';
import type { KubernetesObject } from './resources.ts';

/**
 * What a condition of a stage says. `not-yet` is false, or an object or a field that is still missing: ask again. `invalid` is an expression
 * that cannot become true by waiting: it does not parse, names what was not declared, or yields no bool.
 */
export type ConditionOutcome =
  | { outcome: 'holds' }
  | {
      outcome: 'not-yet' | 'invalid';
      /** One line: what is waited for, with the last values. */ message: string;
    };

const environment = celEnv();
type Expression = ReturnType<typeof parse>['expr'];

/**
 * Evaluates a condition over the live objects, by key; undefined where one does not exist. JSON's whole numbers are CEL's int, as in
 * Kubernetes: `replicas / 2` is a whole number too.
 */
export function evaluateCondition(
  { objects, conditions }: AddonCondition,
  live: ReadonlyMap<string, KubernetesObject | undefined>,
): ConditionOutcome {
  const expression = parseExpression(conditions);
  if (typeof expression === 'string') return { outcome: 'invalid', message: expression };
  const missing = objects.filter(({ key }) => !live.get(key));
  if (missing.length > 0) return notYet(`${missing.map(printObject).join(' and ')} does not exist yet`);
  const bindings = Object.fromEntries(objects.map(({ key }) => [key, toCel(live.get(key))]));
  const result = plan(environment, expression)(bindings);
  if (result === true) return { outcome: 'holds' };
  const values = printValues(expression, objects, live);
  if (result === false) return notYet(`${shorten(conditions)} is false${values}`);
  if (!isCelError(result))
    return invalid(
      `${shorten(conditions)} yields ${typeName(result)}, not true or false; make it a comparison`,
    );
  if (isMissing(result.message)) return notYet(`${shorten(conditions)}: ${result.message}${values}`);
  return invalid(`${shorten(conditions)} cannot be evaluated: ${result.message}${values}`);
}

const notYet = (message: string): ConditionOutcome => ({ outcome: 'not-yet', message });
const invalid = (message: string): ConditionOutcome => ({ outcome: 'invalid', message });

/** The library's words for a field or an element that is not there. */
const isMissing = (message: string): boolean => /^field not found|^index -?\d+ out of bounds/.test(message);

/** The parsed expression, or one line that says why it is none. */
function parseExpression(text: string): Expression | string {
  try {
    return parse(text).expr;
  } catch (error) {
    const place = error instanceof Error ? error.message.replace(/^<input>:/, 'at ') : 'syntax error';
    return `${shorten(text)} is no CEL expression (${place}); mend it in clusteraddon.yaml`;
  }
}

/** Whole numbers as BigInt, since a JavaScript number is CEL's double; those beyond 2^53 have lost digits before, in JSON. */
function toCel(value: unknown): CelInput {
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value;
  if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'bigint') return value;
  if (Array.isArray(value)) return value.map(toCel);
  if (typeof value === 'object' && value !== null)
    return new Map(Object.entries(value).map(([key, entry]) => [key, toCel(entry)]));
  return null;
}

const printObject = ({ kind, namespace, name }: AddonConditionObject): string =>
  `${kind} ${namespace ? `${namespace}/` : ''}${name}`;

const shorten = (text: string, length = 200): string => {
  const line = text.trim().replace(/\s+/g, ' ');
  return line.length > length ? `${line.slice(0, length - 1)}…` : line;
};

function typeName(result: CelResult): string {
  if (result === null) return 'null';
  if (typeof result === 'bigint') return 'an int';
  if (typeof result === 'number') return 'a double';
  return typeof result === 'string' ? 'a string' : 'an object';
}

/** ` (a.spec.replicas is 2, b.spec.replicas is 1)`: at most five single values, those of Secrets hidden. */
function printValues(
  expression: Expression,
  objects: readonly AddonConditionObject[],
  live: ReadonlyMap<string, KubernetesObject | undefined>,
): string {
  const secrets = new Set(objects.filter(({ kind }) => kind === 'Secret').map(({ key }) => key));
  const values = new Map<string, string>();
  for (const path of fieldPaths(expression)) {
    const [key = '', ...fields] = path;
    if (fields.length === 0 || !live.has(key)) continue;
    const value = fields.reduce(child, live.get(key));
    if (typeof value === 'object' && value !== null) continue;
    values.set(path.join('.'), secrets.has(key) ? 'hidden' : printValue(value));
  }
  const parts = [...values].slice(0, 5).map(([path, value]) => `${path} is ${value}`);
  return parts.length > 0 ? ` (${parts.join(', ')})` : '';
}

const child = (value: unknown, field: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[field] : undefined;

const printValue = (value: unknown): string =>
  value === undefined ? 'not set' : shorten(JSON.stringify(value), 60);

/** Every chain of fields in an expression that starts at a variable: `a.spec.replicas`, and `a.data['x']` as far as keys are constant. */
function fieldPaths(expression: Expression | undefined): string[][] {
  if (!expression) return [];
  const whole = fieldPath(expression);
  if (whole) return [whole];
  return partsOf(expression).flatMap(fieldPaths);
}

function partsOf({ exprKind: { case: kind, value } }: Expression): (Expression | undefined)[] {
  if (kind === 'selectExpr') return [value.operand];
  if (kind === 'callExpr') return [value.target, ...value.args];
  if (kind === 'listExpr') return value.elements;
  if (kind === 'structExpr') return value.entries.map((entry) => entry.value);
  return kind === 'comprehensionExpr' ? [value.iterRange, value.loopStep, value.result] : [];
}

function fieldPath(expression: Expression): string[] | undefined {
  const kind = expression.exprKind;
  if (kind.case === 'identExpr') return [kind.value.name];
  if (kind.case === 'selectExpr') {
    const before = kind.value.operand && fieldPath(kind.value.operand);
    return before && [...before, kind.value.field];
  }
  if (kind.case !== 'callExpr' || kind.value.function !== '_[_]') return undefined;
  const [operand, index] = kind.value.args;
  const constant = index?.exprKind.case === 'constExpr' ? index.exprKind.value.constantKind : undefined;
  const before = operand && fieldPath(operand);
  return before && (constant?.case === 'stringValue' || constant?.case === 'int64Value')
    ? [...before, String(constant.value)]
    : undefined;
}
