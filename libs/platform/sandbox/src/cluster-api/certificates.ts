import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';

/** A certificate authority of a workload cluster, in PEM. */
export interface Authority {
  certificate: string;
  key: string;
}

/**
 * A self-signed authority (P-256, valid for ten years), as kubeadm makes one with the common name. With an address it may serve there itself:
 * a client that trusts it needs nothing else.
 */
export function createAuthority(
  commonName: string,
  now: number,
  serves?: `${number}.${number}.${number}.${number}`,
): Authority {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const certificate = selfSigned({ commonName, now, serves }, publicKey, privateKey);
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${certificate.toString('base64').replaceAll(/.{64}/g, '$&\n').trim()}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** Distinguished Encoding Rules: tag, length, content. */
function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const sequence = (...parts: Buffer[]): Buffer => der(0x30, ...parts);
const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'));
const utcTime = (ms: number): Buffer =>
  der(0x17, Buffer.from(`${new Date(ms).toISOString().slice(2, 19).replaceAll(/[-T:]/g, '')}Z`));

/** RFC 5280, as little as a certificate authority needs: basicConstraints and keyUsage, both critical. */
function selfSigned(
  { commonName, now, serves }: { commonName: string; now: number; serves: string | undefined },
  publicKey: KeyObject,
  privateKey: KeyObject,
): Buffer {
  const ecdsaWithSha256 = sequence(oid('2a8648ce3d040302'));
  const name = sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(commonName)))));
  const critical = der(0x01, Buffer.from([0xff]));
  const isAuthority = sequence(oid('551d13'), critical, der(0x04, sequence(der(0x01, Buffer.from([0xff])))));
  const signsCertificates = sequence(
    oid('551d0f'),
    critical,
    der(0x04, der(0x03, Buffer.from([0x02, 0xa4]))),
  );
  const address = Buffer.from(serves?.split('.').map(Number) ?? []);
  const alternativeName = sequence(oid('551d11'), der(0x04, sequence(der(0x87, address))));
  const toBeSigned = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([0x01]), randomBytes(15)])),
    ecdsaWithSha256,
    name,
    sequence(utcTime(now - 300_000), utcTime(now + 3650 * 86_400_000)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(isAuthority, signsCertificates, ...(serves ? [alternativeName] : []))),
  );
  const signature = der(0x03, Buffer.from([0]), sign('sha256', toBeSigned, privateKey));
  return sequence(toBeSigned, ecdsaWithSha256, signature);
}
