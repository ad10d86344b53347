import https from 'node:https';
import http from 'node:http';
import { isIP } from 'node:net';
import { checkAddress, type Addresses } from '@scs/source-files';

const timeoutMs = 10_000;
const maxBytes = 4096;

/**
 * `sha256:…` as it lies beside an image at `<url>.CHECKSUM`. The address is a user's: only the hosts that are allowed are asked, and no redirect is followed. Throws
 * with one line.
 */
export async function fetchChecksum(imageUrl: string, allowed: Addresses): Promise<string> {
  const { url, host, port, ips } = await checkAddress(`${imageUrl}.CHECKSUM`, allowed);
  const text = await get(url, { host, port, ip: ips[0] ?? host });
  const [word = ''] = text.trim().split(/\s+/);
  if (!/^[0-9a-f]{64}$/i.test(word))
    throw new Error(`${url} does not begin with a SHA-256 of 64 digits; check that it is the checksum file`);
  return `sha256:${word.toLowerCase()}`;
}

function get(url: string, { host, port, ip }: { host: string; port: number; ip: string }): Promise<string> {
  const { protocol, pathname } = new URL(url);
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => reject(new Error(`${host}${pathname} ${why}`));
    const request = (protocol === 'https:' ? https : http).get(
      {
        // The address that was checked; a second look-up may say something else.
        host: ip,
        port,
        path: pathname,
        headers: { host: new URL(url).host, 'user-agent': 'scs' },
        ...(isIP(host) === 0 && { servername: host }),
        signal: AbortSignal.timeout(timeoutMs),
        agent: false,
      },
      (response) => {
        if (response.statusCode !== 200) {
          response.destroy();
          fail(`answers ${response.statusCode}; check that there is a checksum beside the image`);
          return;
        }
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
          if (text.length > maxBytes)
            response.destroy(new Error('is no checksum file: it has more than 4 KiB'));
        });
        response.on('error', (error) => fail(error.message));
        response.on('end', () => resolve(text));
      },
    );
    request.on('error', (error: NodeJS.ErrnoException) =>
      fail(
        error.name === 'TimeoutError'
          ? `did not answer within ${timeoutMs / 1000} s; try again later`
          : `cannot be reached (${error.code ?? error.message}); check the address and the network`,
      ),
    );
  });
}
