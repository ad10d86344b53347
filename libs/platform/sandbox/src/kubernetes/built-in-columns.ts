import { ageText } from './age.ts';
import type { ApiObject } from './api-object.ts';
import { at, fieldsOf, listOf } from './json.ts';
import type { BuiltInTable } from './resource.ts';

type Columns = [
  name: string,
  cell: (object: ApiObject, now: Date) => unknown,
  type?: string,
  priority?: number,
][];

const text = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';
const or = (value: unknown, otherwise: unknown): unknown =>
  value === undefined || value === '' ? otherwise : value;
const count = (value: unknown): number =>
  Array.isArray(value) ? value.length : Object.keys(fieldsOf(value)).length;
const joined = (values: unknown[]): string => values.map(text).join(',') || '<none>';
const labels = (value: unknown): string =>
  joined(Object.entries(fieldsOf(value)).map(([key, one]) => `${key}=${text(one)}`));
const age: Columns[number] = ['Age', ({ metadata }, now) => ageText(metadata.creationTimestamp, now)];

const containers = (object: ApiObject) => listOf(at(object, 'spec', 'template', 'spec', 'containers'));
const namesOf = (list: unknown[], field: string) => joined(list.map((one) => at(one, field)));
const selector = (object: ApiObject) => labels(at(object, 'spec', 'selector', 'matchLabels'));
const workloadTail: Columns = [
  ['Containers', (object) => namesOf(containers(object), 'name'), 'string', 1],
  ['Images', (object) => namesOf(containers(object), 'image'), 'string', 1],
  ['Selector', selector, 'string', 1],
];
const status = (field: string) => (object: ApiObject) => at(object, 'status', field) ?? 0;
const subjects = (kind: string) => (object: ApiObject) =>
  listOf(object['subjects'])
    .filter((one) => at(one, 'kind') === kind)
    .map((one) => [at(one, 'namespace'), at(one, 'name')].filter(Boolean).map(text).join('/'))
    .join(', ');
const binding: Columns = [
  ['Role', (object) => `${text(at(object, 'roleRef', 'kind'))}/${text(at(object, 'roleRef', 'name'))}`],
  age,
  ['Users', subjects('User'), 'string', 1],
  ['Groups', subjects('Group'), 'string', 1],
  ['ServiceAccounts', subjects('ServiceAccount'), 'string', 1],
];
const isReady = (object: unknown): boolean =>
  listOf(at(object, 'status', 'conditions')).some(
    (one) => at(one, 'type') === 'Ready' && at(one, 'status') === 'True',
  );

const portsOf = (object: ApiObject): string =>
  joined(
    listOf(at(object, 'spec', 'ports')).map((port) => {
      const node = at(port, 'nodePort');
      return `${text(at(port, 'port'))}${node ? `:${text(node)}` : ''}/${text(at(port, 'protocol'))}`;
    }),
  );

