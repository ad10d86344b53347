/** A condition in the shape of Cluster API v1beta1, as upstream's objects carry it. */
export interface Condition {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  /** Only where the status is False. */
  severity?: 'Error' | 'Warning' | 'Info';
  reason?: string;
  message?: string;
  /** RFC 3339, to the second. */
  lastTransitionTime: string;
}

/** A condition without its time. */
export type ConditionState = Omit<Condition, 'lastTransitionTime'>;

export const isTrue = (type: string): ConditionState => ({ type, status: 'True' });
export const isFalse = (
  type: string,
  reason: string,
  severity: 'Error' | 'Warning' | 'Info',
  message: string,
): ConditionState => ({ type, status: 'False', severity, reason, message });

export const findCondition = (conditions: readonly Condition[] | undefined, type: string) =>
  conditions?.find((condition) => condition.type === type);

/**
 * The conditions with `states` set, `remove` taken out, and `Ready` summed up of all others: Ready first, then by type. A time moves only
 * when status, reason, severity or message do.
 */
export function setConditions(
  before: readonly Condition[] | undefined,
  states: readonly ConditionState[],
  now: Date,
  remove: readonly string[] = [],
): Condition[] {
  const byType = new Map((before ?? []).map((condition) => [condition.type, condition]));
  for (const type of [...remove, ...states.map(({ type }) => type)]) {
    const state = states.findLast((candidate) => candidate.type === type);
    if (state) byType.set(type, timed(state, byType.get(type), now));
    else byType.delete(type);
  }
  const ready = byType.get('Ready');
  byType.delete('Ready');
  const others = [...byType.values()].toSorted((a, b) => (a.type < b.type ? -1 : 1));
  const summary = summarize(others);
  return [...(summary ? [timed(summary, ready, now)] : []), ...others];
}

function timed(state: ConditionState, before: Condition | undefined, now: Date): Condition {
  const same =
    before &&
    (['status', 'reason', 'severity', 'message'] as const).every(
      (field) => (before[field] ?? '') === (state[field] ?? ''),
    );
  const lastTransitionTime = same ? before.lastTransitionTime : now.toISOString().replace(/\.\d+Z$/, 'Z');
  return { ...state, lastTransitionTime };
}

const groups: ((condition: Condition) => boolean)[] = [
  ({ status, severity }) => status === 'False' && severity === 'Error',
  ({ status, severity }) => status === 'False' && severity === 'Warning',
  ({ status, severity }) => status === 'False' && severity === 'Info',
  ({ status }) => status === 'True',
  () => true,
];

/** Worst group first; in it the first type by name gives reason and message. A True summary has neither. */
function summarize(sorted: readonly Condition[]): ConditionState | undefined {
  for (const isIn of groups) {
    const first = sorted.find(isIn);
    if (!first) continue;
    if (first.status === 'True') return isTrue('Ready');
    const { status, severity, reason, message } = first;
    return {
      type: 'Ready',
      status,
      ...(severity && { severity }),
      ...(reason && { reason }),
      ...(message && { message }),
    };
  }
  return undefined;
}
