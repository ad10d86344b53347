/** What the API server asks about, and where. */
export interface Webhook {
  /** In the configuration. */
  name: string;
  path: string;
  group: string;
  version: string;
  kind: string;
  resource: string;
  operations: ('CREATE' | 'UPDATE' | 'DELETE')[];
}

const clusterStacks = { group: 'clusterstack.x-k8s.io', version: 'v1alpha1' };
const clusters = {
  group: 'cluster.x-k8s.io',
  kind: 'Cluster',
  resource: 'clusters',
  operations: ['CREATE', 'UPDATE'],
} satisfies Partial<Webhook>;

/** Upstream's four, by its names and paths; and Cluster once more, as Cluster API serves it since 1.11. */
export const webhooks: readonly Webhook[] = [
  {
    ...clusters,
    name: 'validation.cluster.cluster.x-k8s.io',
    path: '/validate-cluster-x-k8s-io-v1beta1-cluster',
    version: 'v1beta1',
  },
  {
    ...clusters,
    name: 'validation.v1beta2.cluster.cluster.x-k8s.io',
    path: '/validate-cluster-x-k8s-io-v1beta2-cluster',
    version: 'v1beta2',
  },
  {
    ...clusterStacks,
    name: 'validation.clusteraddon.clusterstack.x-k8s.io',
    path: '/validate-clusterstack-x-k8s-io-v1alpha1-clusteraddon',
    kind: 'ClusterAddon',
    resource: 'clusteraddons',
    operations: ['CREATE', 'UPDATE'],
  },
  {
    ...clusterStacks,
    name: 'validation.clusterstack.clusterstack.x-k8s.io',
    path: '/validate-clusterstack-x-k8s-io-v1alpha1-clusterstack',
    kind: 'ClusterStack',
    resource: 'clusterstacks',
    operations: ['CREATE', 'UPDATE', 'DELETE'],
  },
  {
    ...clusterStacks,
    name: 'validation.clusterstackrelease.clusterstack.x-k8s.io',
    path: '/validate-clusterstack-x-k8s-io-v1alpha1-clusterstackrelease',
    kind: 'ClusterStackRelease',
    resource: 'clusterstackreleases',
    operations: ['DELETE'],
  },
];

/** How the API server reaches the webhooks: by a Service, or by an address (a local run). */
export type WebhookPlace = { service: { namespace: string; name: string; port?: number } } | { url: string };

/**
 * The ValidatingWebhookConfiguration for all webhooks. Without `caBundle` (PEM) it is somebody else's to write: cert-manager's injector by annotation, or ours by
 * label. Each version is judged as it was sent: an equivalent match would ask about one Cluster twice.
 */
export function validatingWebhookConfiguration(
  place: WebhookPlace,
  options: {
    caBundle?: string | undefined;
    name?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  } = {},
) {
  const { caBundle, name = 'scs-cluster-lifecycle', labels, annotations } = options;
  const trust = caBundle !== undefined && { caBundle: Buffer.from(caBundle).toString('base64') };
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name, ...(labels && { labels }), ...(annotations && { annotations }) },
    webhooks: webhooks.map((webhook) => ({
      name: webhook.name,
      admissionReviewVersions: ['v1'],
      clientConfig: { ...addressOf(place, webhook.path), ...trust },
      failurePolicy: 'Fail',
      matchPolicy: 'Exact',
      sideEffects: 'None',
      timeoutSeconds: 10,
      rules: [
        {
          apiGroups: [webhook.group],
          apiVersions: [webhook.version],
          operations: webhook.operations,
          resources: [webhook.resource],
        },
      ],
    })),
  };
}

const addressOf = (place: WebhookPlace, path: string) =>
  'url' in place
    ? { url: `${place.url.replace(/\/+$/, '')}${path}` }
    : { service: { ...place.service, path } };
