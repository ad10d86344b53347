import { isFields } from './json.ts';

type Step = (values: unknown[]) => unknown[];

const parsed = new Map<string, Step[]>();

/**
 * The values at a JSON path as printer columns use it: `.spec.size`, `.status.conditions[?(@.type=='Ready')].status`, `.items[*].name`,
 * `.metadata.labels['a.b/c']`, `.list[0]`. None where a step leads nowhere.
 */
export function jsonPath(object: unknown, path: string): unknown[] {
  let steps = parsed.get(path);
  if (!steps) parsed.set(path, (steps = parse(path)));
  return steps.reduce<unknown[]>((values, step) => step(values), [object]);
}

const field =
  (name: string): Step =>
  (values) =>
    values.flatMap((value) => {
      const found = isFields(value) ? value[name] : undefined;
      return found === undefined ? [] : [found];
    });

const elements: Step = (values) =>
  values.flatMap((value) => (Array.isArray(value) ? value : isFields(value) ? Object.values(value) : []));

const index =
  (at: number): Step =>
  (values) =>
    values.flatMap((value) => {
      const found: unknown = Array.isArray(value) ? value.at(at) : undefined;
      return found === undefined ? [] : [found];
    });

const token =
  /\.?([A-Za-z_$][-\w$]*(?:\\\.[-\w$/]+)*)|\[\s*'((?:[^'\\]|\\.)*)'\s*\]|\[\s*"([^"]*)"\s*\]|\[(-?\d+)\]|(\[\*\]|\.\*)|\[\?\(\s*@\.?([^=!<>)]*?)\s*(?:(==|!=|>=|<=|>|<)\s*(.*?))?\s*\)\]|\.$/y;

function parse(path: string): Step[] {
  const text = path.replace(/^\{(.*)\}$/, '$1');
  const steps: Step[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < text.length) {
    const found = token.exec(text);
    if (!found) return [() => []];
    const [, name, single, double, at, all, condition, operator, operand] = found;
    if (name !== undefined) steps.push(field(name.replaceAll('\\.', '.')));
    else if (single !== undefined) steps.push(field(single.replaceAll(/\\(.)/g, '$1')));
    else if (double !== undefined) steps.push(field(double));
    else if (at !== undefined) steps.push(index(Number(at)));
    else if (all !== undefined) steps.push(elements);
    else if (condition !== undefined) steps.push(filter(condition, operator, operand));
  }
  return steps;
}

function filter(condition: string, operator: string | undefined, operand: string | undefined): Step {
  const path = condition === '' ? '' : `.${condition}`;
  const expected = operand === undefined ? undefined : literal(operand);
  return (values) =>
    elements(values).filter((value) => {
      const [found] = path === '' ? [value] : jsonPath(value, path);
      if (operator === undefined) return found !== undefined;
      if (found === undefined) return false;
      return compare(found, operator, expected);
    });
}

function literal(text: string): unknown {
  const quoted = /^'(.*)'$|^"(.*)"$/.exec(text);
  if (quoted) return quoted[1] ?? quoted[2];
  if (text === 'true' || text === 'false') return text === 'true';
  return Number.isNaN(Number(text)) ? text : Number(text);
}

function compare(one: unknown, operator: string, other: unknown): boolean {
  if (operator === '==') return one === other;
  if (operator === '!=') return one !== other;
  if (typeof one !== 'number' || typeof other !== 'number') return false;
  switch (operator) {
    case '>':
      return one > other;
    case '<':
      return one < other;
    case '>=':
      return one >= other;
    default:
      return one <= other;
  }
}
