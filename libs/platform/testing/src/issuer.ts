import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

export interface TestIssuer {
  /** As an entry of `ISSUERS`. */
  settings: { issuer: string; jwksUri: string; rolesClaim: string; tenantClaim: string };
  audience: string;
  /** An access token of somebody with these roles. */
  token(caller: { subject?: string; roles: string[]; tenant?: string }): Promise<string>;
  close(): void;
}

/** An identity provider that gives anybody any role: real keys, real tokens, a real key set over HTTP. */
export async function startTestIssuer(): Promise<TestIssuer> {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const keys = JSON.stringify({
    keys: [{ ...(await exportJWK(publicKey)), kid: 'test', alg: 'ES256', use: 'sig' }],
  });
  const server = http.createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(keys);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const audience = 'scs-control-plane';
  return {
    settings: { issuer, jwksUri: `${issuer}/jwks`, rolesClaim: 'groups', tenantClaim: 'tenant' },
    audience,
    token: ({ subject = 'somebody', roles, tenant }) =>
      new SignJWT({ groups: roles, ...(tenant !== undefined && { tenant }) })
        .setProtectedHeader({ alg: 'ES256', kid: 'test', typ: 'at+jwt' })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(subject)
        .setIssuedAt()
        .setExpirationTime('1h')
        .sign(privateKey),
    close: () => void server.close(),
  };
}

/** A port that nobody listens on now. */
export async function freePort(): Promise<number> {
  const probe = http.createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
