import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { isPair } from './certificate-secret.ts';
import { bundleOf, rotate, type CertificateSet } from './rotation.ts';
import { makeAuthority, makeServing } from './x509.ts';

const hour = 3_600_000;
const start = new Date('2026-01-01T00:00:00Z');
const at = (hours: number): Date => new Date(start.getTime() + hours * hour);
const names = ['scs-webhooks.scs.svc', 'localhost', '127.0.0.1', '::1'];

const authorities = (set: CertificateSet): X509Certificate[] =>
  bundleOf(set)
    .split(/(?<=-----END CERTIFICATE-----\n)/)
    .filter(Boolean)
    .map((pem) => new X509Certificate(pem));
const trusts = (client: CertificateSet, server: CertificateSet, now: Date): boolean => {
  const leaf = new X509Certificate(server.serving.cert);
  return authorities(client).some(
    (ca) => leaf.checkIssued(ca) && leaf.verify(ca.publicKey) && Date.parse(ca.validTo) > now.getTime(),
  );
};

describe('a certificate of our own', () => {
  it('is signed by a CA that may sign servers only, and names every host and address', async () => {
    const validity = { notBefore: at(0), notAfter: at(24) };
    const authority = await makeAuthority('test-ca', validity);
    const serving = await makeServing(authority, names, validity);
    const [ca, leaf] = [new X509Certificate(authority.cert), new X509Certificate(serving.cert)];
    expect(ca).toMatchObject({ ca: true, subject: 'CN=test-ca', issuer: 'CN=test-ca' });
    expect(leaf).toMatchObject({ ca: false, issuer: 'CN=test-ca' });
    // Node says of keyUsage what extendedKeyUsage has: serverAuth.
    expect(leaf.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
    expect(leaf.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
    expect(leaf.verify(ca.publicKey)).toBe(true);
    expect(leaf.subjectAltName).toBe(
      'DNS:scs-webhooks.scs.svc, DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1',
    );
    expect([leaf.validFrom, leaf.validTo].map((time) => new Date(time))).toEqual([at(0), at(24)]);
    expect(isPair(serving)).toBe(true);
    expect(isPair({ cert: serving.cert, key: authority.key })).toBe(false);
  });

  it.each([2049, 2050, 2051])('may last until %i', async (year) => {
    const notAfter = new Date(`${year}-06-01T00:00:00Z`);
    const { cert } = await makeAuthority('test-ca', { notBefore: at(0), notAfter });
    expect(new Date(new X509Certificate(cert).validTo)).toEqual(notAfter);
  });
});

describe('rotation', () => {
  it('changes nothing while nothing is due', async () => {
    const set = await rotate(undefined, names, at(0));
    expect(await rotate(set, names, at(59 * 24))).toBe(set);
  });

  it('replaces the certificate when two thirds of its 90 days are over, and keeps the CA', async () => {
    const set = await rotate(undefined, names, at(0));
    const later = await rotate(set, names, at(61 * 24));
    expect(later.authority).toEqual(set.authority);
    expect(later.serving).not.toEqual(set.serving);
  });

  it('makes a new certificate when the server has a new name', async () => {
    const set = await rotate(undefined, ['a.example'], at(0));
    const later = await rotate(set, ['a.example', 'b.example'], at(1));
    expect(new X509Certificate(later.serving.cert).checkHost('b.example')).toBe('b.example');
    expect(later.authority).toEqual(set.authority);
  });

  it('never shows anybody a certificate of a CA that was not known for a day', async () => {
    const stepHours = 11;
    const seen: CertificateSet[] = [];
    const cas = new Set<string>();
    for (let hours = 0; hours < 3 * 365 * 24; hours += stepHours) {
      const set = await rotate(seen.at(-1), names, at(hours));
      // Clients and replicas that are up to 22 hours behind.
      for (const old of seen.slice(-2)) {
        expect(trusts(old, set, at(hours)), `client of old at ${hours} h`).toBe(true);
        expect(trusts(set, old, at(hours)), `replica of old at ${hours} h`).toBe(true);
      }
      expect(Date.parse(new X509Certificate(set.serving.cert).validTo)).toBeGreaterThan(at(hours).getTime());
      expect(authorities(set).length).toBeLessThanOrEqual(2);
      cas.add(set.authority.cert);
      seen.push(set);
    }
    expect(cas.size).toBeGreaterThan(3);
  });

  it('begins anew where everything is over, after a long sleep', async () => {
    const set = await rotate(undefined, names, at(0));
    const later = await rotate(set, names, at(400 * 24));
    expect(trusts(later, later, at(400 * 24))).toBe(true);
    expect(trusts(set, later, at(400 * 24))).toBe(false);
  });
});
