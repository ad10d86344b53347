import type { ApiObject } from './api-object.ts';
import { badRequest, Failure, forbiddenValue, invalid } from './failure.ts';
import type { Fields } from './json.ts';
import { fieldSelector, labelSelector, type Selector } from './selectors.ts';
import { collectionOf, type State, type Target } from './state.ts';
import { inVersion } from './views.ts';

/** The selection of a list or watch. */
export function selectorOf(query: URLSearchParams, { resource, name }: Target): Selector {
  const labels = query.get('labelSelector');
  const fields = query.get('fieldSelector');
  const selectors: Selector[] = [
    ...(labels ? [labelSelector(labels)] : []),
    ...(fields ? [fieldSelector(fields, resource.group, resource.plural)] : []),
    ...(name ? [(object: ApiObject) => object.metadata.name === name] : []),
  ];
  return (object) => selectors.every((holds) => holds(object));
}

/** Pages of a list are of one moment: the rest is kept until it is asked for, or too much else was. */
interface Rest {
  revision: number;
  objects: readonly ApiObject[];
}

export interface Pages {
  take(token: string): Rest | undefined;
  keep(token: string, rest: Rest): void;
  forget(): void;
}

const keptPages = 64;

export function createPages(): Pages {
  const pages = new Map<string, Rest>();
  return {
    take: (token) => pages.get(token),
    keep(token, rest) {
      pages.set(token, rest);
      const [oldest] = pages.keys();
      if (pages.size > keptPages && oldest !== undefined) pages.delete(oldest);
    },
    forget: () => pages.clear(),
  };
}

export interface Listed {
  objects: ApiObject[];
  metadata: Fields;
}

/** GET of a collection, with `limit` and `continue`. */
export function listObjects(state: State, pages: Pages, target: Target, query: URLSearchParams): Listed {
  const selects = selectorOf(query, target);
  checkVersion(state, query);
  const limit = Number(query.get('limit') ?? 0);
  const token = query.get('continue');
  const { revision, objects } = token
    ? continued(pages, token)
    : { revision: state.storage.revision, objects: select(state, target, selects) };
  const page = limit > 0 ? objects.slice(0, limit) : objects;
  const rest = objects.slice(page.length);
  const metadata: Fields = { resourceVersion: String(revision) };
  if (rest.length > 0) {
    const next = tokenOf(revision, page.at(-1)!);
    pages.keep(next, { revision, objects: rest });
    metadata['continue'] = next;
    if (!query.get('labelSelector') && !query.get('fieldSelector'))
      metadata['remainingItemCount'] = rest.length;
  }
  const { resource, version } = target;
  return { objects: page.map((object) => inVersion(resource, version, object)), metadata };
}

/** The stored objects that are meant. */
export function select(state: State, target: Target, selects: Selector): readonly ApiObject[] {
  const namespace = target.resource.namespaced && target.namespace ? target.namespace : undefined;
  return collectionOf(state, target).list(namespace).filter(selects);
}

function tokenOf(revision: number, { metadata: { namespace, name } }: ApiObject): string {
  const token = { v: 'meta.k8s.io/v1', rv: revision, start: `${namespace ? `${namespace}/` : ''}${name}\0` };
  return Buffer.from(JSON.stringify(token)).toString('base64url');
}

function continued(pages: Pages, token: string): Rest {
  const rest = pages.take(token);
  if (rest) return rest;
  try {
    JSON.parse(Buffer.from(token, 'base64url').toString());
  } catch {
    throw badRequest(
      "invalid continue token: continue key is not valid: invalid character 'i' looking for beginning of value",
    );
  }
  throw new Failure(
    410,
    'Expired',
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.',
  );
}

function checkVersion(state: State, query: URLSearchParams): void {
  const version = query.get('resourceVersion');
  if (!version) {
    if (query.get('resourceVersionMatch'))
      throw invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, [
        forbiddenValue(
          'resourceVersionMatch',
          'resourceVersionMatch is forbidden unless resourceVersion is provided',
        ),
      ]);
    return;
  }
  if (!/^\d+$/.test(version))
    throw badRequest(
      `invalid resource version: resourceVersion: Invalid value: "${version}": strconv.ParseUint: parsing "${version}": invalid syntax`,
    );
  if (Number(version) > state.storage.revision)
    throw new Failure(
      504,
      'Timeout',
      `Timeout: Too large resource version: ${version}, current: ${state.storage.revision}`,
      {
        causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
        retryAfterSeconds: 1,
      },
    );
}
