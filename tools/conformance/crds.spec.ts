// A real kube-apiserver, named by KUBECONFIG, judges objects by our custom resource definitions and by upstream's. Both are installed in groups of
// their own, so that nothing that is there is touched. Not covered: conversion (there is one version), and what webhooks say.
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import {
  ApiError,
  connectKubernetes,
  type ApiObject,
  type KubernetesClient,
  type ObjectType,
} from '@scs/kubernetes';
import { crds } from '@scs/cluster-stacks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '@scs/testing';
import { parse } from 'yaml';

const kubeconfig = process.env['KUBECONFIG'] ?? '';
const vectors = new URL('../../../shared/vectors/lifecycle/crds/', import.meta.url);
const present = kubeconfig !== '' && existsSync(kubeconfig) && existsSync(vectors);
if (!present)
  console.log(
    'skipped: conformance of definitions needs KUBECONFIG of a running API server, and shared/vectors',
  );

/** Of this run alone: what an earlier one left may still be on its way out. */
const run = randomBytes(3).toString('hex');
/** Group of a set, in place of the real one. */
const groupIn = (set: 'own' | 'upstream', group: string): string =>
  `${set}-${run}.${group.replace('.x-k8s.io', '')}.example`;
const [stacks, infrastructure] = ['clusterstack.x-k8s.io', 'infrastructure.clusterstack.x-k8s.io'];

interface Definition extends ApiObject {
  spec: { group: string; names: { plural: string } };
}
const definitions = (set: 'own' | 'upstream'): Definition[] => {
  const manifests: unknown[] =
    set === 'own'
      ? [...crds]
      : ['cso/', 'cspo/'].flatMap((folder) =>
          readdirSync(new URL(folder, vectors)).map((file): unknown =>
            parse(readFileSync(new URL(folder + file, vectors), 'utf8')),
          ),
        );
  return manifests.map((manifest) => {
    const definition = structuredClone(manifest) as Definition;
    const group = groupIn(set, definition.spec.group);
    return {
      ...definition,
      metadata: { name: `${definition.spec.names.plural}.${group}` },
      spec: { ...definition.spec, group },
    };
  });
};

const at = '2026-01-01T00:00:00Z';
const stack = { provider: 'docker', name: 'ferrol', kubernetesVersion: '1.27' };
const ref = {
  apiVersion: 'v1',
  kind: 'Cluster',
  name: 'a',
  namespace: 'b',
  uid: 'c',
  fieldPath: 'd',
  resourceVersion: '1',
};
const identity = { kind: 'Secret', name: 'x' };
const image = { url: 'https://example.org/i', createOpts: { name: 'n' } };
const condition = { type: 'Ready', status: 'True', lastTransitionTime: at };

