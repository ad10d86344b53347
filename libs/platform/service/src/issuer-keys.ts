import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose';

const freshMs = 10 * 60_000;
const staleMs = 12 * 60 * 60_000;
const cooldownMs = 30_000;
const retryMs = 5000;

/**
 * The keys of an issuer: fetched anew every 10 minutes and, for an unknown key, at most every 30 s; never from where a redirect points.
 * While the issuer is down its last keys serve for 12 hours.
 */
export function issuerKeys(jwksUri: string, timeoutMs = 5000): JWTVerifyGetKey {
  // Fetches, and leaves it to us when.
  const remote = createRemoteJWKSet(new URL(jwksUri), {
    cooldownDuration: Infinity,
    cacheMaxAge: Infinity,
    timeoutDuration: timeoutMs,
  });
  let fetched = -Infinity;
  let asked = -Infinity;
  let failure: unknown;
  let pending: Promise<void> | undefined;

  const refresh = async (): Promise<void> => {
    failure = await remote.reload().then(
      () => {
        fetched = Date.now();
        return undefined;
      },
      (error: unknown) => error,
    );
    asked = Date.now();
    pending = undefined;
  };
  /** One question at a time, and not too often, however many ask. */
  const ask = async (): Promise<void> => {
    if (pending || Date.now() - asked >= (failure ? retryMs : cooldownMs)) await (pending ??= refresh());
  };

  return async (header, token) => {
    if (Date.now() - fetched >= freshMs) await ask();
    if (Date.now() - fetched >= staleMs) throw failure;
    try {
      return await remote(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      await ask();
      if (failure) throw failure;
      return remote(header, token);
    }
  };
}
