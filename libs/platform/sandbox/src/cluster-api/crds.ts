import { bootstrapGroup, controlPlaneGroup, coreGroup, infrastructureGroup, runtimeGroup } from './kinds.ts';

interface Column {
  name: string;
  type: 'string' | 'integer' | 'boolean' | 'date';
  jsonPath: string;
  /** Shown with `-o wide` alone. */
  wide?: boolean;
}

interface Definition {
  group: string;
  kind: string;
  plural: string;
  short?: string[];
  clusterScoped?: boolean;
  /** Templates have no status. */
  withoutStatus?: boolean;
  scaled?: boolean;
  columns: Column[];
}

const column = (name: string, jsonPath: string, type: Column['type'] = 'string'): Column => ({
  name,
  type,
  jsonPath,
});
const condition = (name: string, type: string): Column =>
  column(name, `.status.conditions[?(@.type=="${type}")].status`);
const wide = (entry: Column): Column => ({ ...entry, wide: true });

const age = column('Age', '.metadata.creationTimestamp', 'date');
const paused = wide(condition('Paused', 'Paused'));
const clusterLabel = column('Cluster', ".metadata.labels['cluster\\.x-k8s\\.io/cluster-name']");
const clusterName = column('Cluster', '.spec.clusterName');
const replicas = [
  column('Desired', '.spec.replicas', 'integer'),
  column('Current', '.status.replicas', 'integer'),
  column('Ready', '.status.readyReplicas', 'integer'),
  column('Available', '.status.availableReplicas', 'integer'),
  column('Up-to-date', '.status.upToDateReplicas', 'integer'),
];

const definitions: Definition[] = [
  {
    group: coreGroup,
    kind: 'Cluster',
    plural: 'clusters',
    short: ['cl'],
    columns: [
      column('ClusterClass', '.spec.topology.classRef.name'),
      condition('Available', 'Available'),
      column('CP Desired', '.status.controlPlane.desiredReplicas', 'integer'),
      wide(column('CP Current', '.status.controlPlane.replicas', 'integer')),
      wide(column('CP Ready', '.status.controlPlane.readyReplicas', 'integer')),
      column('CP Available', '.status.controlPlane.availableReplicas', 'integer'),
      column('CP Up-to-date', '.status.controlPlane.upToDateReplicas', 'integer'),
      column('W Desired', '.status.workers.desiredReplicas', 'integer'),
      wide(column('W Current', '.status.workers.replicas', 'integer')),
      wide(column('W Ready', '.status.workers.readyReplicas', 'integer')),
      column('W Available', '.status.workers.availableReplicas', 'integer'),
      column('W Up-to-date', '.status.workers.upToDateReplicas', 'integer'),
      paused,
      column('Phase', '.status.phase'),
      age,
      column('Version', '.spec.topology.version'),
    ],
  },
  {
    group: coreGroup,
    kind: 'ClusterClass',
    plural: 'clusterclasses',
    short: ['cc'],
    columns: [paused, condition('Variables Ready', 'VariablesReady'), age],
  },
  {
    group: coreGroup,
    kind: 'MachineDeployment',
    plural: 'machinedeployments',
    short: ['md'],
    scaled: true,
    columns: [
      clusterName,
      condition('Available', 'Available'),
      ...replicas,
      paused,
      column('Phase', '.status.phase'),
      age,
      column('Version', '.spec.template.spec.version'),
    ],
  },
  {
    group: coreGroup,
    kind: 'MachineSet',
    plural: 'machinesets',
    short: ['ms'],
    scaled: true,
    columns: [clusterName, ...replicas, paused, age, column('Version', '.spec.template.spec.version')],
  },
  {
    group: coreGroup,
    kind: 'Machine',
    plural: 'machines',
    short: ['ma'],
    columns: [
      clusterName,
      column('Node Name', '.status.nodeRef.name'),
      wide(column('Provider ID', '.spec.providerID')),
      condition('Ready', 'Ready'),
      condition('Available', 'Available'),
      condition('Up-to-date', 'UpToDate'),
      paused,
      column('Phase', '.status.phase'),
      age,
      column('Version', '.spec.version'),
    ],
  },
  {
    group: coreGroup,
    kind: 'MachineHealthCheck',
    plural: 'machinehealthchecks',
    short: ['mhc', 'mhcs'],
    columns: [clusterName, age],
  },
  {
    group: coreGroup,
    kind: 'MachinePool',
    plural: 'machinepools',
    short: ['mp'],
    scaled: true,
    columns: [clusterName, ...replicas, age],
  },
  {
    group: controlPlaneGroup,
    kind: 'KubeadmControlPlane',
    plural: 'kubeadmcontrolplanes',
    short: ['kcp'],
    scaled: true,
    columns: [
      clusterLabel,
      condition('Available', 'Available'),
      ...replicas,
      paused,
      column('Initialized', '.status.initialization.controlPlaneInitialized', 'boolean'),
      age,
      column('Version', '.spec.version'),
    ],
  },
  {
    group: controlPlaneGroup,
    kind: 'KubeadmControlPlaneTemplate',
    plural: 'kubeadmcontrolplanetemplates',
    withoutStatus: true,
    columns: [age],
  },
  {
    group: bootstrapGroup,
    kind: 'KubeadmConfig',
    plural: 'kubeadmconfigs',
    columns: [
      clusterLabel,
      paused,
      column('Data secret created', '.status.initialization.dataSecretCreated'),
      age,
    ],
  },
  {
    group: bootstrapGroup,
    kind: 'KubeadmConfigTemplate',
    plural: 'kubeadmconfigtemplates',
    withoutStatus: true,
    columns: [clusterLabel, age],
  },
  { group: infrastructureGroup, kind: 'DevCluster', plural: 'devclusters', columns: [clusterLabel, age] },
  {
    group: infrastructureGroup,
    kind: 'DevClusterTemplate',
    plural: 'devclustertemplates',
    withoutStatus: true,
    columns: [age],
  },
  {
    group: infrastructureGroup,
    kind: 'DevMachine',
    plural: 'devmachines',
    columns: [
      clusterLabel,
      column('Machine', '.metadata.ownerReferences[?(@.kind=="Machine")].name'),
      column('ProviderID', '.spec.providerID'),
      column('Ready', '.status.initialization.provisioned'),
      age,
    ],
  },
  {
    group: infrastructureGroup,
    kind: 'DevMachineTemplate',
    plural: 'devmachinetemplates',
    withoutStatus: true,
    columns: [clusterLabel, age],
  },
  {
    group: runtimeGroup,
    kind: 'ExtensionConfig',
    plural: 'extensionconfigs',
    short: ['ext'],
    clusterScoped: true,
    columns: [paused, condition('Discovered', 'Discovered'), age],
  },
];

