import { getOption, hasOption, type DescMethod } from '@bufbuild/protobuf';
import { http } from '@scs/proto/google/api/annotations_pb';
import type { HttpRule as ProtoHttpRule } from '@scs/proto/google/api/http_pb';

/** A path template of google.api.http, taken apart. */
export interface Template {
  /** Literals, `*` (one segment) and, last of all, `**` (any number). */
  segments: string[];
  /** The custom verb after the colon; empty for none. */
  verb: string;
  /** Which segments give the value of which field: from `start` up to `end`, that one left out. */
  variables: { field: string; start: number; end: number }[];
}

/** One REST route of an RPC. */
export interface HttpRule {
  /** GET, POST, … */
  method: string;
  template: Template;
  /** Name of the field that the body is; `*` for the whole request, empty for no body. */
  body: string;
}

/** The REST routes that an RPC declares; none for an RPC of gRPC alone. */
export function httpRules(method: DescMethod): HttpRule[] {
  if (!hasOption(method, http)) return [];
  const rule = getOption(method, http);
  return [rule, ...rule.additionalBindings].map((binding) => fromProtoHttpRule(binding, method));
}

function fromProtoHttpRule({ pattern, body, responseBody }: ProtoHttpRule, method: DescMethod): HttpRule {
  const fault = (what: string) => new Error(`${method.parent.typeName}.${method.name}: ${what}`);
  if (pattern.case === undefined) throw fault('its HTTP rule has no path');
  if (responseBody !== '') throw fault('response_body is not supported');
  const { kind, path } =
    pattern.case === 'custom' ? pattern.value : { kind: pattern.case.toUpperCase(), path: pattern.value };
  try {
    return { method: kind, template: parseTemplate(path), body };
  } catch (error) {
    throw fault((error as Error).message);
  }
}

// Reads e.g. `/v1/{name=subjects/*/evaluations/*}:watch`.
export function parseTemplate(text: string): Template {
  if (text === '/') return { segments: [], verb: '', variables: [] };
  const [, path, verb = ''] = /^\/([^:]+)(?::([A-Za-z][A-Za-z0-9]*))?$/.exec(text) ?? [];
  if (path === undefined) throw new Error(`${text} is no path template`);
  const template: Template = { segments: [], verb, variables: [] };
  // A slash inside braces belongs to the variable.
  for (const part of path.split(/\/(?![^{]*\})/)) {
    const [, field, inner = '*'] = /^\{([a-z0-9_.]+)(?:=([^{}]+))?\}$/.exec(part) ?? [];
    const segments = field === undefined ? [part] : inner.split('/');
    const start = template.segments.length;
    template.segments.push(...segments);
    if (field !== undefined) template.variables.push({ field, start, end: template.segments.length });
  }
  template.segments.forEach((segment, index) => {
    const last = index === template.segments.length - 1;
    if (!/^(?:\*|[A-Za-z0-9._~-]+)$/.test(segment) && !(last && segment === '**'))
      throw new Error(`${text} has a segment that cannot be read: ${segment}`);
  });
  return template;
}

/**
 * The values of a template's variables in the raw segments of a path that it matches. A slash that was sent encoded stays encoded where
 * a variable spans segments: `subjects/a%2Fb` is one subject, not two levels.
 */
export function variablesOf(template: Template, raw: string[]): Map<string, string> {
  return new Map(
    template.variables.map(({ field, start, end }) => {
      const open = template.segments[end - 1] === '**';
      const part = raw.slice(start, open ? undefined : end).map((segment) => decodeURIComponent(segment));
      const single = end - start === 1 && !open;
      return [field, single ? part[0]! : part.map((text) => text.replaceAll('/', '%2F')).join('/')];
    }),
  );
}
