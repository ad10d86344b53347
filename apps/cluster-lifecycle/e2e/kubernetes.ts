import { randomBytes } from 'node:crypto';
import { crds } from '@scs/cluster-stacks';
import { connectKubernetes, type KubernetesClient } from '@scs/kubernetes';
import { startSandboxKubernetes, type SandboxKubernetes } from '@scs/sandbox';
import { eventually } from '@scs/testing';
import { onTestFinished } from 'vitest';

/** A definition that takes anything. */
export const openDefinition = (
  group: string,
  kind: string,
  {
    version = 'v1beta2',
    older = [],
    scope = 'Namespaced',
  }: { version?: string; older?: string[]; scope?: string } = {},
) => {
  const singular = kind.toLowerCase();
  const plural = singular.endsWith('s') ? `${singular}es` : `${singular}s`;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      names: { kind, listKind: `${kind}List`, plural, singular },
      scope,
      versions: [...older, version].map((name) => ({
        name,
        served: true,
        storage: name === version,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
        subresources: { status: {} },
      })),
    },
  };
};

/** As much of Cluster API as the operator touches, and an infrastructure and a provider of cluster stacks that exist only here. */
export const clusterApi = [
  openDefinition('cluster.x-k8s.io', 'Cluster', { older: ['v1beta1'] }),
  openDefinition('cluster.x-k8s.io', 'ClusterClass'),
  openDefinition('infrastructure.cluster.x-k8s.io', 'ToyMachineTemplate'),
  openDefinition('bootstrap.cluster.x-k8s.io', 'ToyConfigTemplate'),
];
export const toyProvider = ['ToyClusterStackRelease', 'ToyClusterStackReleaseTemplate'].map((kind) =>
  openDefinition('infrastructure.clusterstack.x-k8s.io', kind, { version: 'v1alpha1' }),
);
export const definitions = [...crds, ...clusterApi, ...toyProvider].map((definition) => ({ ...definition }));

/** A real API server to run the tests against, in place of the one in memory; it gets definitions that are not taken away again. */
const real = process.env['E2E_KUBECONFIG'];
/** Faults are only for the API in memory. */
export const hasFaults = real === undefined;

export interface TestKubernetes {
  client: KubernetesClient;
  namespace: string;
  /** Another client, as another process would have it. */
  connect: (signal?: AbortSignal) => KubernetesClient;
  sandbox: SandboxKubernetes;
}

/** An API of its own for one test, or a namespace of its own on the real one. */
export async function startKubernetes(served: readonly object[] = definitions): Promise<TestKubernetes> {
  const sandbox = await startSandboxKubernetes({ crds: served });
  onTestFinished(() => sandbox.close());
  const kubeconfig = real === undefined ? { text: sandbox.kubeconfig } : { file: real };
  const connect = (signal?: AbortSignal) => {
    const client = connectKubernetes({ kubeconfig, userAgent: 'e2e', signal });
    onTestFinished(() => client.close());
    return client;
  };
  const client = connect();
  if (real !== undefined) await installAll(client, definitions);
  const namespace = `team-${randomBytes(3).toString('hex')}`;
  await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  return { client, namespace, connect, sandbox };
}

/** Installs definitions and waits until their objects can be made. */
export async function installAll(
  client: KubernetesClient,
  wanted: readonly (typeof definitions)[number][],
): Promise<void> {
  for (const definition of wanted) await client.apply(definition, { fieldManager: 'e2e', force: true });
  for (const { spec } of wanted) await eventually(() => mustBeServed(client, spec));
}

/** Installs a definition and waits until its objects can be made. */
export async function install(client: KubernetesClient, definition: ReturnType<typeof openDefinition>) {
  await client.apply(definition, { fieldManager: 'e2e', force: true });
  await eventually(() => mustBeServed(client, definition.spec));
}

async function mustBeServed(
  client: KubernetesClient,
  { group, names, versions }: { group: string; names: { kind: string }; versions: { name: string }[] },
): Promise<void> {
  const type = { apiVersion: `${group}/${versions[0]?.name}`, kind: names.kind };
  if (!(await client.resourceType(type))) throw new Error(`${names.kind} is not served yet`);
}
