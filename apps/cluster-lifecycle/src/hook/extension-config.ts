import { extensionConfig, type HookServerAddress } from '@scs/cluster-stacks';
import { ApiError, type KubernetesClient } from '@scs/kubernetes';

/**
 * Registers the hooks at Cluster API, or brings the registration up to date. Throws ApiError 404 where Cluster API, or its gate RuntimeSDK's
 * kind, is missing.
 * @param caBundle PEM of the CA that the server's certificate comes from.
 */
export async function registerHooks(
  client: KubernetesClient,
  address: HookServerAddress,
  caBundle: string,
): Promise<void> {
  const versions = await client.versions('runtime.cluster.x-k8s.io');
  const version = (['v1beta2', 'v1alpha1'] as const).find((known) => versions.includes(known));
  if (!version)
    throw new ApiError(
      404,
      'NoKindMatch',
      `${new URL(client.server).host} serves no ExtensionConfig; install Cluster API with its feature gate RuntimeSDK, or leave HOOK_URL unset`,
    );
  await client.apply(extensionConfig(address, { caBundle }, version), {
    fieldManager: 'scs-cluster-lifecycle',
    force: true,
  });
}
