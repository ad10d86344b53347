import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { validatingWebhookConfiguration } from './webhook.ts';

interface Configured {
  webhooks: { name: string; clientConfig: { service: { path: string } }; rules: object[] }[];
}
const file = new URL(
  '../../../../../shared/vectors/lifecycle/crds/webhooks/validating-webhook-configuration.yaml',
  import.meta.url,
);
const upstream: Configured = { webhooks: [] };
if (existsSync(file)) {
  const documents = parseAllDocuments(readFileSync(file, 'utf8')).map((document): unknown => document.toJS());
  upstream.webhooks = documents.flatMap((document) => (document as Configured | null)?.webhooks ?? []);
} else process.stdout.write(`${file.pathname} is missing: its webhooks are not compared\n`);

const service = { namespace: 'scs', name: 'scs-webhooks' };

describe('the webhook configuration', () => {
  it.each(upstream.webhooks.map((webhook) => [webhook.name, webhook] as const))(
    'has upstream’s %s',
    (name, { clientConfig, rules }) => {
      const { webhooks } = validatingWebhookConfiguration({ service });
      expect(webhooks.find((webhook) => webhook.name === name)).toMatchObject({
        clientConfig: { service: { ...service, path: clientConfig.service.path } },
        failurePolicy: 'Fail',
        sideEffects: 'None',
        rules,
      });
    },
  );

  it('judges Clusters of v1beta2 too, each Cluster once', () => {
    const clusters = validatingWebhookConfiguration({ service }).webhooks.filter(({ rules }) =>
      rules.some(({ resources }) => resources.includes('clusters')),
    );
    expect(clusters.map(({ rules, matchPolicy }) => [rules[0]?.apiVersions, matchPolicy])).toEqual([
      [['v1beta1'], 'Exact'],
      [['v1beta2'], 'Exact'],
    ]);
  });

  it('may name an address, and the CA to trust', () => {
    const [first] = validatingWebhookConfiguration(
      { url: 'https://127.0.0.1:9443/' },
      { caBundle: 'PEM' },
    ).webhooks;
    expect(first?.clientConfig).toEqual({
      url: 'https://127.0.0.1:9443/validate-cluster-x-k8s-io-v1beta1-cluster',
      caBundle: 'UEVN',
    });
  });
});
