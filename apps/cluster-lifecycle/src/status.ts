import { isDeepStrictEqual } from 'node:util';
import type { Condition } from '@scs/cluster-stacks';
import type { ApiObject, EventRecorder, KubernetesClient } from '@scs/kubernetes';

/**
 * Writes a status where it differs from what the object says; a field that is gone is taken out. Gives the object as it is then, undefined where
 * there was nothing to write.
 */
export async function patchStatus<T extends ApiObject>(
  client: KubernetesClient,
  object: T,
  next: Record<string, unknown>,
): Promise<T | undefined> {
  const before = isFields(object['status']) ? object['status'] : {};
  const changes: Record<string, unknown> = {};
  for (const field of new Set([...Object.keys(before), ...Object.keys(next)])) {
    const [old, wanted] = [before[field], next[field]];
    if (!isDeepStrictEqual(old, wanted)) changes[field] = wanted ?? null;
  }
  if (Object.keys(changes).length === 0) return undefined;
  const { apiVersion, kind, metadata } = object;
  // With the version that was looked at: what somebody else wrote in between is looked at first.
  const patch = { metadata: { resourceVersion: metadata.resourceVersion }, status: changes };
  const key = { apiVersion, kind, name: metadata.name, namespace: metadata.namespace };
  return client.patch<T>(key, patch, { subresource: 'status' });
}

const isFields = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** An Event for each condition that came, went or changed its reason. Its reason is the condition's where that is False, else its type. */
export function recordTransitions(
  events: EventRecorder,
  object: ApiObject,
  before: readonly Condition[] = [],
  after: readonly Condition[] = [],
): void {
  for (const condition of after) {
    if (condition.type === 'Ready') continue;
    const old = before.find(({ type }) => type === condition.type);
    if (old?.status === condition.status && old.reason === condition.reason) continue;
    if (condition.status === 'True') {
      events.record(object, 'Normal', condition.type, `${condition.type} is true`);
      continue;
    }
    const type = condition.severity === 'Info' ? 'Normal' : 'Warning';
    events.record(object, type, condition.reason ?? condition.type, condition.message ?? condition.type);
  }
}
