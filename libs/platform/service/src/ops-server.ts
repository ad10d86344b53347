import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { metrics } from './metrics.ts';

const checkMs = 2000;

/** Resolves when the thing is ready; rejects with what is wrong. */
export type ReadinessCheck = () => Promise<unknown>;

export interface OpsServer {
  url: string;
  close(): Promise<void>;
}

/** `/livez` (the process answers), `/readyz` (its parts do too), `/metrics`; on a port of its own, for the operator alone. */
export async function startOpsServer(
  listen: { host: string; port: number },
  checks: Record<string, ReadinessCheck>,
): Promise<OpsServer> {
  const server = http.createServer(
    (request, response) =>
      void answer(request.url ?? '/', checks)
        // A part that is away must not take the process with it.
        .catch((error: unknown) => text(503, `cannot be answered now: ${reasonOf(error)}\n`))
        .then(({ status, type, body }) => {
          response.writeHead(status, { 'content-type': type }).end(body);
        }),
  );
  await new Promise<void>((resolve, reject) =>
    server.once('error', reject).listen(listen.port, listen.host, resolve),
  );
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${listen.host}:${port}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

const text = (status: number, body: string) => ({ status, type: 'text/plain; charset=utf-8', body });
const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** What hangs is not ready. */
async function tooLate(): Promise<never> {
  await sleep(checkMs, undefined, { ref: false });
  throw new Error('no answer in time');
}

async function answer(
  path: string,
  checks: Record<string, ReadinessCheck>,
): Promise<{ status: number; type: string; body: string }> {
  switch (path) {
    case '/livez':
    case '/startupz':
      return text(200, 'ok\n');
    case '/readyz': {
      const outcomes = await Promise.all(
        Object.entries(checks).map(async ([name, check]) => ({
          name,
          ok: await Promise.race([check(), tooLate()]).then(
            () => true,
            () => false,
          ),
        })),
      );
      const ready = outcomes.every(({ ok }) => ok);
      return text(
        ready ? 200 : 503,
        outcomes.map(({ name, ok }) => `${name} ${ok ? 'ok' : 'failed'}\n`).join(''),
      );
    }
    case '/metrics':
      return { status: 200, type: metrics.registry.contentType, body: await metrics.registry.metrics() };
    default:
      return text(404, 'this port has /livez, /readyz and /metrics\n');
  }
}