const tables: Record<string, Columns> = {
  Namespace: [['Status', (object) => at(object, 'status', 'phase')], age],
  ConfigMap: [['Data', (object) => count(object['data']) + count(object['binaryData'])], age],
  Secret: [['Type', (object) => object['type']], ['Data', (object) => count(object['data'])], age],
  ServiceAccount: [['Secrets', (object) => count(object['secrets'])], age],
  Pod: [
    [
      'Ready',
      (object) => {
        const ready = listOf(at(object, 'status', 'containerStatuses')).filter(
          (one) => at(one, 'ready') === true,
        );
        return `${ready.length}/${count(at(object, 'spec', 'containers'))}`;
      },
    ],
    [
      'Status',
      (object) => (object.metadata.deletionTimestamp ? 'Terminating' : at(object, 'status', 'phase')),
    ],
    [
      'Restarts',
      (object) =>
        String(
          listOf(at(object, 'status', 'containerStatuses')).reduce<number>(
            (sum, one) => sum + Number(at(one, 'restartCount') ?? 0),
            0,
          ),
        ),
    ],
    age,
    ['IP', (object) => or(at(object, 'status', 'podIP'), '<none>'), 'string', 1],
    ['Node', (object) => or(at(object, 'spec', 'nodeName'), '<none>'), 'string', 1],
    ['Nominated Node', (object) => or(at(object, 'status', 'nominatedNodeName'), '<none>'), 'string', 1],
    ['Readiness Gates', () => '<none>', 'string', 1],
  ],
  Node: [
    [
      'Status',
      (object) =>
        `${isReady(object) ? 'Ready' : 'NotReady'}${at(object, 'spec', 'unschedulable') === true ? ',SchedulingDisabled' : ''}`,
    ],
    [
      'Roles',
      ({ metadata }) =>
        joined(
          Object.keys(metadata.labels ?? {})
            .filter((key) => key.startsWith('node-role.kubernetes.io/'))
            .map((key) => key.slice('node-role.kubernetes.io/'.length)),
        ),
    ],
    age,
    ['Version', (object) => at(object, 'status', 'nodeInfo', 'kubeletVersion') ?? ''],
  ],
  Service: [
    ['Type', (object) => at(object, 'spec', 'type')],
    ['Cluster-IP', (object) => or(at(object, 'spec', 'clusterIP'), '<none>')],
    ['External-IP', (object) => namesOf(listOf(at(object, 'status', 'loadBalancer', 'ingress')), 'ip')],
    ['Port(s)', portsOf],
    age,
    ['Selector', (object) => labels(at(object, 'spec', 'selector')), 'string', 1],
  ],
  Deployment: [
    [
      'Ready',
      (object) => `${text(status('readyReplicas')(object))}/${text(at(object, 'spec', 'replicas') ?? 0)}`,
    ],
    ['Up-to-date', status('updatedReplicas'), 'string'],
    ['Available', status('availableReplicas'), 'string'],
    age,
    ...workloadTail,
  ],
  ReplicaSet: [
    ['Desired', (object) => at(object, 'spec', 'replicas') ?? 0, 'integer'],
    ['Current', status('replicas'), 'integer'],
    ['Ready', status('readyReplicas'), 'integer'],
    age,
    ...workloadTail,
  ],
  StatefulSet: [
    [
      'Ready',
      (object) => `${text(status('readyReplicas')(object))}/${text(at(object, 'spec', 'replicas') ?? 0)}`,
    ],
    age,
    ...workloadTail.slice(0, 2),
  ],
  DaemonSet: [
    ['Desired', status('desiredNumberScheduled'), 'integer'],
    ['Current', status('currentNumberScheduled'), 'integer'],
    ['Ready', status('numberReady'), 'integer'],
    ['Up-to-date', status('updatedNumberScheduled'), 'integer'],
    ['Available', status('numberAvailable'), 'integer'],
    ['Node Selector', (object) => labels(at(object, 'spec', 'template', 'spec', 'nodeSelector'))],
    age,
    ...workloadTail,
  ],
  Event: [
    [
      'Last Seen',
      (object, now) =>
        ageText(text(or(object['lastTimestamp'], or(object['eventTime'], undefined))) || undefined, now),
    ],
    ['Type', (object) => object['type']],
    ['Reason', (object) => object['reason']],
    [
      'Object',
      (object) =>
        `${text(at(object, 'involvedObject', 'kind')).toLowerCase()}/${text(at(object, 'involvedObject', 'name'))}`,
    ],
    ['Subobject', (object) => at(object, 'involvedObject', 'fieldPath') ?? '', 'string', 1],
    ['Source', (object) => text(at(object, 'source', 'component')), 'string', 1],
    ['Message', (object) => text(object['message']).trim()],
  ],
  Role: [['Created At', ({ metadata }) => metadata.creationTimestamp, 'date']],
  ClusterRole: [['Created At', ({ metadata }) => metadata.creationTimestamp, 'date']],
  RoleBinding: binding,
  ClusterRoleBinding: binding,
  CustomResourceDefinition: [['Created At', ({ metadata }) => metadata.creationTimestamp, 'date']],
  Lease: [['Holder', (object) => at(object, 'spec', 'holderIdentity')], age],
  ValidatingWebhookConfiguration: [['Webhooks', (object) => count(object['webhooks']), 'integer'], age],
  MutatingWebhookConfiguration: [['Webhooks', (object) => count(object['webhooks']), 'integer'], age],
  PersistentVolumeClaim: [
    ['Status', (object) => at(object, 'status', 'phase')],
    ['Volume', (object) => at(object, 'spec', 'volumeName') ?? ''],
    ['StorageClass', (object) => at(object, 'spec', 'storageClassName') ?? ''],
    age,
  ],
  StorageClass: [
    ['Provisioner', (object) => object['provisioner']],
    ['ReclaimPolicy', (object) => object['reclaimPolicy']],
    ['VolumeBindingMode', (object) => object['volumeBindingMode']],
    ['AllowVolumeExpansion', (object) => object['allowVolumeExpansion'] ?? false, 'boolean'],
    age,
  ],
};

/** How `kubectl get` shows a built-in kind; undefined where name and age are all. */
export function tableOf(kind: string): BuiltInTable | undefined {
  const columns = tables[kind];
  return (
    columns && {
      columns: columns.map(([name, , type = 'string', priority = 0]) => ({ name, type, priority })),
      cells: (object, now) => columns.map(([, cell]) => cell(object, now) ?? null),
    }
  );
}
