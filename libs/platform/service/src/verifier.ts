import { createHash } from 'node:crypto';
import { decodeProtectedHeader, errors, jwtVerify, type JWTHeaderParameters, type JWTPayload } from 'jose';
import { DomainError } from './domain-error.ts';
import { issuerKeys } from './issuer-keys.ts';
import { metrics } from './metrics.ts';
import { callerOf, type Caller } from './role.ts';

/** An issuer of access tokens: people's identity provider, or the cluster's for services. */
export interface Issuer {
  /** Exactly the `iss` of its tokens. */
  issuer: string;
  jwksUri: string;
  /** Where in the claims the roles are, e.g. `realm_access.roles`. */
  rolesClaim: string;
  tenantClaim: string;
  /** Roles it may give; every role when left out. */
  allowedRoles?: string[] | undefined;
  /** Every bearer belongs to it, whatever the claim says: for an issuer that is in a tenant's own hands. */
  tenant?: string | undefined;
}

export interface VerifierOptions {
  audience: string;
  issuers: Issuer[];
  /** Resolves an API token to its caller, or null for an unknown, expired or revoked one. */
  introspect?: (token: string) => Promise<Caller | null>;
  /** How long an issuer may take to send its keys; 5 s when left out. */
  keysTimeoutMs?: number;
}

/** Turns a bearer token into a caller, or throws `unauthenticated`. */
export type Verifier = (token: string) => Promise<Caller>;

const algorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];
const skewSeconds = 30;
const maxLength = 16 * 1024;
const maxApiTokenLength = 256;
const revocationMs = 5000;
export const apiTokenPrefix = 'scscp_';

/**
 * One verifier for all issuers: exact issuer, our audience, times with 30 s of skew, asymmetric algorithms, access tokens alone. API
 * tokens are asked for anew after 5 s.
 */
export function createVerifier({ audience, issuers, introspect, keysTimeoutMs }: VerifierOptions): Verifier {
  const known = new Map(
    issuers.map((issuer) => [issuer.issuer, { ...issuer, keys: issuerKeys(issuer.jwksUri, keysTimeoutMs) }]),
  );
  const ofApiToken = apiTokenVerifier(introspect);

  return async (token) => {
    if (token.length > maxLength) refuse('too-long', 'the bearer token is longer than 16 KiB');
    if (token.startsWith(apiTokenPrefix)) return ofApiToken(token);
    const issuer = known.get(issuerOf(token));
    if (!issuer) return refuse('issuer', 'the bearer token is of an unknown issuer');
    const { payload, protectedHeader } = await jwtVerify(token, issuer.keys, {
      issuer: issuer.issuer,
      audience,
      algorithms,
      clockTolerance: skewSeconds,
      requiredClaims: ['exp', 'sub'],
    }).catch((error: unknown) => explain(error));
    if (typeof payload.sub !== 'string' || payload.sub === '')
      return refuse('claim-sub', 'the bearer token has the wrong sub');
    if (payload.iat !== undefined && payload.iat > Date.now() / 1000 + skewSeconds)
      return refuse('claim-iat', 'the bearer token was issued in the future; check the clocks');
    if (!isAccessToken(protectedHeader, payload))
      return refuse(
        'not-access-token',
        'this is no access token; send the access token, not the ID or refresh token',
      );
    return toCaller(payload, issuer);
  };
}

function apiTokenVerifier(introspect: VerifierOptions['introspect']): Verifier {
  const answers = new Map<string, { until: number; caller: Promise<Caller | null> }>();
  return async (token) => {
    const refused = 'the API token is unknown, expired or revoked; use another';
    if (!introspect || token.length > maxApiTokenLength) return refuse('api-token', refused);
    // The secret itself need not lie around in memory.
    const key = createHash('sha256').update(token).digest('base64');
    const kept = answers.get(key);
    const entry =
      kept && kept.until > Date.now()
        ? kept
        : { until: Date.now() + revocationMs, caller: introspect(token) };
    if (entry !== kept) {
      if (answers.size > 10_000) answers.clear();
      answers.set(key, entry);
      // A failed question is no answer to keep.
      entry.caller.catch(() => answers.delete(key));
    }
    return (await entry.caller) ?? refuse('api-token', refused);
  };
}

/** By what the issuer says of its type, in the header (RFC 9068) or as Keycloak in the claims; else by what only ID tokens have. */
function isAccessToken({ typ }: JWTHeaderParameters, payload: JWTPayload): boolean {
  const types = [typ, payload['typ']]
    .filter((type) => type !== undefined)
    .map((type) => (isString(type) ? type.toLowerCase().replace(/^application\//, '') : 'no type'));
  if (types.some((type) => !['jwt', 'at+jwt', 'bearer'].includes(type))) return false;
  if (types.some((type) => type !== 'jwt')) return true;
  return !['nonce', 'at_hash', 'c_hash', 's_hash'].some((claim) => claim in payload);
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
  if (
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys ||
    error instanceof errors.JWSSignatureVerificationFailed
  )
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

/** A claim by its path; a part may have dots itself, as clients of Keycloak and namespaced claims do. */
function claimAt(value: unknown, path: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  if (Object.hasOwn(value, path)) return (value as Record<string, unknown>)[path];
  for (let dot = path.indexOf('.'); dot !== -1; dot = path.indexOf('.', dot + 1)) {
    const key = path.slice(0, dot);
    if (Object.hasOwn(value, key))
      return claimAt((value as Record<string, unknown>)[key], path.slice(dot + 1));
  }
  return undefined;
}

const isString = (value: unknown): value is string => typeof value === 'string';

function toCaller(
  payload: JWTPayload,
  { rolesClaim, tenantClaim, allowedRoles, tenant: own }: Issuer,
): Caller {
  const given = claimAt(payload, rolesClaim);
  const names = (Array.isArray(given) ? given : []).filter(isString);
  const tenant = own ?? claimAt(payload, tenantClaim);
  return callerOf(
    payload.sub!,
    names.filter((name) => allowedRoles?.includes(name) ?? true),
    isString(tenant) && tenant !== '' ? tenant : null,
  );
}
