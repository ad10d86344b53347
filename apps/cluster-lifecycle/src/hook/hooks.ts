import type { KubernetesClient } from '@scs/kubernetes';
import type { Logger, RunningService } from '@scs/service';
import { z } from 'zod';
import type { ServingCertificate } from '../certificate/serving-certificate.ts';
import { registerHooks } from './extension-config.ts';
import { startHookServer } from './hook.server.ts';

/** Variables about the runtime hooks, for the schema of the service. */
export const hookVariables = {
  HOOK_ADDRESS: z
    .string()
    .regex(/^.+:\d+$/, 'write host:port')
    .default('0.0.0.0:9442')
    .describe('Where the runtime hooks listen, `host:port`; only where there is a certificate'),
  HOOK_URL: z
    .url({ protocol: /^https$/ })
    .optional()
    .describe(
      'Address that Cluster API calls the hooks by: the service then writes its ExtensionConfig itself; without it somebody else does, e.g. the chart',
    ),
};

/** Serves the hooks, and registers them where the configuration says by which address. Of several replicas, each may answer. */
export async function startHooks(
  config: { HOOK_ADDRESS: string; HOOK_URL?: string | undefined; NAMESPACE?: string | undefined },
  parts: { client: KubernetesClient; certificate: ServingCertificate; clock: () => Date; logger: Logger },
): Promise<RunningService & { port: number }> {
  const { client, certificate, logger, clock } = parts;
  const at = config.HOOK_ADDRESS.lastIndexOf(':');
  const server = await startHookServer({
    host: config.HOOK_ADDRESS.slice(0, at).replace(/^\[|\]$/g, ''),
    port: Number(config.HOOK_ADDRESS.slice(at + 1)),
    certificates: certificate,
    client,
    clock,
    logger,
  });
  logger.info({ address: config.HOOK_ADDRESS, port: server.port }, 'the runtime hooks listen');
  const { HOOK_URL: url, NAMESPACE: namespace } = config;
  let registered = url === undefined;
  let registering: Promise<void> | undefined;
  /** Cluster API may be installed later than we. */
  const register = (): Promise<void> => {
    if (url === undefined) return Promise.resolve();
    registering ??= registerHooks(client, { url }, { caBundle: certificate.caBundle, namespace })
      .then(() => {
        registered = true;
      })
      .finally(() => (registering = undefined));
    return registering;
  };
  const tell = (error: unknown): void =>
    logger.warn({ reason: (error as Error).message }, 'the hooks were not registered at Cluster API');
  await register().catch(tell);
  const stopTelling = certificate.onChange(() => void register().catch(tell));
  return {
    port: server.port,
    checks: {
      hooks: async () => {
        if (!registered) await register();
      },
    },
    async close() {
      stopTelling();
      await server.close();
    },
  };
}
