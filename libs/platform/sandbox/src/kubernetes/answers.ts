import type http from 'node:http';
import type { ApiObject } from './api-object.ts';
import type { Failure } from './failure.ts';
import type { Fields } from './json.ts';
import type { Listed } from './reads.ts';
import { apiVersionOf } from './resource.ts';
import type { State, Target } from './state.ts';
import { partialOf, tableOf, type IncludeObject } from './tables.ts';
import { itemTextOf, textOf } from './views.ts';

/** How a client wants objects: as they are, as rows of a table, or their metadata alone. */
export type Form = 'object' | 'table' | 'metadata';

export function formOf(accept: string | undefined): Form {
  for (const part of (accept ?? '').split(',')) {
    if (!/^\s*application\/json\b/.test(part)) continue;
    const as = /;\s*as=([A-Za-z]+)/.exec(part)?.[1];
    if (as === 'Table') return 'table';
    if (as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList') return 'metadata';
    if (!as) return 'object';
  }
  return 'object';
}

export const includeOf = (query: URLSearchParams): IncludeObject => {
  const include = query.get('includeObject');
  return include === 'None' || include === 'Object' ? include : 'Metadata';
};

/** The JSON of one object in the form. */
export function objectText(
  state: State,
  target: Target,
  object: ApiObject,
  form: Form,
  include: IncludeObject,
): string {
  switch (form) {
    case 'object':
      return textOf(object);
    case 'metadata':
      return JSON.stringify(partialOf(object));
    case 'table': {
      const metadata = { resourceVersion: object.metadata.resourceVersion };
      return JSON.stringify(
        tableOf(target.resource, target.version.name, [object], metadata, { include, now: state.now() }),
      );
    }
  }
}

/** The JSON of a list in the form. */
export function listText(
  state: State,
  { resource, version }: Target,
  { objects, metadata }: Listed,
  form: Form,
  include: IncludeObject,
): string {
  if (form === 'table')
    return JSON.stringify(tableOf(resource, version.name, objects, metadata, { include, now: state.now() }));
  const [kind, apiVersion] =
    form === 'metadata'
      ? ['PartialObjectMetadataList', 'meta.k8s.io/v1']
      : [resource.listKind, apiVersionOf(resource, version.name)];
  const textIn = (object: ApiObject): string => {
    if (form === 'metadata') return JSON.stringify(partialOf(object));
    // Items of built-in kinds do not say what they are.
    return resource.custom ? textOf(object) : itemTextOf(object);
  };
  const more = resource.custom && form === 'object' ? { continue: '' } : {};
  const head = JSON.stringify({ kind, apiVersion, metadata: { ...more, ...metadata } });
  return `${head.slice(0, -1)},"items":[${objects.map(textIn).join(',')}]}`;
}

/** Warnings as the API sends them, each as a header of its own. */
export const warningHeaders = (warnings: readonly string[]): Record<string, string[]> =>
  warnings.length > 0
    ? { warning: [...new Set(warnings)].map((text) => `299 - ${JSON.stringify(text)}`) }
    : {};

export function sendText(
  response: http.ServerResponse,
  status: number,
  text: string,
  headers: http.OutgoingHttpHeaders = {},
): void {
  if (response.headersSent || response.destroyed) return;
  response
    .writeHead(status, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(text),
      'cache-control': 'no-cache, private',
      ...headers,
    })
    .end(text);
}

export const sendJson = (
  response: http.ServerResponse,
  status: number,
  body: Fields,
  headers?: http.OutgoingHttpHeaders,
): void => sendText(response, status, `${JSON.stringify(body)}\n`, headers);

export const sendFailure = (
  response: http.ServerResponse,
  failure: Failure,
  headers?: http.OutgoingHttpHeaders,
): void => sendJson(response, failure.code, failure.status(), headers);
