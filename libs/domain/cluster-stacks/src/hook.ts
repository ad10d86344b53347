import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { isThrough, readAddonRun, readHookRequest, type HookRequest } from './addon-run.ts';
import { topologyOf } from './cluster.ts';
import { findCondition } from './condition.ts';
import { addonNameOf, type ClusterAddon, type KubernetesObject } from './resources.ts';

/** Cluster API's Runtime SDK. */
export const hookGroup = 'hooks.runtime.cluster.x-k8s.io/v1alpha1';

/** A lifecycle hook that is answered here. */
export interface HookHandler {
  hook: string;
  /** Of the handler, the last part of its path. */
  name: string;
  /** May the answer make Cluster API wait? */
  blocking: boolean;
  /** What Cluster API does when nobody answers. `Ignore` where its call is only a nudge, so that our absence holds up nothing. */
  failurePolicy: 'Fail' | 'Ignore';
  /** Field of the request with the Kubernetes version that is gone to. */
  versionField?: 'toKubernetesVersion' | 'kubernetesVersion';
}

export const hookHandlers: readonly HookHandler[] = [
  {
    hook: 'AfterControlPlaneInitialized',
    name: 'after-control-plane-initialized',
    blocking: false,
    failurePolicy: 'Ignore',
  },
  {
    hook: 'BeforeClusterUpgrade',
    name: 'before-cluster-upgrade',
    blocking: true,
    failurePolicy: 'Fail',
    versionField: 'toKubernetesVersion',
  },
  {
    hook: 'AfterControlPlaneUpgrade',
    name: 'after-control-plane-upgrade',
    blocking: true,
    failurePolicy: 'Fail',
    versionField: 'kubernetesVersion',
  },
  {
    // Blocks the next upgrade where Cluster API has it so (1.12); older ones leave the retry unread and go on.
    hook: 'AfterClusterUpgrade',
    name: 'after-cluster-upgrade',
    blocking: true,
    failurePolicy: 'Fail',
    versionField: 'kubernetesVersion',
  },
];

export const hookPath = ({ hook, name }: HookHandler): string =>
  `/${hookGroup}/${hook.toLowerCase()}/${name}`;
export const discoveryPath = `/${hookGroup}/discovery`;

/** What the extension offers. */
export const discoveryResponse = (): Record<string, unknown> => ({
  apiVersion: hookGroup,
  kind: 'DiscoveryResponse',
  status: 'Success',
  message: '',
  handlers: hookHandlers.map(({ hook, name, failurePolicy }) => ({
    name,
    requestHook: { apiVersion: hookGroup, hook },
    timeoutSeconds: 10,
    failurePolicy,
  })),
});

/** A hook's question, read. */
export interface HookCall {
  handler: HookHandler;
  cluster: KubernetesObject & { metadata: { namespace: string } };
  /** Undefined for a cluster without a class. */
  className: string | undefined;
  classNamespace: string;
  from: string;
  to: string;
}

/** Reads the body of a request; a text says what is wrong with it. */
export function readHookCall(handler: HookHandler, body: unknown): HookCall | string {
  if (!isRecord(body)) return 'the body is no JSON object; send a request of the Runtime SDK';
  const kind = `${handler.hook}Request`;
  if (body['apiVersion'] !== hookGroup || body['kind'] !== kind)
    return `the body is ${print(body['apiVersion'])} ${print(body['kind'])}, not ${hookGroup} ${kind}`;
  const cluster = body['cluster'];
  if (!isRecord(cluster) || !isRecord(cluster['metadata'])) return 'cluster: is missing';
  const { name, namespace } = cluster['metadata'];
  if (!isText(name)) return 'cluster.metadata.name: is missing';
  if (!isText(namespace)) return 'cluster.metadata.namespace: is missing';
  const { versionField } = handler;
  const to = versionField ? body[versionField] : '';
  if (versionField && !isText(to)) return `${versionField}: is missing`;
  const metadata = { ...cluster['metadata'], name, namespace };
  const object = { ...cluster, apiVersion: print(cluster['apiVersion']), kind: 'Cluster', metadata };
  const topology = topologyOf(object);
  return {
    handler,
    cluster: object,
    className: topology?.className,
    classNamespace: topology?.classNamespace ?? namespace,
    from: isText(body['fromKubernetesVersion']) ? body['fromKubernetesVersion'] : '',
    to: isText(to) ? to : '',
  };
}

/** What is known when a hook is asked. `unknown`: the Kubernetes API did not answer in time. */
export type HookKnowledge =
  | { known: 'unknown'; because: string }
  | { known: 'not-a-stack' }
  | { known: 'stack'; addon: ClusterAddon | undefined };

export interface HookAnswer {
  status: 'Success' | 'Failure';
  message: string;
  /** 0 lets Cluster API go on. Seconds. */
  retryAfterSeconds: number;
}

/**
 * Answers from what is written down, so that repeated and late calls, and calls after a restart, get the same answer; `record` is to be
 * written down first.
 *
 * It is never `Failure` for what will be mended: Cluster API takes that for an error of its own, repeats it ever more slowly (up to a quarter of
 * an hour), and shows no reason; a retry comes back in seconds and its message is shown in the Cluster's TopologyReconciled.
 */