const open = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

function versionOf(name: string, definition: Definition): object {
  const { columns, scaled, withoutStatus } = definition;
  return {
    name,
    served: true,
    storage: name === 'v1beta2',
    ...(name === 'v1beta1' && { deprecated: true }),
    schema: {
      openAPIV3Schema: {
        type: 'object',
        properties: {
          apiVersion: { type: 'string' },
          kind: { type: 'string' },
          metadata: { type: 'object' },
          spec: open,
          ...(!withoutStatus && { status: open }),
        },
      },
    },
    subresources: {
      ...(!withoutStatus && { status: {} }),
      ...(scaled && {
        scale: {
          specReplicasPath: '.spec.replicas',
          statusReplicasPath: '.status.replicas',
          labelSelectorPath: '.status.selector',
        },
      }),
    },
    additionalPrinterColumns: columns.map(({ name: title, type, jsonPath, wide: far }) => ({
      name: title,
      type,
      jsonPath,
      ...(far && { priority: 10 }),
    })),
  };
}

function definitionOf(definition: Definition): object {
  const { group, kind, plural, short, clusterScoped } = definition;
  // The runtime group never had a v1beta1.
  const versions = group === runtimeGroup ? ['v1beta2', 'v1alpha1'] : ['v1beta2', 'v1beta1'];
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {
      name: `${plural}.${group}`,
      labels: {
        'cluster.x-k8s.io/provider': 'sandbox',
        'cluster.x-k8s.io/v1beta1': 'v1beta1',
        'cluster.x-k8s.io/v1beta2': 'v1beta2',
      },
    },
    spec: {
      group,
      scope: clusterScoped ? 'Cluster' : 'Namespaced',
      names: {
        kind,
        listKind: `${kind}List`,
        plural,
        singular: kind.toLowerCase(),
        categories: ['cluster-api'],
        ...(short && { shortNames: short }),
      },
      conversion: { strategy: 'None' },
      versions: versions.map((name) => versionOf(name, definition)),
    },
  };
}

/**
 * The custom resources of Cluster API 1.12, of kubeadm's providers and of the development infrastructure: names, versions, columns and
 * subresources are right, schemas are open. Versions are not converted: a client reads back what was written, under the version it asks for.
 */
export const clusterApiCrds: object[] = definitions.map(definitionOf);
