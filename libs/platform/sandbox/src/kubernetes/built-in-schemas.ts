import type { Fields } from './json.ts';
import type { Schema } from './schema.ts';

// What built-in kinds need for merging: which lists are maps or sets, and by which keys. All else in them is open.

const text: Schema = { type: 'string' };
const open = (properties: Record<string, Schema> = {}): Schema => ({ open: true, properties });
const atomic: Schema = { open: true, 'x-kubernetes-map-type': 'atomic' };
const listMap = (keys: string | string[], items: Schema = open()): Schema => ({
  type: 'array',
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': Array.isArray(keys) ? keys : [keys],
  items,
});
const conditions = listMap('type');
const protocol: Schema = { type: 'string', default: 'TCP' };
const ports = (key: string): Schema => listMap([key, 'protocol'], open({ protocol }));
const selectors = open({
  valueFrom: open({
    configMapKeyRef: atomic,
    fieldRef: atomic,
    resourceFieldRef: atomic,
    secretKeyRef: atomic,
  }),
});

const container = open({
  env: listMap('name', selectors),
  ports: ports('containerPort'),
  volumeDevices: listMap('devicePath'),
  volumeMounts: listMap('mountPath'),
  resources: open({ claims: listMap('name') }),
});

const podSpec = open({
  containers: listMap('name', container),
  initContainers: listMap('name', container),
  ephemeralContainers: listMap('name', container),
  hostAliases: listMap('ip'),
  imagePullSecrets: listMap('name', atomic),
  nodeSelector: atomic,
  resourceClaims: listMap('name'),
  schedulingGates: listMap('name'),
  topologySpreadConstraints: listMap(['topologyKey', 'whenUnsatisfiable'], open({ labelSelector: atomic })),
  volumes: listMap('name'),
});

const podTemplate = (metadata: Schema): Schema => open({ metadata, spec: podSpec });

const status = open({ conditions });

const template: Fields = { metadata: {}, spec: {} };

/** What Go structs of a kind have without being set. */
export function skeletonOf(kind: string): Fields {
  switch (kind) {
    case 'Deployment':
      return { spec: { template, strategy: {} }, status: {} };
    case 'DaemonSet':
    case 'StatefulSet':
      return { spec: { template, updateStrategy: {} }, status: {} };
    case 'ReplicaSet':
    case 'Job':
      return { spec: { template }, status: {} };
    case 'CronJob':
      return { spec: { jobTemplate: { metadata: {}, spec: { template } } }, status: {} };
    case 'CustomResourceDefinition':
      return { spec: { names: {} }, status: {} };
    case 'ConfigMap':
    case 'Secret':
      return {};
    default:
      return { spec: {}, status: {} };
  }
}

/** Schemas of the built-in kinds with lists or maps of their own merge rules; `metadata` is added by the caller. */
export function builtInProperties(kind: string, metadata: Schema): Record<string, Schema> {
  const template = podTemplate(metadata);
  switch (kind) {
    case 'Pod':
      return {
        spec: podSpec,
        status: open({ conditions, podIPs: listMap('ip'), resourceClaimStatuses: listMap('name') }),
      };
    case 'Deployment':
    case 'ReplicaSet':
    case 'DaemonSet':
    case 'StatefulSet':
      return { spec: open({ selector: atomic, template }), status };
    case 'Job':
      return { spec: open({ selector: atomic, template }) };
    case 'CronJob':
      return { spec: open({ jobTemplate: open({ metadata, spec: open({ selector: atomic, template }) }) }) };
    case 'Service':
      return { spec: open({ ports: ports('port'), selector: atomic }), status };
    case 'ServiceAccount':
      return { secrets: listMap('name', atomic), imagePullSecrets: { type: 'array', items: atomic } };
    case 'Node':
      return {
        spec: open({ podCIDRs: { type: 'array', 'x-kubernetes-list-type': 'set', items: text } }),
        status: open({ addresses: listMap('type'), conditions }),
      };
    case 'ValidatingWebhookConfiguration':
    case 'MutatingWebhookConfiguration':
      return {
        webhooks: listMap(
          'name',
          open({ matchConditions: listMap('name'), objectSelector: atomic, namespaceSelector: atomic }),
        ),
      };
    case 'RoleBinding':
    case 'ClusterRoleBinding':
      return { roleRef: atomic };
    case 'NetworkPolicy':
      return { spec: open({ podSelector: atomic }) };
    case 'PodDisruptionBudget':
      return { spec: open({ selector: atomic }), status };
    case 'CSIDriver':
      return {
        spec: open({ volumeLifecycleModes: { type: 'array', 'x-kubernetes-list-type': 'set', items: text } }),
      };
    case 'Event':
      return { involvedObject: atomic, related: atomic };
    case 'Namespace':
    case 'PersistentVolumeClaim':
    case 'CustomResourceDefinition':
    case 'APIService':
      return { status };
    default:
      return {};
  }
}
