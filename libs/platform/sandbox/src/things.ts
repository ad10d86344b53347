import { randomUUID } from 'node:crypto';

export type Kind =
  | 'server'
  | 'volume'
  | 'volume backup'
  | 'network'
  | 'subnet'
  | 'router'
  | 'port'
  | 'security group'
  | 'secret'
  | 'image';

/** Something that a user of the cloud made. */
export interface Thing {
  kind: Kind;
  id: string;
  name: string;
  createdAt: Date;
  /** The thing with which it goes. */
  partOf: string | null;
  /** What the API says of it besides. */
  fields: Record<string, unknown>;
  /** One after the other, a step each; the last one stays. Null: gone. */
  statuses: readonly (string | null)[];
  /** On the clock of {@link performance}, when the first status began. */
  since: number;
}

/** What users made, in memory. Nothing runs by itself: how far something has come is reckoned when somebody looks. */
export interface Things {
  add(kind: Kind, name: string, fields: Record<string, unknown>, ...statuses: Thing['statuses']): Thing;
  find(kind: Kind, id: string): Thing | undefined;
  /** Oldest first. */
  list(kind?: Kind): Thing[];
  statusOf(thing: Thing): string;
  /** Steps since its last change of course. */
  stepsOf(thing: Thing): number;
  become(thing: Thing, ...statuses: Thing['statuses']): void;
  /** Gives it an id that its maker chose. */
  rename(thing: Thing, id: string): void;
}

/** @param stepMs how long a passing status lasts. */
export function createThings(now: () => Date, stepMs: number): Things {
  const all = new Map<string, Thing>();
  const stepsOf = ({ since }: Thing) => Math.floor((performance.now() - since) / stepMs);
  const status = (thing: Thing) =>
    thing.statuses[Math.min(stepsOf(thing), thing.statuses.length - 1)] ?? null;
  const list = (kind?: Kind) => {
    for (const thing of all.values()) if (status(thing) === null) all.delete(thing.id);
    return [...all.values()].filter((thing) => kind === undefined || thing.kind === kind);
  };
  return {
    add(kind, name, fields, ...statuses) {
      const thing: Thing = {
        kind,
        id: randomUUID(),
        name,
        createdAt: now(),
        partOf: null,
        fields,
        statuses,
        since: performance.now(),
      };
      all.set(thing.id, thing);
      return thing;
    },
    find: (kind, id) => list(kind).find((thing) => thing.id === id),
    list,
    statusOf: (thing) => status(thing) ?? 'deleted',
    stepsOf,
    become(thing, ...statuses) {
      thing.statuses = statuses;
      thing.since = performance.now();
    },
    rename(thing, id) {
      all.delete(thing.id);
      thing.id = id;
      all.set(id, thing);
    },
  };
}
