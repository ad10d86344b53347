import type { IncomingHttpHeaders } from 'node:http';

export type Fields = Record<string, unknown>;

/** A request as a service sees it. */
export interface Call {
  method: string;
  /** Below the service's root, without the query. */
  path: string;
  /** What stood in the path's braces. */
  params: Record<string, string>;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  /** Of a JSON object; empty where there was none. */
  body: Fields;
}

export interface Answer {
  status: number;
  /** A string goes out as XML, all else as JSON. */
  body?: unknown;
  headers?: Record<string, string>;
}

export type Handler = (call: Call) => Answer;

/** One service of the cloud. Of several routes that fit, the first answers. */
export interface Api {
  /** Its place on the host, e.g. `/compute`. */
  root: string;
  /** For everybody, e.g. `GET /v3`. */
  open: Record<string, Handler>;
  /** For who shows a token, e.g. `GET /v2.1/servers/{id}`. */
  routes: Record<string, Handler>;
  /** Refuses by throwing, before a route is called. */
  check?: (call: Call) => void;
  /** How this service words a refusal. */
  errorBody: (error: ApiError) => unknown;
}

/** A refusal; each service words it in its own way. */
export class ApiError extends Error {
  override name = 'ApiError';
  readonly status: number;
  /** Neutron's name for it. */
  readonly type: string;
  constructor(status: number, message: string, type = `HTTP${status}`) {
    super(message);
    this.status = status;
    this.type = type;
  }
}

const reasons: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  409: 'Conflict',
};
export const titleOf = (status: number): string => reasons[status] ?? 'Error';

export const ok = (body: unknown): Answer => ({ status: 200, body });

/** A member of something that may be no object. */
export const at = (value: unknown, ...keys: string[]): unknown =>
  keys.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? (inner as Fields)[key] : undefined),
    value,
  );

export const textAt = (value: unknown, ...keys: string[]): string | null => {
  const found = at(value, ...keys);
  return typeof found === 'string' ? found : null;
};

/** The handler for a method and path, with what stood in the braces. */
export function findRoute(
  routes: Record<string, Handler>,
  method: string,
  path: string,
): { handler: Handler; params: Record<string, string> } | null {
  const asked = path.split('/');
  for (const [route, handler] of Object.entries(routes)) {
    const [verb, pattern = ''] = route.split(' ');
    const wanted = pattern.split('/');
    if (verb !== method || wanted.length !== asked.length) continue;
    const params: Record<string, string> = {};
    const fits = wanted.every((part, index) => {
      const name = /^\{(\w+)\}$/.exec(part)?.[1];
      if (name !== undefined) params[name] = decodeURIComponent(asked[index]!);
      return name !== undefined || part === asked[index];
    });
    if (fits) return { handler, params };
  }
  return null;
}

/** Cuts a page out of a list by `limit` and `marker`. `next` is the query of the page behind it. */
export function pageOf<T extends { id: string }>(
  items: T[],
  query: URLSearchParams,
  pageSize: number,
): { items: T[]; next: URLSearchParams | null } {
  const given = query.get('limit');
  if (given !== null && !/^\d+$/.test(given)) throw new ApiError(400, `limit ${given} is no whole number`);
  const limit = Math.min(Number(given) || pageSize, pageSize);
  const marker = query.get('marker');
  const start = marker === null ? 0 : items.findIndex(({ id }) => id === marker) + 1;
  if (marker !== null && start === 0) throw new ApiError(400, `marker [${marker}] not found`);
  const page = items.slice(start, start + limit);
  const last = page.at(-1);
  if (!last || start + limit >= items.length) return { items: page, next: null };
  const next = new URLSearchParams(query);
  next.set('marker', last.id);
  return { items: page, next };
}

/** A page of a list as Nova, Cinder and Neutron send it. */
export function listAnswer<T extends { id: string }>(
  key: string,
  items: T[],
  { query }: Call,
  { url, pageSize }: { url: string; pageSize: number },
): Answer {
  const { items: page, next } = pageOf(items, query, pageSize);
  const links = next && { [`${key}_links`]: [{ rel: 'next', href: `${url}?${next.toString()}` }] };
  return ok({ [key]: page, ...links });
}

/** The microversion that a request asks for; without one the lowest. Refuses what the service does not have. */
export function microversionOf(
  { headers }: Call,
  service: string,
  { min, max }: { min: string; max: string },
): string {
  const header = headers['openstack-api-version'];
  const asked = typeof header === 'string' && new RegExp(`(?:^|,\\s*)${service} +([^, ]+)`).exec(header)?.[1];
  if (!asked) return min;
  if (asked === 'latest') return max;
  if (!/^\d+\.\d+$/.test(asked))
    throw new ApiError(
      400,
      `API Version String ${asked} is of invalid format. Must be of format MajorNum.MinorNum.`,
    );
  if (isBefore(asked, min) || isBefore(max, asked))
    throw new ApiError(
      406,
      `Version ${asked} is not supported by the API. Minimum is ${min} and maximum is ${max}.`,
    );
  return asked;
}

/** Orders microversions: 2.9 comes before 2.61. */
export function isBefore(one: string, other: string): boolean {
  const [[major = 0, minor = 0], [otherMajor = 0, otherMinor = 0]] = [one, other].map((text) =>
    text.split('.').map(Number),
  ) as [number[], number[]];
  return major < otherMajor || (major === otherMajor && minor < otherMinor);
}
