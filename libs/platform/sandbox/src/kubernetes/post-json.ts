import http from 'node:http';
import https from 'node:https';

const maxAnswer = 3 * 1024 * 1024;

/** Posts JSON and reads the JSON of the answer; throws where there is none in time. */
export function postJson(
  url: string,
  body: unknown,
  { ca, timeoutMs }: { ca?: string | undefined; timeoutMs: number },
): Promise<{ status: number; body: unknown }> {
  const text = JSON.stringify(body);
  const target = new URL(url);
  return new Promise((resolve, reject) => {
    const request = (target.protocol === 'https:' ? https : http).request(target, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) },
      agent: false,
      ...(ca && { ca }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    const failed = (error: Error) =>
      reject(
        error.name === 'AbortError' || error.name === 'TimeoutError'
          ? new Error(`Post "${url}": context deadline exceeded`)
          : new Error(`Post "${url}": ${error.message}`),
      );
    request.on('error', failed).on('response', (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response
        .on('error', failed)
        .on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > maxAnswer) request.destroy(new Error('the answer is too large'));
          else chunks.push(chunk);
        })
        .on('end', () => {
          try {
            const parsed: unknown = JSON.parse(Buffer.concat(chunks).toString());
            resolve({ status: response.statusCode ?? 0, body: parsed });
          } catch {
            if (response.statusCode === 200) failed(new Error('the answer is no JSON'));
            else resolve({ status: response.statusCode ?? 0, body: undefined });
          }
        });
    });
    request.end(text);
  });
}
