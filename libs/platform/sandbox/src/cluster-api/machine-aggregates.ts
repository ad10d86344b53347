import { aggregate, isFalse, isTrue, type Finding, type Owned } from './conditions.ts';
import type { Machine } from './kinds.ts';

/** Whether there are to be more, or fewer; and what that waits for, where it does. */
export function scaling(
  direction: 'Up' | 'Down',
  is: number,
  replicas: number,
  waitsFor: readonly string[] = [],
): Finding {
  const type = `Scaling${direction}`;
  if (direction === 'Up' ? is >= replicas : is <= replicas) return isFalse(type, `Not${type}`);
  const what = `Scaling ${direction.toLowerCase()} from ${is} to ${replicas} replicas`;
  if (waitsFor.length === 0) return isTrue(type, type, what);
  return isTrue(
    type,
    type,
    [`${what} is blocked because:`, ...waitsFor.map((line) => `* ${line}`)].join('\n'),
  );
}

/** `Rolling out n not up-to-date replicas`, and what is different about them. */
export function rollingOut(outdated: readonly string[][]): Finding {
  const behind = outdated.filter((lines) => lines.length > 0);
  if (behind.length === 0) return isFalse('RollingOut', 'NotRollingOut');
  const lines = [...new Set(behind.flat())].sort().map((line) => `* ${line}`);
  return isTrue(
    'RollingOut',
    'RollingOut',
    [`Rolling out ${behind.length} not up-to-date replicas`, ...lines].join('\n'),
  );
}

const asOwned = (machines: readonly Machine[]): Owned[] =>
  machines.map(({ metadata, status }) => ({
    kind: 'Machine',
    name: metadata.name,
    findings: status?.conditions,
  }));

export const machinesReady = (machines: readonly Machine[], type: string): Finding =>
  machines.length === 0
    ? isTrue(type, 'NoReplicas')
    : aggregate(asOwned(machines), {
        type,
        of: 'Ready',
        reasons: { issue: 'NotReady', unknown: 'ReadyUnknown', info: 'Ready' },
      });

/** New machines are left out until they have said something, as Cluster API does. */
export function machinesUpToDate(machines: readonly Machine[], type: string): Finding {
  const known = machines.filter(({ status }) =>
    status?.conditions?.some((condition) => condition.type === 'UpToDate'),
  );
  if (known.length === 0) return isTrue(type, machines.length === 0 ? 'NoReplicas' : 'UpToDate');
  return aggregate(asOwned(known), {
    type,
    of: 'UpToDate',
    reasons: { issue: 'NotUpToDate', unknown: 'UpToDateUnknown', info: 'UpToDate' },
  });
}

export function membersHealthy(machines: readonly Machine[], type: string, part: string): Finding {
  return aggregate(asOwned(machines), {
    type,
    of: part,
    reasons: { issue: 'NotHealthy', unknown: 'HealthUnknown', info: 'Healthy' },
  });
}
