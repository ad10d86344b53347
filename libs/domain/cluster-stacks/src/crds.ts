import { stringify } from 'yaml';
import {
  appliedResources,
  conditions,
  flag,
  identityRef,
  integer,
  list,
  object,
  objectReference,
  text,
  type Schema,
} from './crd-schema.ts';

interface PrinterColumn {
  name: string;
  type: 'string' | 'boolean' | 'date';
  jsonPath: string;
  description?: string;
}

/** A manifest of apiextensions.k8s.io/v1. */
export interface CustomResourceDefinition {
  apiVersion: 'apiextensions.k8s.io/v1';
  kind: 'CustomResourceDefinition';
  metadata: { name: string };
  spec: {
    group: string;
    names: { kind: string; listKind: string; plural: string; shortNames: string[]; singular: string };
    scope: 'Namespaced';
    versions: {
      name: string;
      additionalPrinterColumns?: PrinterColumn[];
      schema: { openAPIV3Schema: Schema };
      served: boolean;
      storage: boolean;
      subresources: { status: Record<string, never> };
    }[];
  };
}

interface Definition {
  group: string;
  kind: string;
  shortName: string;
  description: string;
  columns: PrinterColumn[];
  spec: Schema;
  status: Schema;
}

const define = ({
  group,
  kind,
  shortName,
  description,
  columns,
  spec,
  status,
}: Definition): CustomResourceDefinition => {
  const singular = kind.toLowerCase();
  const plural = `${singular}s`;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      names: { kind, listKind: `${kind}List`, plural, shortNames: [shortName], singular },
      scope: 'Namespaced',
      versions: [
        {
          name: 'v1alpha1',
          ...(columns.length > 0 && { additionalPrinterColumns: columns }),
          schema: {
            openAPIV3Schema: object(description, {
              apiVersion: text('Group and version of this representation of the object.'),
              kind: text('Kind of the object.'),
              metadata: { type: 'object' },
              spec,
              status,
            }),
          },
          served: true,
          storage: true,
          subresources: { status: {} },
        },
      ],
    },
  };
};

const column = (name: string, jsonPath: string, type: PrinterColumn['type'] = 'string'): PrinterColumn => ({
  name,
  type,
  jsonPath,
});
const ready = column('Ready', '.status.ready', 'boolean');
const age: PrinterColumn = {
  ...column('Age', '.metadata.creationTimestamp', 'date'),
  description: 'Time since it was created',
};
const readyWords = ['Reason', 'Message'].map((name) =>
  column(name, `.status.conditions[?(@.type=='Ready')].${name.toLowerCase()}`),
);

const isReady = flag('Everything is there and can be used.', false);
const group = 'clusterstack.x-k8s.io';
const infrastructure = 'infrastructure.clusterstack.x-k8s.io';

const clusterStack = define({
  group,
  kind: 'ClusterStack',
  shortName: 'csk',
  description: 'A cluster stack for one minor version of Kubernetes, and which of its releases are wanted.',
  columns: [
    column('Provider', '.spec.provider'),
    column('ClusterStack', '.spec.name'),
    column('K8s', '.spec.kubernetesVersion'),
    column('Channel', '.spec.channel'),
    column('Autosubscribe', '.spec.autoSubscribe'),
    column('Usable', '.status.usableVersions'),
    column('Latest', '.status.latestRelease'),
    age,
    ...readyWords,
  ],
  spec: object(
    'What is wanted.',
    {
      autoSubscribe: flag('Follow the newest release of the source too.', true),
      channel: text('Releases of this channel: stable, or custom for all others.', {
        default: 'stable',
        enum: ['stable', 'custom'],
      }),
      kubernetesVersion: text('Major and minor version of Kubernetes, for example 1.34.', {
        pattern: '^\\d\\.\\d+$',
      }),
      name: text('Name of the stack; second word of its releases.', { minLength: 1 }),
      noProvider: flag('Nothing has to be prepared at the provider.', false),
      provider: text('Name of the provider; first word of the releases.', { minLength: 1 }),
      providerRef: objectReference('The template of what has to be prepared at the provider.'),
      versions: list('Releases that are wanted by name, for example v2 or v1-alpha.1.', {
        type: 'string',
      }),
    },
    ['kubernetesVersion', 'name', 'provider'],
  ),
  status: object('What is there.', {
    conditions,
    latestRelease: text('Newest release that can be used, and its version of Kubernetes.'),
    summary: list(
      'Every release of the stack.',
      object(
        'One release.',
        {
          message: text('What it waits for.'),
          name: text('Version of the release, with dashes.'),
          phase: text('How far it has come.'),
          ready: flag('It can be used.'),
        },
        ['name', 'phase', 'ready'],
      ),
    ),
    usableVersions: text('Versions that clusters can be made of.'),
  }),
});