type Case = [sentence: string, kind: string, body: Record<string, unknown>];
const cases: Case[] = [
  ['the least a ClusterStack needs', 'ClusterStack', { spec: stack }],
  [
    'all that a ClusterStack can have',
    'ClusterStack',
    {
      spec: {
        ...stack,
        channel: 'custom',
        versions: ['v1', 'x'],
        autoSubscribe: false,
        noProvider: true,
        providerRef: ref,
      },
    },
  ],
  ['a field that nobody knows', 'ClusterStack', { spec: { ...stack, other: 1 } }],
  ['a field that nobody knows at the top', 'ClusterStack', { spec: stack, other: 1 }],
  ['no spec', 'ClusterStack', {}],
  ['an empty spec', 'ClusterStack', { spec: {} }],
  ['no provider', 'ClusterStack', { spec: { name: 'a', kubernetesVersion: '1.27' } }],
  ['an empty provider', 'ClusterStack', { spec: { ...stack, provider: '' } }],
  ['an empty name', 'ClusterStack', { spec: { ...stack, name: '' } }],
  ['an unknown channel', 'ClusterStack', { spec: { ...stack, channel: 'beta' } }],
  ['an empty channel', 'ClusterStack', { spec: { ...stack, channel: '' } }],
  ['a channel that is null', 'ClusterStack', { spec: { ...stack, channel: null } }],
  ['a patch version of Kubernetes', 'ClusterStack', { spec: { ...stack, kubernetesVersion: '1.27.3' } }],
  ['a major version of two digits', 'ClusterStack', { spec: { ...stack, kubernetesVersion: '10.1' } }],
  ['a version of Kubernetes with a v', 'ClusterStack', { spec: { ...stack, kubernetesVersion: 'v1.27' } }],
  [
    'a version of Kubernetes that is a number',
    'ClusterStack',
    { spec: { ...stack, kubernetesVersion: 1.27 } },
  ],
  ['versions that are a text', 'ClusterStack', { spec: { ...stack, versions: 'v1' } }],
  ['versions that are numbers', 'ClusterStack', { spec: { ...stack, versions: [1] } }],
  ['autoSubscribe in quotes', 'ClusterStack', { spec: { ...stack, autoSubscribe: 'true' } }],
  [
    'a reference with a field that nobody knows',
    'ClusterStack',
    { spec: { ...stack, providerRef: { ...ref, other: 1 } } },
  ],
  [
    'a status in full',
    'ClusterStack',
    {
      spec: stack,
      status: {
        latestRelease: 'a',
        usableVersions: 'b',
        summary: [{ name: 'v1', ready: true, phase: 'done', message: 'm' }],
        conditions: [{ ...condition, reason: 'r', message: 'm', severity: 'Info' }],
      },
    },
  ],
  [
    'a summary without a phase',
    'ClusterStack',
    { spec: stack, status: { summary: [{ name: 'v1', ready: true }] } },
  ],
  [
    'a condition without a time',
    'ClusterStack',
    { spec: stack, status: { conditions: [{ type: 'a', status: 'True' }] } },
  ],
  [
    'a condition with a broken time',
    'ClusterStack',
    { spec: stack, status: { conditions: [{ ...condition, lastTransitionTime: 'now' }] } },
  ],
  ['the least a release needs', 'ClusterStackRelease', { spec: {} }],
  ['a release without a spec', 'ClusterStackRelease', {}],
  ['a release with a reference', 'ClusterStackRelease', { spec: { providerRef: ref } }],
  ['a release with a reference that is a text', 'ClusterStackRelease', { spec: { providerRef: 'a' } }],
  [
    'a release with a status',
    'ClusterStackRelease',
    {
      spec: {},
      status: {
        resources: [
          { group: 'g', version: 'v', kind: 'k', namespace: '', name: 'n', status: 'whatever', error: 'e' },
        ],
        kubernetesVersion: 'v1.27.3',
      },
    },
  ],
  ['the least a ClusterAddon needs', 'ClusterAddon', { spec: { clusterRef: {} } }],
  [
    'a ClusterAddon in full',
    'ClusterAddon',
    {
      spec: { clusterRef: ref, clusterStack: 'a', version: 'v2', hook: 'h' },
      status: {
        stages: [{ name: 'a', action: 'apply', phase: 'Pending' }],
        resources: [{}],
        conditions: [condition],
      },
    },
  ],
  ['a ClusterAddon without a cluster', 'ClusterAddon', { spec: {} }],
  [
    'a ClusterAddon with a stage that is a text',
    'ClusterAddon',
    { spec: { clusterRef: {} }, status: { stages: ['a'] } },
  ],
  ['an OpenStackClusterStackRelease gets its default', 'OpenStackClusterStackRelease', { spec: {} }],
  [
    'an OpenStackClusterStackRelease with an identity',
    'OpenStackClusterStackRelease',
    { spec: { identityRef: identity } },
  ],
  [
    'an OpenStackClusterStackRelease with half an identity',
    'OpenStackClusterStackRelease',
    { spec: { identityRef: { name: 'x' } } },
  ],
  [
    'an OpenStackClusterStackRelease with an empty kind',
    'OpenStackClusterStackRelease',
    { spec: { identityRef: { kind: '', name: 'x' } } },
  ],
  [
    'a template gets its default inside',
    'OpenStackClusterStackReleaseTemplate',
    { spec: { template: { spec: {} } } },
  ],
  ['a template without the inner spec', 'OpenStackClusterStackReleaseTemplate', { spec: { template: {} } }],
  ['a template without a template', 'OpenStackClusterStackReleaseTemplate', { spec: {} }],
  ['the least an image needs', 'OpenStackNodeImageRelease', { spec: { identityRef: identity, image } }],
  [
    'an image in full',
    'OpenStackNodeImageRelease',
    {
      spec: {
        identityRef: identity,
        image: {
          url: 'u',
          createOpts: {
            name: 'n',
            id: 'i',
            visibility: 'v',
            os_hidden: true,
            tags: ['t'],
            container_format: 'whatever',
            disk_format: 'whatever',
            min_disk: 1,
            min_ram: 2,
            protected: true,
            properties: { a: 'b' },
          },
        },
      },
    },
  ],
  ['an image without an identity has no default', 'OpenStackNodeImageRelease', { spec: { image } }],
  [
    'an image without a name',
    'OpenStackNodeImageRelease',
    { spec: { identityRef: identity, image: { url: 'u', createOpts: {} } } },
  ],
  [
    'an image without an address',
    'OpenStackNodeImageRelease',
    { spec: { identityRef: identity, image: { createOpts: { name: 'n' } } } },
  ],
  [
    'an image with a disk of half a gigabyte',
    'OpenStackNodeImageRelease',
    { spec: { identityRef: identity, image: { ...image, createOpts: { name: 'n', min_disk: 0.5 } } } },
  ],
  [
    'an image with a property that is a number',
    'OpenStackNodeImageRelease',
    { spec: { identityRef: identity, image: { ...image, createOpts: { name: 'n', properties: { a: 1 } } } } },
  ],
  [
    'an image with a checksum, which no field is for',
    'OpenStackNodeImageRelease',
    { spec: { identityRef: identity, image: { ...image, checksum: 'x' } } },
  ],
];

