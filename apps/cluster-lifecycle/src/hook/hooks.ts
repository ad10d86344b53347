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
    .describe('Where Cluster API’s runtime hooks listen, `host:port`; only where there is a certificate'),
  HOOK_URL: z
    .url({ protocol: /^https$/ })
    .optional()
    .describe(
      'Address that Cluster API calls the hooks by: the service then writes its ExtensionConfig itself; without it somebody else does, e.g. the chart',
    ),
};

/** Serves the hooks, and registers them where the configuration says by which address. */
export async function startHooks(
  config: { HOOK_ADDRESS: string; HOOK_URL?: string | undefined; NAMESPACE?: string | undefined },
  {
    client,
    certificate,
    logger,
    clock,
  }: { client: KubernetesClient; certificate: ServingCertificate; logger: Logger; clock: () => Date },
): Promise<RunningService> {
  const at = config.HOOK_ADDRESS.lastIndexOf(':');
  const server = await startHookServer({
    host: config.HOOK_ADDRESS.slice(0, at).replace(/^\[|\]$/g, ''),
    port: Number(config.HOOK_ADDRESS.slice(at + 1)),
    certificates: certificate,
    client,
    logger,
    clock,
  });
  logger.info({ port: server.port }, 'the runtime hooks listen');
  const { HOOK_URL: url, NAMESPACE: namespace } = config;
  let registered = url === undefined;
  /** Cluster API may be away just now, or have forgotten. */
  const register = async (): Promise<void> => {
    if (url === undefined) return;
    await registerHooks(client, { url }, { caBundle: certificate.caBundle, namespace });
    registered = true;
  };
  const tell = (error: unknown): void =>
    logger.warn({ reason: (error as Error).message }, 'the hooks were not registered');
  await register().catch(tell);
  const stopTelling = certificate.onChange(() => void register().catch(tell));
  return {
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
