import { isDeepStrictEqual } from 'node:util';
import { findCondition, type ClusterAddon } from '@scs/cluster-stacks';
import type { EventRecorder, KubernetesClient } from '@scs/kubernetes';

/** A ClusterAddon while it is worked on: as it is stored, and as it is to be. */
export interface AddonRecord {
  addon: ClusterAddon;
  /** Writes what differs, each part at most once, in this order; a conflict is an ApiError 409. */
  save(first: 'main' | 'status'): Promise<void>;
}

export function openRecord(
  client: Pick<KubernetesClient, 'patch'>,
  events: Pick<EventRecorder, 'record'>,
  stored: ClusterAddon,
): AddonRecord {
  let before = stored;
  const key = {
    apiVersion: stored.apiVersion,
    kind: stored.kind,
    name: stored.metadata.name,
    namespace: stored.metadata.namespace,
  };
  const record: AddonRecord = {
    addon: stored,
    async save(first) {
      const wanted = record.addon;
      tellOfErrors(events, before, wanted);
      const parts = first === 'main' ? [saveMain, saveStatus] : [saveStatus, saveMain];
      for (const part of parts) before = await part(wanted);
      record.addon = before;
    },
  };
  return record;

  async function saveMain(wanted: ClusterAddon): Promise<ClusterAddon> {
    const patch = {
      ...(!isDeepStrictEqual(wanted.spec, before.spec) && { spec: changed(before.spec, wanted.spec) }),
    };
    const annotations = changed(before.metadata.annotations ?? {}, wanted.metadata.annotations ?? {});
    if (Object.keys(annotations).length === 0 && Object.keys(patch).length === 0) return before;
    const { resourceVersion } = before.metadata;
    const answer = await client.patch<ClusterAddon>(key, {
      ...patch,
      metadata: { resourceVersion, annotations },
    });
    return { ...answer, status: before.status };
  }

  async function saveStatus(wanted: ClusterAddon): Promise<ClusterAddon> {
    const status = changed(before.status ?? {}, wanted.status ?? {});
    if (Object.keys(status).length === 0) return before;
    const { resourceVersion } = before.metadata;
    const answer = await client.patch<ClusterAddon>(
      key,
      { metadata: { resourceVersion }, status },
      { subresource: 'status' },
    );
    return {
      ...before,
      metadata: { ...before.metadata, resourceVersion: answer.metadata.resourceVersion },
      status: answer.status,
    };
  }
}

/** A merge patch of the top-level fields: what differs, and null for what is gone. */
function changed(before: object, after: object): Record<string, unknown> {
  const [from, to] = [before as Record<string, unknown>, after as Record<string, unknown>];
  const names = [...new Set([...Object.keys(from), ...Object.keys(to)])];
  return Object.fromEntries(
    names.filter((name) => !isDeepStrictEqual(from[name], to[name])).map((name) => [name, to[name] ?? null]),
  );
}

/** An Event when it gets worse, not with each look. */
function tellOfErrors(
  events: Pick<EventRecorder, 'record'>,
  before: ClusterAddon,
  after: ClusterAddon,
): void {
  const [was, is] = [before, after].map(({ status }) => findCondition(status?.conditions, 'Ready'));
  if (is?.status !== 'False' || is.severity !== 'Error') return;
  if (was?.severity === 'Error' && was.reason === is.reason) return;
  events.record(after, 'Warning', is.reason ?? 'Failed', is.message ?? '');
}
