import type { ApiObject } from './api-object.ts';
import { tableOf } from './built-in-columns.ts';
import { completionOf, preparationOf } from './built-in-rules.ts';
import { builtInProperties, skeletonOf } from './built-in-schemas.ts';
import type { PrinterColumn, Resource } from './resource.ts';
import { metadataSchema, type Schema } from './schema.ts';

interface Row {
  group?: string;
  kind: string;
  plural: string;
  short?: string[];
  cluster?: boolean;
  status?: boolean;
  scale?: boolean;
  generation?: boolean;
  categories?: string[];
  /** A delete answers with the object. */
  returnsDeleted?: boolean;
  /** Fields beside apiVersion, kind and metadata. */
  fields: string;
}

const all = ['all'];
const apps = 'apps';
const rbac = 'rbac.authorization.k8s.io';
const admission = 'admissionregistration.k8s.io';
const storage = 'storage.k8s.io';
const networking = 'networking.k8s.io';

const eventFields =
  'involvedObject reason message source firstTimestamp lastTimestamp count type eventTime series action related reportingComponent reportingInstance';
const csiDriver = 'spec';

const rows: Row[] = [
  {
    kind: 'Namespace',
    plural: 'namespaces',
    short: ['ns'],
    cluster: true,
    status: true,
    fields: 'spec status',
    returnsDeleted: true,
  },
  { kind: 'ConfigMap', plural: 'configmaps', short: ['cm'], fields: 'data binaryData immutable' },
  { kind: 'Secret', plural: 'secrets', fields: 'data stringData type immutable' },
  {
    kind: 'Service',
    plural: 'services',
    short: ['svc'],
    status: true,
    categories: all,
    fields: 'spec status',
    returnsDeleted: true,
  },
  {
    kind: 'ServiceAccount',
    plural: 'serviceaccounts',
    short: ['sa'],
    fields: 'secrets imagePullSecrets automountServiceAccountToken',
    returnsDeleted: true,
  },
  {
    kind: 'Pod',
    plural: 'pods',
    short: ['po'],
    status: true,
    categories: all,
    generation: true,
    fields: 'spec status',
    returnsDeleted: true,
  },
  { kind: 'Node', plural: 'nodes', short: ['no'], cluster: true, status: true, fields: 'spec status' },
  { kind: 'Event', plural: 'events', short: ['ev'], fields: eventFields },
  { kind: 'Endpoints', plural: 'endpoints', short: ['ep'], fields: 'subsets' },
  {
    kind: 'PersistentVolume',
    plural: 'persistentvolumes',
    short: ['pv'],
    cluster: true,
    status: true,
    fields: 'spec status',
    returnsDeleted: true,
  },
  {
    kind: 'PersistentVolumeClaim',
    plural: 'persistentvolumeclaims',
    short: ['pvc'],
    status: true,
    fields: 'spec status',
    returnsDeleted: true,
  },
  { kind: 'LimitRange', plural: 'limitranges', short: ['limits'], fields: 'spec' },
  {
    kind: 'ResourceQuota',
    plural: 'resourcequotas',
    short: ['quota'],
    status: true,
    fields: 'spec status',
    returnsDeleted: true,
  },
  {
    group: apps,
    kind: 'Deployment',
    plural: 'deployments',
    short: ['deploy'],
    status: true,
    scale: true,
    categories: all,
    generation: true,
    fields: 'spec status',
  },
  {
    group: apps,
    kind: 'ReplicaSet',
    plural: 'replicasets',
    short: ['rs'],
    status: true,
    scale: true,
    categories: all,
    generation: true,
    fields: 'spec status',
  },
  {
    group: apps,
    kind: 'DaemonSet',
    plural: 'daemonsets',
    short: ['ds'],
    status: true,
    categories: all,
    generation: true,
    fields: 'spec status',
  },
  {
    group: apps,
    kind: 'StatefulSet',
    plural: 'statefulsets',
    short: ['sts'],
    status: true,
    scale: true,
    categories: all,
    generation: true,
    fields: 'spec status',
  },
  {
    group: 'batch',
    kind: 'Job',
    plural: 'jobs',
    status: true,
    categories: all,
    generation: true,
    fields: 'spec status',
  },
  {
    group: 'batch',
    kind: 'CronJob',
    plural: 'cronjobs',
    short: ['cj'],
    status: true,
    categories: all,
    generation: true,
    fields: 'spec status',
  },
  { group: rbac, kind: 'Role', plural: 'roles', fields: 'rules' },
  { group: rbac, kind: 'RoleBinding', plural: 'rolebindings', fields: 'subjects roleRef' },
  {
    group: rbac,
    kind: 'ClusterRole',
    plural: 'clusterroles',
    cluster: true,
    fields: 'rules aggregationRule',
  },
  {
    group: rbac,
    kind: 'ClusterRoleBinding',
    plural: 'clusterrolebindings',
    cluster: true,
    fields: 'subjects roleRef',
  },
  { group: 'coordination.k8s.io', kind: 'Lease', plural: 'leases', fields: 'spec' },
  {
    group: 'discovery.k8s.io',
    kind: 'EndpointSlice',
    plural: 'endpointslices',
    generation: true,
    fields: 'addressType endpoints ports',
  },
  {
    group: 'apiextensions.k8s.io',
    kind: 'CustomResourceDefinition',
    plural: 'customresourcedefinitions',
    short: ['crd', 'crds'],
    cluster: true,
    status: true,
    categories: ['api-extensions'],
    generation: true,
    fields: 'spec status',
  },
  {
    group: admission,
    kind: 'ValidatingWebhookConfiguration',
    plural: 'validatingwebhookconfigurations',
    cluster: true,
    categories: ['api-extensions'],
    generation: true,
    fields: 'webhooks',
  },
  {
    group: admission,
    kind: 'MutatingWebhookConfiguration',
    plural: 'mutatingwebhookconfigurations',
    cluster: true,
    categories: ['api-extensions'],
    generation: true,
    fields: 'webhooks',
  },
  {
    group: storage,
    kind: 'StorageClass',
    plural: 'storageclasses',
    short: ['sc'],
    cluster: true,
    fields:
      'provisioner parameters reclaimPolicy mountOptions allowVolumeExpansion volumeBindingMode allowedTopologies',
    returnsDeleted: true,
  },
  {
    group: storage,
    kind: 'CSIDriver',
    plural: 'csidrivers',
    cluster: true,
    fields: csiDriver,
    returnsDeleted: true,
  },
  {
    group: 'scheduling.k8s.io',
    kind: 'PriorityClass',
    plural: 'priorityclasses',
    short: ['pc'],
    cluster: true,
    generation: true,
    fields: 'value globalDefault description preemptionPolicy',
  },
  {
    group: 'policy',
    kind: 'PodDisruptionBudget',
    plural: 'poddisruptionbudgets',
    short: ['pdb'],
    status: true,
    generation: true,
    fields: 'spec status',
  },
  {
    group: networking,
    kind: 'NetworkPolicy',
    plural: 'networkpolicies',
    short: ['netpol'],
    generation: true,
    fields: 'spec',
  },
  {
    group: networking,
    kind: 'Ingress',
    plural: 'ingresses',
    short: ['ing'],
    status: true,
    generation: true,
    fields: 'spec status',
  },
  {
    group: networking,
    kind: 'IngressClass',
    plural: 'ingressclasses',
    cluster: true,
    generation: true,
    fields: 'spec',
  },
  {
    group: 'apiregistration.k8s.io',
    kind: 'APIService',
    plural: 'apiservices',
    cluster: true,
    status: true,
    categories: ['api-extensions'],
    fields: 'spec status',
  },
];

