import { equal, isFields } from '../kubernetes/json.ts';

/**
 * As much of Go's text/template as patches of ClusterClasses use: fields, variables, if, with, range, pipes, comparisons, and some functions of
 * sprig. Throws, with the place, where a template uses more.
 */
export function renderTemplate(template: string, data: unknown): string {
  const nodes = parse(template);
  let text = '';
  const scope: Scope = { root: data, dot: data, variables: new Map([['$', data]]) };
  const walk = (body: readonly Node[], inner: Scope): void => {
    for (const node of body) {
      if (node.type === 'text') text += node.text;
      else if (node.type === 'print') text += print(evaluate(node.pipe, inner));
      else if (node.type === 'set') inner.variables.set(node.name, evaluate(node.pipe, inner));
      else if (node.type === 'range') walkRange(node, inner);
      else {
        const value = evaluate(node.pipe, inner);
        const dot = node.type === 'with' && truthy(value) ? value : inner.dot;
        walk(truthy(value) ? node.body : node.otherwise, {
          ...inner,
          dot,
          variables: new Map(inner.variables),
        });
      }
    }
  };
  const walkRange = (node: Block, inner: Scope): void => {
    const value = evaluate(node.pipe, inner);
    const entries: [unknown, unknown][] = Array.isArray(value)
      ? value.map((item, index) => [index, item])
      : isFields(value)
        ? Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
        : [];
    if (entries.length === 0) walk(node.otherwise, inner);
    for (const [key, item] of entries) {
      const variables = new Map(inner.variables);
      const [first, second] = node.names;
      if (first && second) variables.set(first, key).set(second, item);
      else if (first) variables.set(first, item);
      walk(node.body, { ...inner, dot: item, variables });
    }
  };
  walk(nodes, scope);
  return text;
}

interface Scope {
  root: unknown;
  dot: unknown;
  variables: Map<string, unknown>;
}

interface Block {
  type: 'if' | 'with' | 'range';
  names: string[];
  pipe: string[];
  body: Node[];
  otherwise: Node[];
}

type Node =
  | { type: 'text'; text: string }
  | { type: 'print'; pipe: string[] }
  | { type: 'set'; name: string; pipe: string[] }
  | Block;

const truthy = (value: unknown): boolean =>
  Array.isArray(value) ? value.length > 0 : isFields(value) ? Object.keys(value).length > 0 : Boolean(value);

const print = (value: unknown): string => {
  if (value === undefined || value === null) return '<no value>';
  if (Array.isArray(value)) return `[${value.map(print).join(' ')}]`;
  if (isFields(value)) {
    return `map[${Object.keys(value)
      .sort()
      .map((key) => `${key}:${print(value[key])}`)
      .join(' ')}]`;
  }
  return String(value as string | number | boolean);
};

