import type { ApiObject } from './api-object.ts';
import { badRequest } from './failure.ts';
import { isEmptyContainer } from './metadata-rules.ts';
import { fieldsOf, isFields, listOf, type Fields } from './json.ts';

type Completion = (object: ApiObject) => void;

/** The few defaults of built-in kinds that clients rely on. They change the object in place. */
export const completionOf = (kind: string): Completion | undefined => completions[kind];

/** What a new object has, whatever the client said. It changes the object in place. */
export const preparationOf = (kind: string): Completion | undefined => preparations[kind];

function fill(fields: Fields, defaults: Fields): void {
  for (const [key, value] of Object.entries(defaults)) fields[key] ??= value;
}

const specOf = (object: ApiObject): Fields => fieldsOf((object['spec'] ??= {}));

function podDefaults(spec: unknown): void {
  if (!isFields(spec)) return;
  fill(spec, {
    restartPolicy: 'Always',
    dnsPolicy: 'ClusterFirst',
    schedulerName: 'default-scheduler',
    terminationGracePeriodSeconds: 30,
    securityContext: {},
  });
  for (const container of [...listOf(spec['containers']), ...listOf(spec['initContainers'])]) {
    if (!isFields(container)) continue;
    const image = typeof container['image'] === 'string' ? container['image'] : '';
    fill(container, {
      imagePullPolicy: /:(?!latest$)[^/]+$/.test(image) ? 'IfNotPresent' : 'Always',
      resources: {},
      terminationMessagePath: '/dev/termination-log',
      terminationMessagePolicy: 'File',
    });
    for (const port of listOf(container['ports'])) if (isFields(port)) fill(port, { protocol: 'TCP' });
  }
}

const workload =
  (defaults: (spec: Fields) => Fields): Completion =>
  (object) => {
    const spec = specOf(object);
    fill(spec, defaults(spec));
    podDefaults(fieldsOf(spec['template'])['spec']);
  };

const completions: Record<string, Completion> = {
  Namespace(object) {
    const labels = (object.metadata.labels ??= {});
    labels['kubernetes.io/metadata.name'] ??= object.metadata.name;
  },
  ConfigMap: stringData,
  Secret(object) {
    stringData(object);
    const { stringData: plain, ...rest } = object;
    for (const value of Object.values(fieldsOf(rest['data'])))
      if (typeof value === 'string' && !isBase64(value))
        throw badRequest(
          'Secret in version "v1" cannot be handled as a Secret: illegal base64 data at input byte 0',
        );
    if (plain !== undefined) {
      delete object['stringData'];
      const encoded = Object.entries(fieldsOf(plain)).map(
        ([key, value]) => [key, Buffer.from(String(value)).toString('base64')] as const,
      );
      object['data'] = { ...fieldsOf(rest['data']), ...Object.fromEntries(encoded) };
    }
    object['type'] ??= 'Opaque';
  },
  Service(object) {
    const spec = specOf(object);
    fill(spec, { type: 'ClusterIP', sessionAffinity: 'None', internalTrafficPolicy: 'Cluster' });
    for (const port of listOf(spec['ports']))
      if (isFields(port))
        fill(port, { protocol: 'TCP', ...(port['port'] !== undefined && { targetPort: port['port'] }) });
  },
  Pod(object) {
    podDefaults(specOf(object));
  },
  Deployment: workload(() => ({
    replicas: 1,
    revisionHistoryLimit: 10,
    progressDeadlineSeconds: 600,
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
  })),
  ReplicaSet: workload(() => ({ replicas: 1 })),
  DaemonSet: workload(() => ({
    revisionHistoryLimit: 10,
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
  })),
  StatefulSet: workload(() => ({
    replicas: 1,
    revisionHistoryLimit: 10,
    podManagementPolicy: 'OrderedReady',
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
  })),
  PersistentVolumeClaim(object) {
    fill(specOf(object), { volumeMode: 'Filesystem' });
  },
  StorageClass(object) {
    fill(object, { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' });
  },
  Role(object) {
    object['rules'] ??= null;
  },
  ClusterRole(object) {
    object['rules'] ??= null;
  },
  ValidatingWebhookConfiguration: webhookDefaults,
  MutatingWebhookConfiguration: webhookDefaults,
};

const preparations: Record<string, Completion> = {
  Namespace(object) {
    object['spec'] = { finalizers: ['kubernetes'] };
    object['status'] = { phase: 'Active' };
  },
  Pod: (object) => void (object['status'] = { phase: 'Pending' }),
  PersistentVolumeClaim: (object) => void (object['status'] = { phase: 'Pending' }),
  Service: (object) => void (object['status'] = { loadBalancer: {} }),
  Deployment: emptyStatus,
  ReplicaSet: emptyStatus,
  StatefulSet: emptyStatus,
  DaemonSet: emptyStatus,
  Job: emptyStatus,
  CronJob: emptyStatus,
};

function emptyStatus(object: ApiObject): void {
  object['status'] = {};
}

function stringData(object: ApiObject): void {
  const { kind } = object;
  for (const field of ['data', 'stringData', 'binaryData']) {
    const data = object[field];
    if (data === undefined) continue;
    if (isEmptyContainer(data)) delete object[field];
    const wrong = isFields(data) ? Object.values(data).find((one) => typeof one !== 'string') : data;
    if (wrong !== undefined)
      throw badRequest(
        `${kind} in version "v1" cannot be handled as a ${kind}: json: cannot unmarshal ${typeof wrong} into Go struct field ${kind}.${field} of type map[string]string`,
      );
  }
}

function webhookDefaults(object: ApiObject): void {
  for (const hook of listOf(object['webhooks'])) {
    if (!isFields(hook)) continue;
    fill(hook, {
      failurePolicy: 'Fail',
      matchPolicy: 'Equivalent',
      namespaceSelector: {},
      objectSelector: {},
      timeoutSeconds: 10,
      ...(object.kind.startsWith('Mutating') && { reinvocationPolicy: 'Never' }),
    });
    for (const rule of listOf(hook['rules'])) if (isFields(rule)) fill(rule, { scope: '*' });
  }
}

const isBase64 = (text: string): boolean => {
  const tight = text.replaceAll(/[\r\n]/g, '');
  return tight.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(tight);
};