export function answerHook(
  call: HookCall,
  knowledge: HookKnowledge,
  now: Date,
): { answer: HookAnswer; record?: HookRequest } {
  const { handler, cluster, className } = call;
  if (!className || knowledge.known === 'not-a-stack')
    return { answer: goOn('the cluster is of no cluster stack') };
  if (knowledge.known === 'unknown') return { answer: hold(call, knowledge.because, 10) };
  const { addon } = knowledge;
  if (!addon)
    return {
      answer: hold(call, `ClusterAddon ${addonNameOf(cluster.metadata.name)} does not exist yet`, 10),
    };
  if (isThrough(readAddonRun(addon), className, handler.hook))
    return { answer: goOn(`add-ons of ${className} are in place`) };
  // Stages belong to the class, and the class to its Kubernetes version: on the way there is nothing to do.
  const target = topologyOf(cluster)?.version ?? '';
  if (handler.versionField === 'kubernetesVersion' && target && call.to !== target)
    return { answer: goOn(`${call.to} is a step on the way to ${target}`) };
  const request = requestOf(call, className, addon, now);
  const record = readHookRequest(addon)?.id === request.id ? undefined : request;
  const { message, late } = progress(addon, className);
  return {
    answer: hold(call, `waits for the add-ons of ${className}: ${message}`, late ? 10 : 5),
    ...(record && { record }),
  };
}

/** What Cluster API is told when the record could not be written: ask again, as the question would be lost. */
export const unrecorded = (call: HookCall, because: string): HookAnswer => hold(call, because, 10);

const goOn = (message: string): HookAnswer => ({ status: 'Success', message, retryAfterSeconds: 0 });
const hold = ({ handler }: HookCall, message: string, seconds: number): HookAnswer => ({
  status: 'Success',
  message,
  retryAfterSeconds: handler.blocking ? seconds : 0,
});

export const failed = (message: string): HookAnswer => ({
  status: 'Failure',
  message,
  retryAfterSeconds: 0,
});

/** The body of the answer; only blocking hooks know a retry. */
export const hookResponse = (
  { hook, blocking }: HookHandler,
  answer: HookAnswer,
): Record<string, unknown> => ({
  apiVersion: hookGroup,
  kind: `${hook}Response`,
  status: answer.status,
  message: answer.message,
  ...(blocking && { retryAfterSeconds: answer.retryAfterSeconds }),
});

function requestOf(call: HookCall, className: string, addon: ClusterAddon, now: Date): HookRequest {
  const { handler, cluster, from, to } = call;
  const identity = [handler.hook, cluster.metadata.uid ?? '', className, to];
  return {
    id: bytesToHex(sha256(utf8ToBytes(JSON.stringify(identity)))).slice(0, 16),
    hook: handler.hook,
    classFrom: addon.spec.clusterStack ?? '',
    classTo: className,
    from,
    to,
    at: now.toISOString(),
  };
}

function progress(addon: ClusterAddon, className: string): { message: string; late: boolean } {
  const hasBegun = readAddonRun(addon)?.className === className;
  const ready = findCondition(addon.status?.conditions, 'Ready');
  const late = ready?.status === 'False' && ready.severity === 'Error';
  // Before the beginning only what keeps from it counts, not what was said of the class before.
  const reason = ready?.status === 'False' && (hasBegun || late) ? ready.message : '';
  if (hasBegun) return { message: reason || 'at work', late };
  return { message: reason ? `not begun yet: ${reason}` : 'not begun yet', late };
}

/** Where Cluster API finds the hook server. */
export type HookServerAddress =
  | { url: string }
  | { service: { name: string; namespace: string; port?: number } };

/**
 * The ExtensionConfig that registers the hooks, under upstream's name.
 * `caBundle` is PEM; where Cluster API is to take it from cert-manager's secret, `injectFrom` names that, `namespace/name`. `namespace`: only for the clusters
 * of this one, under a name of its own.
 */
export function extensionConfig(
  address: HookServerAddress,
  trust: { caBundle?: string | undefined; injectFrom?: string },
  options: { version?: 'v1alpha1' | 'v1beta2'; namespace?: string | undefined } = {},
): KubernetesObject {
  const { version = 'v1alpha1', namespace } = options;
  const bundle = trust.caBundle ? { caBundle: toBase64(trust.caBundle) } : {};
  return {
    apiVersion: `runtime.cluster.x-k8s.io/${version}`,
    kind: 'ExtensionConfig',
    metadata: {
      name: ['hook-server-extensionconfig', ...(namespace ? [namespace] : [])].join('-'),
      ...(trust.injectFrom && {
        annotations: { 'runtime.cluster.x-k8s.io/inject-ca-from-secret': trust.injectFrom },
      }),
    },
    spec: {
      clientConfig: { ...address, ...bundle },
      namespaceSelector: namespace ? { matchLabels: { 'kubernetes.io/metadata.name': namespace } } : {},
    },
  };
}

const toBase64 = (pem: string): string => btoa(String.fromCharCode(...utf8ToBytes(pem)));

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const print = (value: unknown): string => (isText(value) ? value : 'nothing');
