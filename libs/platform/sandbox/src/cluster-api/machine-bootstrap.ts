import type { ApiObject } from '@scs/kubernetes';
import { isFalse, isTrue, settle, summarize, type Finding } from './conditions.ts';
import { clonedFrom, kinds, labels, ownerReference, type Machine, type Provided } from './kinds.ts';
import { isBootstrapped } from './machine-status.ts';
import type { MachineSource } from './machines.ts';
import type { Scope } from './scope.ts';
import { createOnce } from './world.ts';

/** Makes the bootstrap configuration, and its data as soon as that may be. */
export async function reconcileBootstrap(
  scope: Scope,
  machine: Machine,
  source: MachineSource,
): Promise<Provided> {
  const { world, cluster, now } = scope;
  const { namespace, name } = machine.metadata;
  const { spec, template } = source.bootstrap;
  const known = world.get<Provided>(kinds.bootstrapConfig, namespace, name);
  const config =
    known ??
    (await world.create<Provided>({
      ...kinds.bootstrapConfig,
      metadata: {
        name,
        namespace: namespace ?? '',
        labels: source.labels,
        ...(template && {
          annotations: clonedFrom(template),
        }),
        ownerReferences: [ownerReference(machine)],
      },
      spec,
    }));
  const initialized = cluster.status?.initialization?.controlPlaneInitialized === true;
  const ready = isBootstrapped(config) || initialized || source.isFirst;
  if (ready && !isBootstrapped(config)) await createBootstrapData(scope, config);
  const about: Finding[] = ready
    ? [isTrue('CertificatesAvailable', 'Available'), isTrue('DataSecretAvailable', 'Available')]
    : [isFalse('DataSecretAvailable', 'NotAvailable', 'Waiting for Cluster control plane to be initialized')];
  const summary = summarize(about, {
    type: 'Ready',
    reasons: { issue: 'NotReady', unknown: 'ReadyUnknown', info: 'Ready' },
    of: ['DataSecretAvailable', 'CertificatesAvailable'],
  });
  const { generation } = config.metadata;
  return world.report(config, {
    ...config.status,
    conditions: settle(
      config.status?.conditions,
      [summary, ...about, isFalse('Paused', 'NotPaused')],
      now,
      generation,
    ),
    ...(ready && { dataSecretName: name, initialization: { dataSecretCreated: true } }),
    observedGeneration: generation,
  });
}

async function createBootstrapData({ world, cluster }: Scope, config: Provided): Promise<void> {
  const { name, namespace = '' } = config.metadata;
  const encoded = (text: string): string => Buffer.from(text).toString('base64');
  await createOnce(() =>
    world.create({
      ...kinds.secret,
      metadata: {
        name,
        namespace,
        labels: { [labels.cluster]: cluster.metadata.name },
        ownerReferences: [ownerReference(config)],
      },
      type: 'cluster.x-k8s.io/secret',
      data: {
        format: encoded('cloud-config'),
        value: encoded('#cloud-config\n# Nothing starts in the sandbox.\n'),
      },
    } as ApiObject),
  );
}

/** Labels that a kubelet would give itself. */
export function nodeLabels(config: Provided): Record<string, string> {
  const { initConfiguration, joinConfiguration } = config.spec as Record<
    string,
    { nodeRegistration?: { kubeletExtraArgs?: unknown } } | undefined
  >;
  const given = (initConfiguration ?? joinConfiguration)?.nodeRegistration?.kubeletExtraArgs;
  const text: unknown = Array.isArray(given)
    ? (given as { name: string; value: string }[]).find(({ name }) => name === 'node-labels')?.value
    : (given as Record<string, string> | undefined)?.['node-labels'];
  if (typeof text !== 'string') return {};
  return Object.fromEntries(
    text.split(',').map((pair) => [pair.split('=')[0] ?? '', pair.split('=')[1] ?? '']),
  );
}
