import type { KubernetesClient } from '@scs/kubernetes';
import type { Logger, RunningService } from '@scs/service';
import { z } from 'zod';
import type { ServingCertificate } from '../certificate/serving-certificate.ts';
import { admissionLookup } from './admission-lookup.ts';
import { startAdmissionServer } from './admission-server.ts';
import { validatingWebhookConfiguration } from './webhook.ts';

/** Variables about the admission webhooks, for the schema of the service. */
export const webhookVariables = {
  WEBHOOK_ADDRESS: z
    .string()
    .regex(/^.+:\d+$/, 'write host:port')
    .default('0.0.0.0:9443')
    .describe('Where the admission webhooks listen, `host:port`; only where there is a certificate'),
  WEBHOOK_URL: z
    .url({ protocol: /^https$/ })
    .optional()
    .describe(
      'Address that the API server calls the webhooks by: the service then writes its ValidatingWebhookConfiguration itself; without it somebody else does, e.g. the chart',
    ),
};

const clusterApi = ['v1beta2', 'v1beta1'] as const;

/** Serves the webhooks, and makes them known where the configuration says by which address. */
export async function startWebhooks(
  config: { WEBHOOK_ADDRESS: string; WEBHOOK_URL?: string | undefined },
  {
    client,
    certificate,
    logger,
  }: { client: KubernetesClient; certificate: ServingCertificate; logger: Logger },
): Promise<RunningService & { url: string }> {
  const at = config.WEBHOOK_ADDRESS.lastIndexOf(':');
  const lookup = admissionLookup(client, async () => {
    const served = await client.versions('cluster.x-k8s.io');
    return clusterApi.find((version) => served.includes(version));
  });
  const server = await startAdmissionServer({
    host: config.WEBHOOK_ADDRESS.slice(0, at).replace(/^\[|\]$/g, ''),
    port: Number(config.WEBHOOK_ADDRESS.slice(at + 1)),
    certificate,
    lookup,
    logger,
  });
  logger.info({ url: server.url }, 'the admission webhooks listen');
  const { WEBHOOK_URL: url } = config;
  let known = url === undefined;
  let making: Promise<void> | undefined;
  /** Of the API server; it may be away just now, or have forgotten. */
  const makeKnown = (): Promise<void> => {
    if (url === undefined) return Promise.resolve();
    making ??= client
      .apply(validatingWebhookConfiguration({ url }, { caBundle: certificate.caBundle }), {
        fieldManager: 'scs-cluster-lifecycle',
        force: true,
      })
      .then(() => {
        known = true;
      })
      .finally(() => (making = undefined));
    return making;
  };
  const tell = (error: unknown): void =>
    logger.warn({ reason: (error as Error).message }, 'the webhook configuration was not written');
  await makeKnown().catch(tell);
  const stopTelling = certificate.onChange(() => void makeKnown().catch(tell));
  return {
    url: server.url,
    checks: {
      webhooks: async () => {
        if (!known) await makeKnown();
      },
    },
    async close() {
      stopTelling();
      await server.close();
    },
  };
}
