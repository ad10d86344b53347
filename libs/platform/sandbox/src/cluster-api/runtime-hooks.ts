import type { ApiObject } from '@scs/kubernetes';
import type { Clock } from './clock.ts';
import { isFalse, isTrue, settle, type Condition } from './conditions.ts';
import { callExtension, ExtensionUnreachable, type ClientConfig } from './extension-call.ts';
import { annotations, isDeleting, kinds, type Cluster } from './kinds.ts';
import { toV1beta1 } from './v1beta1.ts';
import type { World } from './world.ts';

/** The lifecycle hooks of Cluster API 1.12, in the order in which an upgrade calls them. */
export const hookNames = [
  'BeforeClusterCreate',
  'AfterControlPlaneInitialized',
  'BeforeClusterUpgrade',
  'BeforeControlPlaneUpgrade',
  'AfterControlPlaneUpgrade',
  'BeforeWorkersUpgrade',
  'AfterWorkersUpgrade',
  'AfterClusterUpgrade',
  'BeforeClusterDelete',
] as const;
export type HookName = (typeof hookNames)[number];

interface Handler {
  name: string;
  requestHook: { apiVersion: string; hook: string };
  timeoutSeconds?: number;
  failurePolicy?: 'Fail' | 'Ignore';
}

interface LabelSelector {
  matchLabels?: Record<string, string>;
  matchExpressions?: { key: string; operator: string; values?: string[] }[];
}

export interface ExtensionConfig extends ApiObject {
  spec: { clientConfig: ClientConfig; namespaceSelector?: LabelSelector; settings?: Record<string, string> };
  status?: { conditions?: Condition[]; handlers?: Handler[]; [field: string]: unknown };
}

/** What the extensions say together: how long to wait, at least. */
export interface HookAnswer {
  /** 0 where nothing is in the way. */
  retryAfterSeconds: number;
  message: string;
}

/** A call that is about to be made, for those who want to disturb it. */
export interface HookCall {
  hook: HookName;
  namespace: string;
  cluster: string;
  handler: string;
}

const hooksVersion = 'hooks.runtime.cluster.x-k8s.io/v1alpha1';
const timeoutSeconds = 10;

/** Hooks that cannot hold anything up, whatever their answer says. */
const nonBlocking: ReadonlySet<HookName> = new Set(['AfterControlPlaneInitialized']);

export interface RuntimeHooksOptions {
  world: World;
  clock: Clock;
  /** True makes the call fail as if nobody listened. */
  unreachable?: ((call: HookCall) => boolean) | undefined;
  signal: AbortSignal;
}

/** Calls runtime extensions as Cluster API's controllers do, and remembers until when an answer holds. */
export class RuntimeHooks {
  readonly #options: RuntimeHooksOptions;
  readonly #waiting = new Map<string, { until: number; message: string }>();

  constructor(options: RuntimeHooksOptions) {
    this.#options = options;
  }

  /** Asks an extension what it handles, and writes that down. False where it could not be asked: try again. */
  async discover(config: ExtensionConfig): Promise<boolean> {
    const { world, clock, signal } = this.#options;
    const { name, generation } = config.metadata;
    let handlers: Handler[] = [];
    let finding = isTrue('Discovered', 'Discovered');
    try {
      const { clientConfig } = config.spec;
      const answer = await callExtension({
        config: clientConfig,
        hook: 'Discovery',
        body: {},
        timeoutSeconds,
        signal,
      });
      if (answer['status'] !== 'Success') {
        throw new Error(
          `failed to discover extension "${name}": got failure response, please check controller logs for errors`,
        );
      }
      handlers = ((answer['handlers'] ?? []) as Handler[]).map((handler) => ({
        failurePolicy: 'Fail',
        timeoutSeconds,
        ...handler,
        name: `${handler.name}.${name}`,
      }));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const prefix = message.startsWith('failed') ? '' : `failed to discover extension "${name}": `;
      finding = isFalse('Discovered', 'NotDiscovered', `Error in discovery: ${prefix}${message}`);
      handlers = config.status?.handlers ?? [];
    }
    const now = new Date(clock.now()).toISOString().replace(/\.\d+/, '');
    const findings = [finding, isFalse('Paused', 'NotPaused')];
    const conditions = settle(config.status?.conditions, findings, now, generation);
    await world.report(config, { ...config.status, conditions, handlers });
    return finding.status === 'True';
  }

