import { X509Certificate, createPrivateKey } from 'node:crypto';
import { expect, it } from 'vitest';
import { createAuthority } from './certificates.ts';

it('makes an authority that signs itself', () => {
  const now = Date.UTC(2026, 0, 2, 3, 4, 5);
  const { certificate, key } = createAuthority('kubernetes', now);
  const parsed = new X509Certificate(certificate);
  expect(parsed.subject).toBe('CN=kubernetes');
  expect(parsed.ca).toBe(true);
  expect(parsed.checkIssued(parsed)).toBe(true);
  expect(parsed.verify(parsed.publicKey)).toBe(true);
  expect(parsed.checkPrivateKey(createPrivateKey(key))).toBe(true);
  expect(parsed.validFromDate.getTime()).toBeLessThan(now);
});

it('may serve at an address', () => {
  const { certificate } = createAuthority('extension', Date.now(), '127.0.0.1');
  expect(new X509Certificate(certificate).checkIP('127.0.0.1')).toBe('127.0.0.1');
});
