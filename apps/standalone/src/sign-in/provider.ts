import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { interactionPolicy, Provider, type Configuration, type KoaContextWithOIDC } from 'oidc-provider';
import type { Accounts } from './account.ts';
import { inMemory } from './memory.ts';
import { codePage, confirmPage, logoutPage, messagePage } from './page.ts';

const loopbacks = ['127.0.0.1', 'localhost'];
const scopes = 'openid profile offline_access';
const workday = 8 * 60 * 60;

interface ProviderOptions {
  issuer: string;
  audience: string;
  accounts: Accounts;
  redirectUris: string[];
}

/**
 * OpenID Connect for two public clients of ours: `scs-console` (authorization code with PKCE) and `scs-cli` (device flow). Access
 * tokens are JWTs for one audience. Who signs in has agreed: both clients are the product itself.
 */
export function createProvider({ issuer, audience, accounts, redirectUris }: ProviderOptions): Provider {
  // A resource indicator is a URI; `audience` is what the tokens say.
  const resource = `urn:scs:${encodeURIComponent(audience)}`;
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const policy = interactionPolicy.base();
  policy.remove('consent');
  const publicClient = {
    token_endpoint_auth_method: 'none',
    application_type: 'native',
    scope: scopes,
  } as const;
  const configuration: Configuration = {
    adapter: inMemory(),
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig' }] } as NonNullable<
      Configuration['jwks']
    >,
    cookies: {
      keys: [randomBytes(32).toString('base64url')],
      short: { httpOnly: true, sameSite: 'lax' },
      long: { httpOnly: true, sameSite: 'lax' },
    },
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    clients: [
      {
        ...publicClient,
        client_id: 'scs-console',
        client_name: 'SCS console',
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        redirect_uris: redirectUris,
        post_logout_redirect_uris: redirectUris,
      },
      {
        ...publicClient,
        client_id: 'scs-cli',
        client_name: 'scs',
        grant_types: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
        response_types: [],
        redirect_uris: [],
      },
    ],
    scopes: scopes.split(' '),
    claims: { openid: ['sub'], profile: ['name', 'groups', 'tenant'] },
    interactions: { policy, url: (_ctx, { uid }) => `/interaction/${uid}` },
    features: {
      devInteractions: { enabled: false },
      // Nothing is asked for at /me: access tokens are for the control plane.
      userinfo: { enabled: false },
      deviceFlow: {
        enabled: true,
        userCodeInputSource: (ctx, form, _out, error) => {
          ctx.body = codePage(form, error && codeProblem(error));
        },
        userCodeConfirmSource: (ctx, form, client, _device, code) => {
          ctx.body = confirmPage(form, client.clientName ?? client.clientId, code);
        },
        successSource: (ctx) => {
          ctx.body = messagePage('Signed in', 'You can close this page and go back to your device.');
        },
      },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx, form) => {
          ctx.body = logoutPage(form);
        },
        postLogoutSuccessSource: (ctx) => {
          ctx.body = messagePage('Signed out', 'You can close this page.');
        },
      },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => resource,
        getResourceServerInfo: () => ({
          scope: '',
          audience,
          accessTokenFormat: 'jwt',
          accessTokenTTL: 15 * 60,
          jwt: { sign: { alg: 'ES256' } },
        }),
      },
    },
    findAccount: (_ctx, name) => {
      const user = accounts.find(name);
      return (
        user && {
          accountId: name,
          claims: () => ({ sub: name, name, groups: user.roles, tenant: user.tenant }),
        }
      );
    },
    extraTokenClaims: (_ctx, token) => {
      const user = 'accountId' in token ? accounts.find(token.accountId) : undefined;
      return user && { groups: user.roles, ...(user.tenant ? { tenant: user.tenant } : {}) };
    },
    issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    loadExistingGrant: (ctx) => grantAll(ctx, resource),
    clientBasedCORS: (_ctx, origin, client) =>
      (client.redirectUris ?? []).some((uri) => sameOrigin(uri, origin)),
    renderError: (ctx, { error, error_description: description }) => {
      ctx.type = 'html';
      ctx.body = messagePage('That did not work', description ?? error);
    },
    ttl: {
      AccessToken: 15 * 60,
      AuthorizationCode: 60,
      DeviceCode: 10 * 60,
      Grant: workday,
      IdToken: 15 * 60,
      Interaction: 30 * 60,
      RefreshToken: workday,
      Session: workday,
    },
  };
  return new Provider(issuer, configuration);
}

async function grantAll(ctx: KoaContextWithOIDC, resource: string) {
  const { session, client, account, provider } = ctx.oidc;
  const id = session!.grantIdFor(client!.clientId);
  const kept = id === undefined ? undefined : await provider.Grant.find(id);
  if (kept) return kept;
  const grant = new provider.Grant({ accountId: account!.accountId, clientId: client!.clientId });
  grant.addOIDCScope(scopes);
  grant.addResourceScope(resource, '');
  await grant.save();
  return grant;
}

/** On this machine the port does not matter. */
function sameOrigin(allowed: string, origin: string): boolean {
  const [to, from] = [new URL(allowed), URL.parse(origin)];
  const here = loopbacks.includes(to.hostname) && to.hostname === from?.hostname;
  return to.origin === from?.origin || (here && to.protocol === from?.protocol);
}

function codeProblem({ name }: Error): string {
  switch (name) {
    case 'NoCodeError':
      return 'Enter a code.';
    case 'NotFoundError':
      return 'There is no such code; compare it with your device.';
    case 'ExpiredError':
    case 'AlreadyUsedError':
      return 'This code is no longer good; start again on your device.';
    case 'AbortedError':
      return 'You cancelled; the device was not connected.';
    default:
      return 'That did not work; start again on your device.';
  }
}
