import { createRemoteJWKSet, decodeProtectedHeader, errors, jwtVerify, type JWTPayload } from 'jose';
import { DomainError } from './domain-error.ts';
import { metrics } from './metrics.ts';
import { isRole, tenantRoles, type Caller } from './role.ts';

/** An issuer of access tokens: people's identity provider, or the cluster's for services. */
export interface Issuer {
  /** Exactly the `iss` of its tokens. */
  issuer: string;
  jwksUri: string;
  /** Where in the claims the roles are, e.g. `realm_access.roles`. */
  rolesClaim: string;
  tenantClaim: string;
  /** Roles it may give; every role when left out. */
  allowedRoles?: string[];
}

export interface VerifierOptions {
  audience: string;
  issuers: Issuer[];
  /** Resolves an API token to its caller, or null for an unknown, expired or revoked one. */
  introspect?: (token: string) => Promise<Caller | null>;
}

/** Turns a bearer token into a caller, or throws `unauthenticated`. */
export type Verifier = (token: string) => Promise<Caller>;

const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
const maxLength = 16 * 1024;
const revocationMs = 5000;
export const apiTokenPrefix = 'scscp_';

/**
 * One verifier for all issuers: exact issuer, our audience, expiry with 30 s of skew, asymmetric algorithms, access tokens alone. Keys
 * are fetched once and kept; an unknown key is looked for at most every 30 s. API tokens are asked for anew after 5 s.
 */
export function createVerifier({ audience, issuers, introspect }: VerifierOptions): Verifier {
  const known = new Map(
    issuers.map((issuer) => [
      issuer.issuer,
      {
        ...issuer,
        keys: createRemoteJWKSet(new URL(issuer.jwksUri), {
          cooldownDuration: 30_000,
          cacheMaxAge: 600_000,
          timeoutDuration: 5000,
        }),
      },
    ]),
  );
  const apiTokens = new Map<string, { until: number; caller: Promise<Caller | null> }>();

  const ofApiToken = async (token: string): Promise<Caller> => {
    const cached = apiTokens.get(token);
    const entry =
      cached && cached.until > Date.now()
        ? cached
        : { until: Date.now() + revocationMs, caller: introspect?.(token) ?? Promise.resolve(null) };
    if (entry !== cached) {
      if (apiTokens.size > 10_000) apiTokens.clear();
      apiTokens.set(token, entry);
      // A failed question is no answer to keep.
      entry.caller.catch(() => apiTokens.delete(token));
    }
    return (
      (await entry.caller) ?? refuse('api-token', 'the API token is unknown, expired or revoked; use another')
    );
  };

  return async (token) => {
    if (token.length > maxLength) refuse('too-long', 'the bearer token is longer than 16 KiB');
    if (token.startsWith(apiTokenPrefix)) return ofApiToken(token);
    const issuer = known.get(issuerOf(token));
    if (!issuer) return refuse('issuer', 'the bearer token is of an unknown issuer');
    const { payload, protectedHeader } = await jwtVerify(token, issuer.keys, {
      issuer: issuer.issuer,
      audience,
      algorithms,
      clockTolerance: 30,
      requiredClaims: ['exp', 'sub'],
    }).catch((error: unknown) => explain(error));
    const types = [protectedHeader.typ, payload['typ']].map((type) => String(type ?? '').toLowerCase());
    if (
      types.some((type) => ['id', 'refresh', 'offline', 'logout+jwt'].includes(type)) ||
      'nonce' in payload
    ) {
      return refuse(
        'not-access-token',
        'this is no access token; send the access token, not the ID or refresh token',
      );
    }
    return toCaller(payload, issuer);
  };
}

function refuse(reason: string, message: string): never {
  metrics.authnFailures.inc({ reason });
  throw new DomainError('unauthenticated', 'TOKEN_REFUSED', message);
}

/** Only to choose the keys; the signature is checked after. */
function issuerOf(token: string): string {
  try {
    decodeProtectedHeader(token);
    const payload = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as {
      iss?: unknown;
    };
    return typeof payload.iss === 'string' ? payload.iss : '';
  } catch {
    return refuse('malformed', 'the bearer token is no JWT and no API token');
  }
}

function explain(error: unknown): never {
  if (error instanceof errors.JWTExpired)
    return refuse('expired', 'the bearer token has expired; sign in again');
  if (error instanceof errors.JWTClaimValidationFailed)
    return refuse(`claim-${error.claim}`, `the bearer token has the wrong ${error.claim}`);
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWSSignatureVerificationFailed)
    return refuse('signature', 'the bearer token’s signature does not hold');
  if (error instanceof errors.JOSEAlgNotAllowed || error instanceof errors.JOSENotSupported)
    return refuse('algorithm', 'the bearer token’s algorithm is not allowed');
  if (error instanceof errors.JWSInvalid || error instanceof errors.JWTInvalid)
    return refuse('malformed', 'the bearer token is no valid JWT');
  metrics.authnFailures.inc({ reason: 'keys' });
  throw new DomainError(
    'unavailable',
    'KEYS_UNAVAILABLE',
    'the identity provider’s keys cannot be fetched; try again',
    { cause: error },
  );
}

function claim(payload: JWTPayload, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (value, key) =>
        typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined,
      payload,
    );
}

function toCaller(payload: JWTPayload, { rolesClaim, tenantClaim, allowedRoles }: Issuer): Caller {
  const given = claim(payload, rolesClaim);
  const names = (Array.isArray(given) ? given : []).filter(
    (name): name is string => typeof name === 'string',
  );
  const tenant = claim(payload, tenantClaim);
  const bound = typeof tenant === 'string' && tenant !== '' ? tenant : null;
  const mine = names.filter(isRole).filter((name) => allowedRoles?.includes(name) ?? true);
  return {
    subject: payload.sub ?? '',
    tenant: bound,
    // A tenant's role without a tenant would see everything; a platform's role inside a tenant stays inside it.
    roles:
      bound === null
        ? mine.filter((name) => !tenantRoles.includes(name))
        : mine.filter((name) => tenantRoles.includes(name)),
  };
}
