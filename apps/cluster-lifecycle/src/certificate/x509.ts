import {
  createHash,
  createPrivateKey,
  generateKeyPair,
  KeyObject,
  randomBytes,
  sign,
  X509Certificate,
} from 'node:crypto';
import { isIP } from 'node:net';
import { promisify } from 'node:util';
import * as der from './der.ts';

/** A certificate with its private key, both PEM. */
export interface KeyPair {
  cert: string;
  key: string;
}

export interface Validity {
  notBefore: Date;
  notAfter: Date;
}

const ids = {
  commonName: '2.5.4.3',
  organization: '2.5.4.10',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  rsaWithSha256: '1.2.840.113549.1.1.11',
  clientAuth: '1.3.6.1.5.5.7.3.2',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
};
/** Bits of keyUsage: the first six of `digitalSignature … keyCertSign, cRLSign`. */
const usage = { server: der.bits(0b1000_0000, 1), authority: der.bits(0b0000_0110, 7) };

/** A CA of our own, ECDSA P-256, that may sign servers' certificates and no further CA. */
export async function makeAuthority(name: string, validity: Validity): Promise<KeyPair> {
  const keys = await newKeys();
  return certify(
    {
      subject: nameOf(name),
      issuer: nameOf(name),
      validity,
      publicKey: keys.publicKey,
      signer: keys.privateKey,
    },
    keys,
    [
      extension(ids.basicConstraints, der.sequence(der.boolean(true), der.integer(Buffer.of(0))), true),
      extension(ids.keyUsage, usage.authority, true),
      extension(ids.subjectKeyIdentifier, der.octetString(keyId(keys.publicKey))),
    ],
  );
}

/** A server's certificate for these host names and addresses, signed by the CA. */
export async function makeServing(
  authority: KeyPair,
  names: readonly string[],
  validity: Validity,
): Promise<KeyPair> {
  const keys = await newKeys();
  const ca = new X509Certificate(authority.cert);
  const issuer = der.subjectOf(ca.raw);
  const alternatives = names.map((name) =>
    isIP(name) ? der.implicit(7, addressOf(name)) : der.implicit(2, Buffer.from(name, 'ascii')),
  );
  const signer = createPrivateKey(authority.key);
  return certify({ subject: nameOf(''), issuer, validity, publicKey: keys.publicKey, signer }, keys, [
    extension(ids.basicConstraints, der.sequence(), true),
    extension(ids.keyUsage, usage.server, true),
    extension(ids.extendedKeyUsage, der.sequence(der.objectId(ids.serverAuth))),
    extension(ids.authorityKeyIdentifier, der.sequence(der.implicit(0, keyId(ca.publicKey)))),
    // Critical, since nothing else names the subject (RFC 5280, 4.1.2.6).
    extension(ids.subjectAltName, der.sequence(...alternatives), true),
  ]);
}

/** Who a client is to an API server: a user, and the groups that it is in. */
export interface ClientIdentity {
  user: string;
  groups: readonly string[];
}

/** A client's certificate, signed by a CA that somebody else made: RSA, as kubeadm has it, or ECDSA. Throws where its key is no private key. */
export async function makeClient(
  authority: KeyPair,
  { user, groups }: ClientIdentity,
  validity: Validity,
): Promise<KeyPair> {
  const keys = await newKeys();
  const subject = der.sequence(
    ...groups.map((group) => attribute(ids.organization, group)),
    attribute(ids.commonName, user),
  );
  const issuer = der.subjectOf(new X509Certificate(authority.cert).raw);
  const signer = createPrivateKey(authority.key);
  return certify({ subject, issuer, validity, publicKey: keys.publicKey, signer }, keys, [
    extension(ids.basicConstraints, der.sequence(), true),
    extension(ids.keyUsage, usage.server, true),
    extension(ids.extendedKeyUsage, der.sequence(der.objectId(ids.clientAuth))),
  ]);
}

const newKeys = () => promisify(generateKeyPair)('ec', { namedCurve: 'P-256' });

function certify(
  {
    subject,
    issuer,
    validity,
    publicKey,
    signer,
  }: { subject: Buffer; issuer: Buffer; validity: Validity; publicKey: KeyObject; signer: KeyObject },
  { privateKey }: { privateKey: KeyObject },
  extensions: Buffer[],
): KeyPair {
  const algorithm =
    signer.asymmetricKeyType === 'rsa'
      ? der.sequence(der.objectId(ids.rsaWithSha256), der.nothing)
      : der.sequence(der.objectId(ids.ecdsaWithSha256));
  const toBeSigned = der.sequence(
    // Version 3.
    der.explicit(0, der.integer(Buffer.of(2))),
    der.integer(randomBytes(16)),
    algorithm,
    issuer,
    der.sequence(der.time(validity.notBefore), der.time(validity.notAfter)),
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
    der.explicit(3, der.sequence(...extensions)),
  );
  const signature = sign('sha256', toBeSigned, signer);
  const cert = der.sequence(toBeSigned, algorithm, der.bitString(signature));
  return { cert: pem(cert), key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
}

const nameOf = (commonName: string): Buffer =>
  commonName === '' ? der.sequence() : der.sequence(attribute(ids.commonName, commonName));

const attribute = (id: string, text: string): Buffer =>
  der.set(der.sequence(der.objectId(id), der.utf8String(text)));

const extension = (id: string, value: Buffer, critical = false): Buffer =>
  der.sequence(der.objectId(id), ...(critical ? [der.boolean(true)] : []), der.octetString(value));

/** As RFC 7093 has it: the first 160 bits of SHA-256 over the key. */
const keyId = (key: KeyObject): Buffer =>
  createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest()
    .subarray(0, 20);

function addressOf(text: string): Buffer {
  if (isIP(text) === 4) return Buffer.from(text.split('.').map(Number));
  const [head = '', tail] = text.split('::');
  const words = (part: string) => (part === '' ? [] : part.split(':').map((word) => parseInt(word, 16)));
  const [left, right] = [words(head), words(tail ?? '')];
  const all =
    tail === undefined ? left : [...left, ...Array<number>(8 - left.length - right.length).fill(0), ...right];
  return Buffer.from(all.flatMap((word) => [word >> 8, word & 0xff]));
}

const pem = (bytes: Buffer): string =>
  `-----BEGIN CERTIFICATE-----\n${bytes.toString('base64').replaceAll(/.{64}(?=.)/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
