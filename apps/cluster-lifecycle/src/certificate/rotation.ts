import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { makeAuthority, makeServing, type KeyPair } from './x509.ts';

/** A CA of our own and what it signed, as all replicas share it. */
export interface CertificateSet {
  authority: KeyPair;
  /** Trusted already, and signs from tomorrow on. */
  next?: KeyPair;
  /** Still trusted, until nobody serves what it signed. */
  previous?: { cert: string };
  serving: KeyPair;
}

const day = 24 * 60 * 60 * 1000;
const authorityMs = 365 * day;
const servingMs = 90 * day;
/** A certificate is replaced when that part of its life is over. */
const replaceAt = 2 / 3;
/** So long a CA is trusted before it signs, and after what it signed is replaced: all that must hear of it have, by then. */
const overlapMs = day;
/** Clocks differ. */
const skewMs = 5 * 60 * 1000;

/** Everything that a client must trust, PEM. */
export const bundleOf = ({ authority, next, previous }: CertificateSet): string =>
  [authority, next, previous].flatMap((entry) => entry?.cert ?? []).join('');

/**
 * The set as it must be now: the same object where nothing has to change. A CA is replaced in three steps, a day apart, so that nobody is ever shown a certificate
 * of a CA that it does not know: trusted, signing, no longer trusted.
 */
export async function rotate(
  set: CertificateSet | undefined,
  dnsNames: readonly string[],
  now: Date,
): Promise<CertificateSet> {
  if (!set || isOver(set.authority, now)) {
    const authority = await makeAuthority(nameOf(now), lifetime(authorityMs, now));
    return { authority, serving: await makeServing(authority, dnsNames, lifetime(servingMs, now)) };
  }
  let { authority, next, previous, serving } = set;
  if (next && now.getTime() - begin(next) >= overlapMs) {
    [previous, authority, next] = [authority, next, undefined];
    serving = await makeServing(authority, dnsNames, lifetime(servingMs, now));
  } else if (!isUsable(serving, authority, dnsNames, now)) {
    serving = await makeServing(authority, dnsNames, lifetime(servingMs, now));
  }
  if (previous && now.getTime() - begin(serving) >= overlapMs) previous = undefined;
  if (!next && !previous && isDue(authority, now))
    next = await makeAuthority(nameOf(now), lifetime(authorityMs, now));
  const isSame =
    authority === set.authority && next === set.next && previous === set.previous && serving === set.serving;
  return isSame ? set : { authority, serving, ...(next && { next }), ...(previous && { previous }) };
}

/** Clients tell CAs apart by name. */
const nameOf = (now: Date): string => `scs-cluster-lifecycle-${now.toISOString().slice(0, 10)}`;

const lifetime = (ms: number, now: Date) => ({
  notBefore: new Date(now.getTime() - skewMs),
  notAfter: new Date(now.getTime() + ms),
});

const begin = ({ cert }: { cert: string }): number =>
  Date.parse(new X509Certificate(cert).validFrom) + skewMs;
const end = ({ cert }: { cert: string }): number => Date.parse(new X509Certificate(cert).validTo);

const isOver = (pair: KeyPair, now: Date): boolean => now.getTime() >= end(pair);
const isDue = (pair: KeyPair, now: Date): boolean =>
  now.getTime() >= begin(pair) + (end(pair) - begin(pair)) * replaceAt;

function isUsable(serving: KeyPair, authority: KeyPair, dnsNames: readonly string[], now: Date): boolean {
  if (isDue(serving, now)) return false;
  const certificate = new X509Certificate(serving.cert);
  return (
    certificate.checkIssued(new X509Certificate(authority.cert)) &&
    dnsNames.every((name) => (isIP(name) ? certificate.checkIP(name) : certificate.checkHost(name)))
  );
}
