import { extensionConfig, type HookServerAddress } from '@scs/cluster-stacks';
import { ApiError, type KubernetesClient } from '@scs/kubernetes';

const group = 'runtime.cluster.x-k8s.io';

/**
 * Registers the hooks at Cluster API, or brings the registration up to date. Throws ApiError 404 where Cluster API does not serve the kind.
 * @param options `caBundle` is PEM of the CA that the server's certificate comes from, left out where somebody else writes it there; `namespace`
 * the only one that is looked after.
 */
export async function registerHooks(
  client: KubernetesClient,
  address: HookServerAddress,
  { caBundle, namespace }: { caBundle?: string | undefined; namespace?: string | undefined } = {},
): Promise<void> {
  const versions = await client.versions(group);
  const version = (['v1beta2', 'v1alpha1'] as const).find((known) => versions.includes(known));
  if (!version)
    throw new ApiError(
      404,
      'NoKindMatch',
      `${new URL(client.server).host} serves no ExtensionConfig; install Cluster API with its feature gate RuntimeSDK, or leave HOOK_URL out`,
    );
  await client.apply(extensionConfig(address, { caBundle }, { version, namespace }), {
    fieldManager: 'scs-cluster-lifecycle',
    force: true,
  });
}