const clusterStackRelease = define({
  group,
  kind: 'ClusterStackRelease',
  shortName: 'cskr',
  description: 'One release of a cluster stack; its name says which.',
  columns: [column('K8s Version', '.status.kubernetesVersion'), ready, age, ...readyWords],
  spec: object('What is wanted.', {
    providerRef: objectReference(
      'What prepares the release at the provider; left out where nothing has to be prepared.',
    ),
  }),
  status: object('What is there.', {
    conditions,
    kubernetesVersion: text('Full version of Kubernetes, for example v1.34.7.'),
    ready: isReady,
    resources: appliedResources,
  }),
});

const clusterAddon = define({
  group,
  kind: 'ClusterAddon',
  shortName: 'caddon',
  description: 'The add-ons of one cluster.',
  columns: [
    column('Cluster', '.metadata.ownerReferences[?(@.kind=="Cluster")].name'),
    { ...column('Hook', '.spec.hook'), description: 'The hook at work' },
    ready,
    age,
    ...readyWords,
  ],
  spec: object(
    'What is wanted, and what is in place.',
    {
      clusterRef: objectReference('The cluster.'),
      clusterStack: text('The ClusterClass whose add-ons are in place.'),
      hook: text('The hook at work.'),
      version: text('Version of the add-ons that are in place.'),
    },
    ['clusterRef'],
  ),
  status: object('What is there.', {
    conditions,
    ready: isReady,
    resources: appliedResources,
    stages: list(
      'Stages of the hook at work.',
      object('One stage.', {
        action: text('apply or delete.'),
        name: text('Folder of the chart.'),
        phase: text('How far it has come.'),
      }),
    ),
  }),
});

const releaseSpec = object('What is wanted.', {
  identityRef: identityRef({ kind: 'Secret', name: 'openstack' }),
});

const openStackClusterStackRelease = define({
  group: infrastructure,
  kind: 'OpenStackClusterStackRelease',
  shortName: 'oscsr',
  description: 'What a release needs in an OpenStack project: its node images.',
  columns: [ready, age, ...readyWords],
  spec: releaseSpec,
  status: object('What is there.', { conditions, ready: isReady }),
});

const openStackClusterStackReleaseTemplate = define({
  group: infrastructure,
  kind: 'OpenStackClusterStackReleaseTemplate',
  shortName: 'oscsrt',
  description: 'What each OpenStackClusterStackRelease of a cluster stack is made from.',
  columns: [],
  spec: object(
    'What is wanted.',
    { template: object('The object to be made.', { spec: releaseSpec }, ['spec']) },
    ['template'],
  ),
  status: object('Nothing.'),
});

const openStackNodeImageRelease = define({
  group: infrastructure,
  kind: 'OpenStackNodeImageRelease',
  shortName: 'osnir',
  description: 'A node image in an OpenStack project; releases of a stack share it.',
  columns: [ready, age, ...readyWords],
  spec: object(
    'What is wanted.',
    {
      identityRef: identityRef(),
      image: object(
        'The image.',
        {
          createOpts: object(
            'Its properties in Glance, by the names there.',
            {
              container_format: text('ami, ari, aki, bare or ovf.'),
              disk_format: text('ami, ari, aki, vhd, vmdk, raw, qcow2, vdi or iso.'),
              id: text('UUID.'),
              min_disk: integer('Least disk, GB.'),
              min_ram: integer('Least memory, MB.'),
              name: text('Name.'),
              os_hidden: flag('Left out of lists.'),
              properties: {
                type: 'object',
                description: 'Further properties.',
                additionalProperties: { type: 'string' },
              },
              protected: flag('Cannot be deleted.'),
              tags: list('Tags.', { type: 'string' }),
              visibility: text('Who can see and use it.'),
            },
            ['name'],
          ),
          url: text('Where it is downloaded from.'),
        },
        ['createOpts', 'url'],
      ),
    },
    ['identityRef', 'image'],
  ),
  status: object('What is there.', { conditions, ready: isReady }),
});

/** The custom resources of cluster stacks; they accept exactly what upstream's do (reference: CRDs of CSO and CSPO, v1alpha1). */
export const crds: readonly CustomResourceDefinition[] = [
  clusterStack,
  clusterStackRelease,
  clusterAddon,
  openStackClusterStackRelease,
  openStackClusterStackReleaseTemplate,
  openStackNodeImageRelease,
];

/** All of them as YAML, for `kubectl apply -f -`. */
export const printCrds = (): string =>
  crds.map((crd) => `---\n${stringify(crd, { aliasDuplicateObjects: false })}`).join('');
