import { setTimeout as sleep } from 'node:timers/promises';
import {
  addonNameOf,
  answerHook,
  classToReleaseName,
  clusterStackGroup,
  hookRequestAnnotation,
  parseClassName,
  unrecorded,
  type ClusterAddon,
  type HookAnswer,
  type HookCall,
  type HookKnowledge,
} from '@scs/cluster-stacks';
import type { KubernetesClient } from '@scs/kubernetes';
import type { Logger } from '@scs/service';

export interface HookServiceOptions {
  client: KubernetesClient;
  logger: Logger;
  clock: () => Date;
  /** For all that is read and written for one answer. Milliseconds; 5,000 when left out, as Cluster API waits for 10 s. */
  timeoutMs?: number;
}

/** Answers a hook's question from the ClusterAddon as it is stored now, and writes the question down there: that wakes the reconciler. */
export async function answerCall(options: HookServiceOptions, call: HookCall): Promise<HookAnswer> {
  const { timeoutMs = 5000, clock } = options;
  const late = new AbortController();
  const tooLate = sleep(timeoutMs, undefined, { signal: late.signal }).then(
    (): HookAnswer => answerHook(call, unknown('the Kubernetes API did not answer in time'), clock()).answer,
  );
  // Whichever of the two loses is of no interest any more.
  tooLate.catch(() => undefined);
  try {
    return await Promise.race([lookAndAnswer(options, call), tooLate]);
  } finally {
    late.abort();
  }
}

const unknown = (because: string): HookKnowledge => ({ known: 'unknown', because });

async function lookAndAnswer(
  { client, logger, clock }: HookServiceOptions,
  call: HookCall,
): Promise<HookAnswer> {
  const { answer, record } = answerHook(call, await look(client, logger, call), clock());
  // A question that is repeated every few seconds is told once.
  const isRepeated = !record && answer.retryAfterSeconds > 0;
  const told = {
    hook: call.handler.hook,
    cluster: nameOf(call),
    retryAfterSeconds: answer.retryAfterSeconds,
  };
  logger[isRepeated ? 'debug' : 'info'](told, `hook answered: ${answer.message}`);
  if (!record) return answer;
  try {
    const annotations = { [hookRequestAnnotation]: JSON.stringify(record) };
    await client.patch(addonKey(call), { metadata: { annotations } });
    return answer;
  } catch (error) {
    logger.warn(
      { err: error, hook: record.hook, cluster: nameOf(call) },
      'hook call could not be written down',
    );
    return unrecorded(call, 'the question could not be written down in the ClusterAddon; asked again soon');
  }
}

async function look(client: KubernetesClient, logger: Logger, call: HookCall): Promise<HookKnowledge> {
  const { className, classNamespace } = call;
  if (!className || typeof parseClassName(className) === 'string') return { known: 'not-a-stack' };
  try {
    const addon = await client.get<ClusterAddon>(addonKey(call));
    if (addon) return { known: 'stack', addon };
    const release = await client.get({
      apiVersion: clusterStackGroup,
      kind: 'ClusterStackRelease',
      namespace: classNamespace,
      name: classToReleaseName(className),
    });
    return release ? { known: 'stack', addon: undefined } : { known: 'not-a-stack' };
  } catch (error) {
    logger.warn(
      { err: error, hook: call.handler.hook, cluster: nameOf(call) },
      'hook call could not be judged',
    );
    return unknown('the state of the add-ons cannot be read at the moment');
  }
}

const addonKey = ({ cluster: { metadata } }: HookCall) => ({
  apiVersion: clusterStackGroup,
  kind: 'ClusterAddon',
  namespace: metadata.namespace,
  name: addonNameOf(metadata.name),
});

const nameOf = ({ cluster: { metadata } }: HookCall): string => `${metadata.namespace}/${metadata.name}`;
