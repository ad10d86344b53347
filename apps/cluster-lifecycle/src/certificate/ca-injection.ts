import { ApiError, type ApiObject, type KubernetesClient, type ObjectType } from '@scs/kubernetes';

/** On webhook configurations and extension configs that are to trust our own CA; the value is the namespace that the operator runs in. */
export const injectLabel = 'lifecycle.scs.community/inject-ca';

interface WebhookConfiguration extends ApiObject {
  webhooks?: { clientConfig: { caBundle?: string } }[];
}
interface ExtensionConfig extends ApiObject {
  spec: { clientConfig: { caBundle?: string } };
}

/** Writes the bundle (PEM) into everything that carries our label, where it is not there yet. A write that somebody else was faster with comes again next time. */
export async function injectCaBundle(
  client: KubernetesClient,
  namespace: string,
  bundle: string,
): Promise<void> {
  const caBundle = Buffer.from(bundle).toString('base64');
  const labelled = async <T extends ApiObject>(type: ObjectType): Promise<T[]> =>
    (await client.list<T>(type, { labelSelector: `${injectLabel}=${namespace}` })).items;

  const webhooks = { apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingWebhookConfiguration' };
  for (const found of await labelled<WebhookConfiguration>(webhooks)) {
    if ((found.webhooks ?? []).every(({ clientConfig }) => clientConfig.caBundle === caBundle)) continue;
    const changed = (found.webhooks ?? []).map((webhook) => ({
      ...webhook,
      clientConfig: { ...webhook.clientConfig, caBundle },
    }));
    await replace(client, { ...found, ...webhooks, webhooks: changed });
  }

  const [version] = await client.versions('runtime.cluster.x-k8s.io');
  if (!version) return;
  const extensions = { apiVersion: `runtime.cluster.x-k8s.io/${version}`, kind: 'ExtensionConfig' };
  if (!(await client.resourceType(extensions))) return;
  for (const found of await labelled<ExtensionConfig>(extensions)) {
    if (found.spec.clientConfig.caBundle === caBundle) continue;
    const spec = { ...found.spec, clientConfig: { ...found.spec.clientConfig, caBundle } };
    await replace(client, { ...found, ...extensions, spec });
  }
}

async function replace(client: KubernetesClient, object: ApiObject): Promise<void> {
  try {
    await client.replace(object);
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 409)) throw error;
  }
}