function parse(template: string): Node[] {
  const root: Node[] = [];
  const open: { block: Block; body: Node[]; chained: boolean }[] = [];
  let body = root;
  const push = (block: Block, chained: boolean): void => {
    body.push(block);
    open.push({ block, body, chained });
    body = block.body;
  };
  let trim = false;
  for (const part of template.split(/(\{\{-?\s*(?:[^}"`]|"(?:[^"\\]|\\.)*"|`[^`]*`)*\}\})/)) {
    if (!part.startsWith('{{')) {
      const text = trim ? part.trimStart() : part;
      if (text) body.push({ type: 'text', text });
      trim = false;
      continue;
    }
    const before = body.at(-1);
    if (part.startsWith('{{-') && before?.type === 'text') before.text = before.text.trimEnd();
    trim = part.endsWith('-}}');
    const tokens = tokenize(part.replace(/^\{\{-?/, '').replace(/-?\}\}$/, ''));
    const [word = '', ...rest] = tokens;
    if (word.startsWith('/*')) continue;
    if (word === 'if' || word === 'with' || word === 'range') push(blockOf(word, rest), false);
    else if (word === 'else') {
      const top = open.at(-1);
      if (!top) throw new Error('template: unexpected {{else}}');
      body = top.block.otherwise;
      if (rest[0] === 'if' || rest[0] === 'with') push(blockOf(rest[0], rest.slice(1)), true);
    } else if (word === 'end') {
      let closed = open.pop();
      if (!closed) throw new Error('template: unexpected {{end}}');
      while (closed?.chained) closed = open.pop();
      body = closed?.body ?? root;
    } else if (rest[0] === ':=' || rest[0] === '=')
      body.push({ type: 'set', name: word, pipe: rest.slice(1) });
    else body.push({ type: 'print', pipe: tokens });
  }
  if (open.length > 0) throw new Error('template: unexpected EOF, an {{end}} is missing');
  return root;
}

function blockOf(type: Block['type'], tokens: string[]): Block {
  const at = tokens.indexOf(':=');
  const names = tokens.slice(0, Math.max(0, at)).filter((token) => token !== ',');
  return { type, names, pipe: tokens.slice(at + 1), body: [], otherwise: [] };
}

const tokenize = (action: string): string[] =>
  action.match(/"(?:[^"\\]|\\.)*"|`[^`]*`|\/\*.*\*\/|:=|[()|,=]|[^\s()|,="`]+/gs) ?? [];

function evaluate(tokens: readonly string[], scope: Scope): unknown {
  let at = 0;
  const operand = (): unknown => {
    const token = tokens[at++] ?? '';
    if (token !== '(') return valueOf(token, scope);
    const value = pipeline();
    if (tokens[at++] !== ')') throw new Error(`template: unclosed ( in {{${tokens.join(' ')}}}`);
    const path = tokens[at];
    if (path?.startsWith('.') && path.length > 1) {
      at++;
      return fieldOf(value, path.slice(1));
    }
    return value;
  };
  const command = (piped: unknown[]): unknown => {
    const word = tokens[at] ?? '';
    const call = functions.get(word);
    if (call) at++;
    const args: unknown[] = [];
    while (at < tokens.length && tokens[at] !== '|' && tokens[at] !== ')') args.push(operand());
    if (call) return call(...args, ...piped);
    if (args.length !== 1 || piped.length > 0) throw new Error(`template: function "${word}" not defined`);
    return args[0];
  };
  const pipeline = (): unknown => {
    let value = command([]);
    while (tokens[at] === '|') {
      at++;
      value = command([value]);
    }
    return value;
  };
  return pipeline();
}

function valueOf(token: string, { dot, variables }: Scope): unknown {
  if (token.startsWith('"')) return JSON.parse(token);
  if (token.startsWith('`')) return token.slice(1, -1);
  if (/^-?\d/.test(token)) return Number(token);
  if (token === 'true' || token === 'false') return token === 'true';
  if (token === 'nil') return undefined;
  if (token === '.') return dot;
  if (token.startsWith('.')) return fieldOf(dot, token.slice(1));
  if (token.startsWith('$')) {
    const [name = '', ...path] = token.split('.');
    if (!variables.has(name)) throw new Error(`template: undefined variable "${name}"`);
    return path.length > 0 ? fieldOf(variables.get(name), path.join('.')) : variables.get(name);
  }
  throw new Error(`template: function "${token}" not defined`);
}

function fieldOf(value: unknown, path: string): unknown {
  let current = value;
  for (const key of path.split('.')) {
    if (current === undefined || current === null) {
      throw new Error(`template: at <.${path}>: nil pointer evaluating interface {}.${key}`);
    }
    current = isFields(current) ? current[key] : undefined;
  }
  return current;
}

const text = (value: unknown): string => print(value);
const number = (value: unknown): number => Number(value);

const library: Record<string, (...args: unknown[]) => unknown> = {
  eq: (first, ...others) => others.some((other) => equal(first, other)),
  ne: (a, b) => !equal(a, b),
  lt: (a, b) => number(a) < number(b),
  le: (a, b) => number(a) <= number(b),
  gt: (a, b) => number(a) > number(b),
  ge: (a, b) => number(a) >= number(b),
  and: (...values) => values.find((value) => !truthy(value)) ?? values.at(-1),
  or: (...values) => values.find(truthy) ?? values.at(-1),
  not: (value) => !truthy(value),
  empty: (value) => !truthy(value),
  default: (fallback, value) => (truthy(value) ? value : fallback),
  len: (value) =>
    isFields(value) ? Object.keys(value).length : Array.isArray(value) ? value.length : text(value).length,
  index: (value, ...keys) =>
    keys.reduce<unknown>(
      (inner, key) =>
        Array.isArray(inner) ? inner[number(key)] : isFields(inner) ? inner[text(key)] : undefined,
      value,
    ),
  hasKey: (value, key) => isFields(value) && text(key) in value,
  printf: (format, ...args) =>
    text(format).replaceAll(/%[sdvq]/g, (verb) =>
      verb === '%q' ? JSON.stringify(text(args.shift())) : text(args.shift()),
    ),
  quote: (value) => JSON.stringify(text(value)),
  squote: (value) => `'${text(value)}'`,
  toString: (value: unknown) => text(value),
  toJson: (value) => JSON.stringify(value),
  lower: (value) => text(value).toLowerCase(),
  upper: (value) => text(value).toUpperCase(),
  trim: (value) => text(value).trim(),
  trimPrefix: (prefix, value) =>
    text(value).startsWith(text(prefix)) ? text(value).slice(text(prefix).length) : value,
  trimSuffix: (suffix, value) =>
    text(value).endsWith(text(suffix)) ? text(value).slice(0, -text(suffix).length) : value,
  replace: (from, to, value) => text(value).replaceAll(text(from), text(to)),
  contains: (part, value) => text(value).includes(text(part)),
  hasPrefix: (prefix, value) => text(value).startsWith(text(prefix)),
  hasSuffix: (suffix, value) => text(value).endsWith(text(suffix)),
  join: (separator, list) => (Array.isArray(list) ? list.map(text).join(text(separator)) : text(list)),
  indent: (width, value) => text(value).replaceAll(/^/gm, ' '.repeat(number(width))),
  nindent: (width, value) => `\n${text(value).replaceAll(/^/gm, ' '.repeat(number(width)))}`,
  b64enc: (value) => Buffer.from(text(value)).toString('base64'),
  list: (...values) => values,
};

const functions = new Map(Object.entries(library));