  /**
   * Calls a hook's handlers that are for the cluster's namespace, one after the other. An answer that asks for patience is kept for as long as it
   * says. Throws, in Cluster API's words, where a handler fails and its policy is not to ignore that.
   */
  async call(hook: HookName, cluster: Cluster, body: Record<string, unknown> = {}): Promise<HookAnswer> {
    const handlers = this.#handlersOf(hook, cluster);
    if (handlers.length === 0) return { retryAfterSeconds: 0, message: '' };
    const key = `${cluster.metadata.uid ?? ''} ${hook}`;
    const kept = this.#waiting.get(key);
    const left = kept ? kept.until - this.#options.clock.now() : 0;
    if (kept && left > 0) return { retryAfterSeconds: Math.ceil(left / 1000), message: kept.message };
    const answers: HookAnswer[] = [];
    for (const { config, handler } of handlers)
      answers.push(await this.#ask(config, handler, hook, cluster, body));
    const waits = answers.map(({ retryAfterSeconds }) => retryAfterSeconds).filter((seconds) => seconds > 0);
    const retryAfterSeconds = nonBlocking.has(hook) || waits.length === 0 ? 0 : Math.min(...waits);
    const message = answers.flatMap((answer) => answer.message || []).join(', ');
    if (retryAfterSeconds > 0) {
      this.#waiting.set(key, { until: this.#options.clock.now() + retryAfterSeconds * 1000, message });
    } else this.#waiting.delete(key);
    return { retryAfterSeconds, message };
  }

  /** Forgets what was said about a cluster that has gone. */
  forget(cluster: ApiObject): void {
    for (const hook of hookNames) this.#waiting.delete(`${cluster.metadata.uid ?? ''} ${hook}`);
  }

  #handlersOf(hook: HookName, cluster: Cluster): { config: ExtensionConfig; handler: Handler }[] {
    const { world } = this.#options;
    const namespace = world.get(kinds.namespace, undefined, cluster.metadata.namespace ?? '');
    return world
      .all<ExtensionConfig>(kinds.extensionConfig)
      .filter(
        (config) => !isDeleting(config) && selects(config.spec.namespaceSelector, namespace?.metadata.labels),
      )
      .flatMap((config) =>
        (config.status?.handlers ?? [])
          .filter(({ requestHook }) => requestHook.hook === hook && requestHook.apiVersion === hooksVersion)
          .map((handler) => ({ config, handler })),
      );
  }

  async #ask(
    { metadata, spec }: ExtensionConfig,
    handler: Handler,
    hook: HookName,
    cluster: Cluster,
    body: Record<string, unknown>,
  ): Promise<HookAnswer> {
    const failed = `failed to call extension handlers for hook "${hook}.hooks.runtime.cluster.x-k8s.io": failed to call extension handler "${handler.name}"`;
    const { namespace = '', name } = cluster.metadata;
    try {
      if (this.#options.unreachable?.({ hook, namespace, cluster: name, handler: handler.name })) {
        throw new ExtensionUnreachable('http call failed: connection refused');
      }
      const answer = await callExtension({
        config: spec.clientConfig,
        hook,
        handler: handler.name.slice(0, -(metadata.name.length + 1)),
        timeoutSeconds: handler.timeoutSeconds ?? timeoutSeconds,
        signal: this.#options.signal,
        body: { ...(spec.settings && { settings: spec.settings }), cluster: withoutStatus(cluster), ...body },
      });
      if (answer['status'] !== 'Success') {
        throw new Error('got failure response, please check controller logs for errors');
      }
      const { retryAfterSeconds, message } = answer;
      return {
        retryAfterSeconds: typeof retryAfterSeconds === 'number' ? retryAfterSeconds : 0,
        message: typeof message === 'string' ? message : '',
      };
    } catch (error) {
      if (error instanceof ExtensionUnreachable && handler.failurePolicy === 'Ignore') {
        return { retryAfterSeconds: 0, message: '' };
      }
      throw new Error(`${failed}: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
    }
  }
}

/** Hooks get the Cluster as v1beta1, without its status and without what only kubectl reads. */
function withoutStatus(cluster: Cluster): Record<string, unknown> {
  const { metadata, spec } = toV1beta1(cluster);
  const { managedFields: _fields, annotations: given = {}, ...rest } = metadata;
  const { 'kubectl.kubernetes.io/last-applied-configuration': _applied, ...kept } = given;
  return { metadata: { ...rest, annotations: kept }, spec, status: {} };
}

function selects(
  { matchLabels = {}, matchExpressions = [] }: LabelSelector = {},
  labels: Record<string, string> = {},
): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const value = labels[key];
      if (operator === 'Exists') return value !== undefined;
      if (operator === 'DoesNotExist') return value === undefined;
      const listed = value !== undefined && values.includes(value);
      return operator === 'In' ? listed : !listed;
    })
  );
}

/** The hooks that a cluster's annotation says are still to be called. */
export const pendingHooks = (cluster: ApiObject): string[] =>
  cluster.metadata.annotations?.[annotations.pendingHooks]?.split(',').filter(Boolean) ?? [];

export const isPending = (cluster: ApiObject, hook: HookName): boolean =>
  pendingHooks(cluster).includes(hook);

/** Notes hooks that are to be called later, or that have been called. */
export function markHooks<T extends ApiObject>(
  world: World,
  cluster: T,
  { pending = [], done = [] }: { pending?: HookName[]; done?: HookName[] },
): Promise<T> {
  const rest = [...new Set([...pendingHooks(cluster), ...pending])].filter(
    (hook) => !done.includes(hook as HookName),
  );
  const { [annotations.pendingHooks]: _before, ...others } = cluster.metadata.annotations ?? {};
  const after = rest.length > 0 ? { ...others, [annotations.pendingHooks]: rest.sort().join(',') } : others;
  return world.change(cluster, { ...cluster, metadata: { ...cluster.metadata, annotations: after } });
}