describe.skipIf(!present)('our custom resource definitions', () => {
  let client: KubernetesClient;
  const installed = () => (['own', 'upstream'] as const).flatMap(definitions);
  const keyOf = ({ metadata: { name } }: ApiObject) => ({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    name,
  });

  beforeAll(async () => {
    client = connectKubernetes({ kubeconfig: { file: kubeconfig }, userAgent: 'scs-conformance' });
    for (const definition of installed())
      await client.apply(definition, { fieldManager: 'scs-conformance', force: true });
    const kinds = [...new Set(cases.map(([, kind]) => kind))];
    for (const set of ['own', 'upstream'] as const)
      for (const kind of kinds)
        await eventually(() => mustBeServed({ apiVersion: apiVersionOf(set, kind), kind }));
  });
  afterAll(async () => {
    for (const definition of installed()) await client.delete(keyOf(definition));
    client.close();
  });

  async function mustBeServed(type: ObjectType): Promise<void> {
    if (!(await client.resourceType(type))) throw new Error(`${type.kind} is not served yet`);
  }

  const apiVersionOf = (set: 'own' | 'upstream', kind: string): string =>
    `${groupIn(set, kind.startsWith('OpenStack') ? (infrastructure ?? '') : (stacks ?? ''))}/v1alpha1`;

  /** What the server makes of it, or why it does not take it. */
  async function judge(set: 'own' | 'upstream', kind: string, body: Record<string, unknown>) {
    const apiVersion = apiVersionOf(set, kind);
    try {
      const { spec, status, other } = await client.create(
        { ...body, apiVersion, kind, metadata: { name: 'judged', namespace: 'default' } },
        { dryRun: true },
      );
      return { spec, status, other };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return {
        status: error.status,
        message: error.message.replaceAll(apiVersion.split('/')[0] ?? '', 'GROUP'),
      };
    }
  }

  it.each(cases)('judge like upstream’s: %s', async (_, kind, body) => {
    expect(await judge('own', kind, body)).toEqual(await judge('upstream', kind, body));
  });

  it('refuse some of these objects and take others, so that there is something to compare', async () => {
    const verdicts = await Promise.all(cases.map(([, kind, body]) => judge('own', kind, body)));
    const refused = verdicts.filter((verdict) => 'message' in verdict).length;
    expect(refused).toBeGreaterThan(15);
    expect(verdicts.length - refused).toBeGreaterThan(15);
  });
});
