import { isFalse, isTrue, settle, summarize, type Finding } from './conditions.ts';
import type { Provided } from './kinds.ts';
import type { MachineFault, Scope } from './scope.ts';
import { isProvisioned } from './machine-status.ts';

/** When the parts of a pretended machine are there. Milliseconds since 1970. */
export interface Timeline {
  vm: number;
  node: number;
  etcd: number;
  apiServer: number;
}

const units: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** A duration of Go, `1m30s`, in milliseconds. */
const durationMs = (text: string): number =>
  [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * (units[unit ?? ''] ?? 0),
    0,
  );

type Backend = Partial<Record<string, { provisioning?: { startupDuration?: string } }>>;

/** How long the parts take, as the development provider's machines say it; a second and a half otherwise. */
export function timelineOf({ spec }: Provided, start: number, speed: number): Timeline {
  const { inMemory = {} } = (spec['backend'] ?? {}) as { inMemory?: Backend };
  const lasts = (part: string, otherwise: string): number =>
    durationMs(inMemory[part]?.provisioning?.startupDuration ?? otherwise) / speed;
  const vm = start + lasts('vm', '1s');
  const node = vm + lasts('node', '500ms');
  return { vm, node, etcd: node + lasts('etcd', '0s'), apiServer: node + lasts('apiServer', '0s') };
}

export interface InfrastructureView {
  infrastructure: Provided;
  controlPlane: boolean;
  /** Undefined until the machine may start. */
  timeline: Timeline | undefined;
  /** Why it may not start yet: a reason. */
  waitsFor: string;
  fault: MachineFault | undefined;
}

function brokenMachine(fault: MachineFault | undefined): Finding | undefined {
  if (fault && 'neverStarts' in fault)
    return isFalse('VMProvisioned', 'InstanceCreateFailed', fault.neverStarts);
  if (fault && 'fails' in fault) return isFalse('VMProvisioned', 'InstanceStateError', fault.fails);
  return undefined;
}

function findings({ controlPlane, timeline, waitsFor, fault }: InfrastructureView, now: number): Finding[] {
  const broken = brokenMachine(fault);
  const waitsForMachine = 'WaitingForVMProvisioned';
  if (broken) {
    const others = ['NodeProvisioned', ...(controlPlane ? ['APIServerProvisioned', 'EtcdProvisioned'] : [])];
    return [...others.map((type) => isFalse(type, waitsForMachine)), broken];
  }
  const passed = (at: keyof Timeline): boolean => timeline !== undefined && now >= timeline[at];
  const part = (type: string, at: keyof Timeline, begun: boolean, waits: string): Finding =>
    passed(at) ? isTrue(type, 'Provisioned') : isFalse(type, begun ? 'WaitingForStartupTimeout' : waits);
  const onTop = (type: string, at: keyof Timeline): Finding =>
    part(type, at, passed('node'), passed('vm') ? 'WaitingForNodeProvisioned' : waitsForMachine);
  return [
    ...(controlPlane ? [onTop('APIServerProvisioned', 'apiServer'), onTop('EtcdProvisioned', 'etcd')] : []),
    part('NodeProvisioned', 'node', passed('vm'), waitsForMachine),
    part('VMProvisioned', 'vm', timeline !== undefined, waitsFor),
  ];
}

/** Writes how far the pretended machine is: as the development provider does, or as little as any provider must. */
export async function reportInfrastructure(scope: Scope, view: InfrastructureView): Promise<Provided> {
  const { infrastructure, controlPlane, timeline, fault } = view;
  const { world, clock, now } = scope;
  const { generation, name } = infrastructure.metadata;
  const started = timeline !== undefined && clock.now() >= timeline.vm && !(fault && 'neverStarts' in fault);
  const named =
    started && infrastructure.spec['providerID'] === undefined
      ? await world.change(infrastructure, {
          ...infrastructure,
          spec: { ...infrastructure.spec, providerID: `in-memory://${name}` },
        })
      : infrastructure;
  const about = findings(view, clock.now());
  const provisioned = started || isProvisioned(infrastructure);
  if (!infrastructure.apiVersion.endsWith('/v1beta2')) {
    return world.report(named, { ...named.status, ready: provisioned && !(fault && 'fails' in fault) });
  }
  const ready = summarize(about, {
    type: 'Ready',
    reasons: { issue: 'NotReady', unknown: 'ReadyUnknown', info: 'Ready' },
    of: [
      'VMProvisioned',
      'NodeProvisioned',
      ...(controlPlane ? ['EtcdProvisioned', 'APIServerProvisioned'] : []),
    ],
  });
  const all = [ready, ...about, isFalse('Paused', 'NotPaused')];
  return world.report(named, {
    ...named.status,
    conditions: settle(named.status?.conditions, all, now, generation),
    ...(provisioned && { initialization: { provisioned: true } }),
  });
}
