import type { ApiObject } from './api-object.ts';
import { badRequest } from './failure.ts';
import { at } from './json.ts';

export type Selector = (object: ApiObject) => boolean;

/** Label selectors: `a=b,c!=d,e in (f,g),h notin (i),j,!k,n>1`. Throws a 400 for what cannot be read. */
export function labelSelector(text: string): Selector {
  const requirements = splitOutsideParentheses(text).map(requirement);
  return ({ metadata: { labels = {} } }) => requirements.every((holds) => holds(labels));
}

type Requirement = (labels: Record<string, string>) => boolean;

function splitOutsideParentheses(text: string): string[] {
  return text
    .split(/,(?![^(]*\))/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

const key = String.raw`([A-Za-z0-9](?:[-A-Za-z0-9_./]*[A-Za-z0-9])?)`;
const sets = new RegExp(String.raw`^${key}\s+(in|notin)\s*\(([^)]*)\)$`);
const comparison = new RegExp(String.raw`^${key}\s*(==|=|!=|>|<)\s*([-A-Za-z0-9_.]*)$`);
const existence = new RegExp(String.raw`^(!?)\s*${key}$`);

function requirement(text: string): Requirement {
  const inSet = sets.exec(text);
  if (inSet) {
    const [, name = '', operator, list = ''] = inSet;
    const values = new Set(list.split(',').map((value) => value.trim()));
    const has: Requirement = (labels) => labels[name] !== undefined && values.has(labels[name]);
    return operator === 'in' ? has : (labels) => !has(labels);
  }
  const compared = comparison.exec(text);
  if (compared) {
    const [, name = '', operator, value = ''] = compared;
    if (operator === '>') return (labels) => Number(labels[name]) > Number(value);
    if (operator === '<') return (labels) => Number(labels[name]) < Number(value);
    return operator === '!=' ? (labels) => labels[name] !== value : (labels) => labels[name] === value;
  }
  const exists = existence.exec(text);
  if (!exists) throw badRequest(`unable to parse requirement: found '${text}', expected: identifier`);
  const [, not, name = ''] = exists;
  return (labels) => (labels[name] !== undefined) === !not;
}

/** `matchLabels` and `matchExpressions`, as webhooks use them. */
export function matchesSelector(
  selector: { matchLabels?: Record<string, string>; matchExpressions?: MatchExpression[] } | undefined,
  labels: Record<string, string>,
): boolean {
  return (
    Object.entries(selector?.matchLabels ?? {}).every(([name, value]) => labels[name] === value) &&
    (selector?.matchExpressions ?? []).every(({ key: name, operator, values = [] }) => {
      const value = labels[name];
      switch (operator) {
        case 'In':
          return value !== undefined && values.includes(value);
        case 'NotIn':
          return value === undefined || !values.includes(value);
        case 'Exists':
          return value !== undefined;
        case 'DoesNotExist':
          return value === undefined;
      }
    })
  );
}

export interface MatchExpression {
  key: string;
  operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  values?: string[];
}

/** Which fields can be selected, besides name and namespace. By plural. */
const selectable: Record<string, string[]> = {
  events: [
    'involvedObject.kind',
    'involvedObject.namespace',
    'involvedObject.name',
    'involvedObject.uid',
    'involvedObject.apiVersion',
    'involvedObject.resourceVersion',
    'involvedObject.fieldPath',
    'reason',
    'reportingComponent',
    'source',
    'type',
  ],
  pods: ['spec.nodeName', 'spec.restartPolicy', 'spec.serviceAccountName', 'status.phase', 'status.podIP'],
  secrets: ['type'],
  namespaces: ['status.phase'],
  nodes: ['spec.unschedulable'],
};

const alwaysSelectable = ['metadata.name', 'metadata.namespace'];

/** Field selectors: `metadata.name=x,type!=y`. Throws a 400 for fields that cannot be selected. */
export function fieldSelector(text: string, group: string, plural: string): Selector {
  const allowed = [...alwaysSelectable, ...(group === '' ? (selectable[plural] ?? []) : [])];
  const requirements = text
    .split(',')
    .filter(Boolean)
    .map((part) => {
      const found = /^([^=!]+)(==|=|!=)(.*)$/.exec(part.trim());
      if (!found) throw badRequest(`invalid selector: '${text}'; can't understand '${part}'`);
      const [, path = '', operator, value] = found;
      if (!allowed.includes(path))
        throw badRequest(
          `"${path}" is not a known field selector: only ${allowed.map((name) => `"${name}"`).join(', ')}`,
        );
      const steps = path === 'source' ? ['source', 'component'] : path.split('.');
      return { steps, value, equal: operator !== '!=' };
    });
  return (object) =>
    requirements.every(({ steps, value, equal }) => {
      const found = at(object, ...steps);
      return (
        ((typeof found === 'string' || typeof found === 'boolean' ? String(found) : '') === value) === equal
      );
    });
}
