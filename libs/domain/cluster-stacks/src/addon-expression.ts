import { parse } from '@bufbuild/cel';
import type { AddonCondition } from './addon-config.ts';

const types = new Set([
  'bool',
  'bytes',
  'double',
  'int',
  'list',
  'map',
  'null_type',
  'string',
  'type',
  'uint',
]);

/** Why the expression of a condition could never be evaluated: it does not parse, or names an object that is not listed. */
export function expressionProblem({ objects, conditions }: AddonCondition): string | undefined {
  let expression: object;
  try {
    expression = parse(conditions).expr;
  } catch (error) {
    const cause = error instanceof Error ? error.message.replace(/^<input>:/, 'at ') : 'syntax error';
    return `is no CEL expression (${cause})`;
  }
  const known = new Set([...objects.map(({ key }) => key), ...types, ...variablesIn(expression)]);
  const unknown = [...new Set(namesIn(expression))].filter(
    (name) => !known.has(name) && !name.startsWith('@'),
  );
  if (unknown.length === 0) return undefined;
  return `names ${unknown.join(', ')}, but objects have the keys ${objects.map(({ key }) => key).join(', ') || '(none)'}`;
}

/** Names that are read anywhere in the tree. */
function namesIn(node: unknown): string[] {
  if (typeof node !== 'object' || node === null) return [];
  const { case: kind, value } = node as { case?: unknown; value?: unknown };
  if (kind === 'identExpr') return [(value as { name: string }).name];
  return Object.values(node).flatMap(namesIn);
}

/** Names that macros such as `exists(x, …)` bring along. */
function variablesIn(node: unknown): string[] {
  if (typeof node !== 'object' || node === null) return [];
  const own = ['iterVar', 'iterVar2', 'accuVar']
    .map((field) => (node as Record<string, unknown>)[field])
    .filter((name): name is string => typeof name === 'string' && name !== '');
  return [...own, ...Object.values(node).flatMap(variablesIn)];
}