const age: PrinterColumn = { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' };

/** The kinds that are there without any CustomResourceDefinition. Everything in them is allowed: only their merge rules are known. */
export const builtInResources: Resource[] = rows.map((row) => {
  const { group = '', kind, plural } = row;
  const schema: Schema = {
    open: true,
    skeleton: skeletonOf(kind),
    properties: { metadata: metadataSchema, ...builtInProperties(kind, metadataSchema) },
  };
  return {
    group,
    plural,
    singular: kind.toLowerCase(),
    kind,
    listKind: `${kind}List`,
    shortNames: row.short ?? [],
    categories: row.categories ?? [],
    namespaced: !row.cluster,
    custom: false,
    versions: [
      {
        name: 'v1',
        served: true,
        schema,
        status: row.status ?? false,
        scale: row.scale
          ? { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' }
          : undefined,
        columns: [age],
      },
    ],
    storageVersion: 'v1',
    generation: row.generation ?? false,
    unconditional: kind !== 'CustomResourceDefinition' && kind !== 'Lease',
    returnsDeleted: row.returnsDeleted ?? false,
    table: tableOf(kind),
    complete: completionOf(kind),
    prepare: preparationOf(kind),
    known: new Set(['apiVersion', 'kind', 'metadata', ...row.fields.split(' ')]),
  };
});

export const isNamespace = ({ apiVersion, kind }: ApiObject): boolean =>
  apiVersion === 'v1' && kind === 'Namespace';
