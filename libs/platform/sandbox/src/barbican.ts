import { ApiError, ok, textAt, titleOf, type Api, type Call } from './api.ts';
import type { Cloud } from './cloud-content.ts';
import type { Thing } from './things.ts';

/** Barbican's own page, where nobody asks for another. */
const defaultLimit = 10;
const mayKeepSecrets = ['member', 'creator', 'admin'];

/** Barbican v1: secrets, for members. What they hold is never kept. */
export function barbican(cloud: Cloud): Api {
  const { things, content } = cloud;
  const url = `${cloud.url}/key-manager/v1`;
  const refOf = ({ id }: Thing) => `${url}/secrets/${id}`;
  const bodyOf = (secret: Thing) => ({
    ...secret.fields,
    name: secret.name,
    status: 'ACTIVE',
    secret_ref: refOf(secret),
    created: secret.createdAt.toISOString().slice(0, 19),
  });
  const secretOf = ({ params }: Call): Thing => {
    const secret = things.find('secret', params['id']!);
    if (!secret) throw new ApiError(404, 'Not Found. Sorry but your secret is in another castle.');
    return secret;
  };
  const version = { id: 'v1', status: 'CURRENT', links: [{ rel: 'self', href: `${url}/` }] };

  return {
    root: '/key-manager',
    open: {
      'GET /': () => ({ status: 300, body: { versions: [version] } }),
      'GET /v1': () => ok({ version }),
    },
    check: () => {
      if (!content.roles.some((role) => mayKeepSecrets.includes(role)))
        throw new ApiError(
          403,
          'Secret(s) retrieval attempt not allowed - please review your user/project privileges',
        );
    },
    routes: {
      'GET /v1/secrets': ({ query }) => {
        const name = query.get('name');
        const all = things.list('secret').filter((secret) => name === null || secret.name === name);
        const offset = Number(query.get('offset')) || 0;
        const limit = Math.min(Number(query.get('limit')) || defaultLimit, content.pageSize);
        const next = new URLSearchParams(query);
        next.set('limit', String(limit));
        next.set('offset', String(offset + limit));
        return ok({
          secrets: all.slice(offset, offset + limit).map(bodyOf),
          total: all.length,
          ...(offset + limit < all.length && { next: `${url}/secrets?${next.toString()}` }),
        });
      },
      'POST /v1/secrets': ({ body }) => {
        const fields = {
          secret_type: textAt(body, 'secret_type') ?? 'opaque',
          algorithm: null,
          bit_length: null,
        };
        const secret = things.add('secret', textAt(body, 'name') ?? '', fields, 'ACTIVE');
        return { status: 201, body: { secret_ref: refOf(secret) } };
      },
      'GET /v1/secrets/{id}': (call) => ok(bodyOf(secretOf(call))),
      'DELETE /v1/secrets/{id}': (call) => {
        things.become(secretOf(call), null);
        return { status: 204 };
      },
    },
    errorBody: ({ status, message }) => ({ title: titleOf(status), code: status, description: message }),
  };
}
