import type { KubernetesClient } from '@scs/kubernetes';
import type { Clock } from './clock.ts';
import type { Cluster } from './kinds.ts';
import type { RuntimeHooks } from './runtime-hooks.ts';
import type { Workloads } from './workloads.ts';
import type { World } from './world.ts';

/** What can go wrong with a machine. One line; it ends up in conditions. */
export type MachineFault =
  /** It is never there: no such image, no capacity. */
  | { neverStarts: string }
  /** It was there and is broken for good. */
  | { fails: string }
  /** Its node is there and not ready. */
  | { unhealthy: string };

/** A machine that somebody may want to disturb. */
export interface MachineInQuestion {
  namespace: string;
  cluster: string;
  name: string;
  controlPlane: boolean;
  version: string;
}

/** One look at one cluster: what it is, and all that is needed to act on it. */
export interface Scope {
  /** As the last write left it. */
  cluster: Cluster;
  readonly client: KubernetesClient;
  readonly world: World;
  readonly hooks: RuntimeHooks;
  readonly workloads: Workloads;
  readonly clock: Clock;
  /** By how much faster than said machines start. */
  readonly speed: number;
  readonly faultOf: (machine: MachineInQuestion) => MachineFault | undefined;
  /** Of this look; seconds, as Kubernetes writes times. */
  readonly now: string;
  /** Asks for another look, at the latest then. */
  again(ms: number): void;
}

export const timeText = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z/, 'Z');
