import type { ApiObject } from './api-object.ts';
import type { FieldProblem } from './failure.ts';
import type { Schema } from './schema.ts';

/** Problems by `x-kubernetes-validations`. */
export function ruleProblems(
  _object: ApiObject,
  _live: ApiObject | undefined,
  _schema: Schema,
): FieldProblem[] {
  return [];
}
