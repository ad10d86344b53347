/** A condition as Cluster API v1beta2 has it (metav1.Condition). */
export interface Condition {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  reason: string;
  message: string;
  lastTransitionTime: string;
  observedGeneration?: number;
}

/** A condition before it is known since when it holds. */
export type Finding = Pick<Condition, 'type' | 'status' | 'reason'> & { message?: string };

export const isTrue = (type: string, reason: string, message = ''): Finding => ({
  type,
  status: 'True',
  reason,
  message,
});
export const isFalse = (type: string, reason: string, message = ''): Finding => ({
  type,
  status: 'False',
  reason,
  message,
});
export const isUnknown = (type: string, reason: string, message = ''): Finding => ({
  type,
  status: 'Unknown',
  reason,
  message,
});

/** True where the condition says so, False where it says no, undefined where it says nothing. */
export function holds(conditions: readonly Finding[] | undefined, type: string): boolean | undefined {
  const status = conditions?.find((condition) => condition.type === type)?.status;
  return status === 'True' ? true : status === 'False' ? false : undefined;
}

/** Gives findings their times: a condition's time moves when its status does. */
export function settle(
  before: readonly Condition[] | undefined,
  findings: readonly Finding[],
  now: string,
  observedGeneration: number | undefined,
): Condition[] {
  return findings.map(({ type, status, reason, message = '' }) => {
    const last = before?.find((condition) => condition.type === type);
    return {
      lastTransitionTime: last?.status === status ? last.lastTransitionTime : now,
      message,
      ...(observedGeneration !== undefined && { observedGeneration }),
      reason,
      status,
      type,
    };
  });
}

/** How much a condition weighs when several become one. */
type Weight = 'issue' | 'unknown' | 'info';

/** Deleting, RollingOut and their like: True is the remarkable value. */
const weigh = (finding: Finding, negative: boolean): Weight => {
  if (finding.status === 'Unknown') return 'unknown';
  return (finding.status === 'True') === negative ? 'issue' : 'info';
};

/** Cluster API's way to put a message below a heading. */
function below(message: string): string {
  const lines = message.split('\n');
  if (message.startsWith('* ')) return `\n${lines.map((line) => `  ${line}`).join('\n')}`;
  if (lines.length === 1) return ` ${message}`;
  return `\n  * ${lines[0]}\n${lines
    .slice(1)
    .map((line) => `    ${line}`)
    .join('\n')}`;
}

export interface Reasons {
  issue: string;
  unknown: string;
  info: string;
}

export interface Summary {
  type: string;
  reasons: Reasons;
  /** Of these, in the order in which they are told. */
  of: readonly string[];
  negative?: readonly string[];
  /** Takes the weight of a condition where it is not the usual one. */
  lighter?: (finding: Finding) => boolean;
}

/** One condition of several of the same object. */
export function summarize(findings: readonly Finding[], summary: Summary): Finding {
  const { type, reasons, of, negative = [], lighter = () => false } = summary;
  const weighed = of.map((part) => {
    const finding = findings.find((candidate) => candidate.type === part);
    if (!finding)
      return {
        part,
        weight: 'unknown' as const,
        message: 'Condition not yet reported',
      };
    const weight = lighter(finding) ? 'info' : weigh(finding, negative.includes(part));
    const message = finding.message || (weight === 'info' ? '' : finding.reason);
    return { part, weight, message };
  });
  const heavy = weighed.some(({ weight }) => weight !== 'info');
  const told = weighed.filter(({ weight, message }) => (heavy ? weight !== 'info' : message !== ''));
  return {
    ...statusOf(
      weighed.map(({ weight }) => weight),
      reasons,
      false,
    ),
    type,
    message: told.map(({ part, message }) => `* ${part}:${below(message)}`).join('\n'),
  };
}

export interface Owned {
  kind: string;
  name: string;
  findings: readonly Finding[] | undefined;
}

export interface Aggregate {
  type: string;
  reasons: Reasons;
  /** The condition of the objects. */
  of: string;
  /** It is remarkable when True, and so is the result. */
  negative?: boolean;
}

/** One condition of the same condition of many objects; objects that say the same are named together. */
export function aggregate(
  objects: readonly Owned[],
  { type, reasons, of, negative = false }: Aggregate,
): Finding {
  const weighed = objects.map(({ kind, name, findings }) => {
    const finding = findings?.find((candidate) => candidate.type === of);
    if (!finding)
      return { kind, name, weight: 'unknown' as const, message: `Condition ${of} not yet reported` };
    return { kind, name, weight: weigh(finding, negative), message: finding.message ?? '' };
  });
  const heavy = weighed.some(({ weight }) => weight !== 'info');
  const told = weighed.filter(({ weight, message }) => message !== '' && (!heavy || weight !== 'info'));
  const groups = new Map<string, { kind: string; names: string[]; weight: Weight; message: string }>();
  for (const { kind, name, weight, message } of told) {
    const group = groups.get(`${kind} ${weight} ${message}`);
    if (group) group.names.push(name);
    else groups.set(`${kind} ${weight} ${message}`, { kind, names: [name], weight, message });
  }
  const ordered = [...groups.values()].sort(
    (a, b) =>
      Number(a.weight === 'unknown') - Number(b.weight === 'unknown') || b.names.length - a.names.length,
  );
  return {
    ...statusOf(
      weighed.map(({ weight }) => weight),
      reasons,
      negative,
    ),
    type,
    message: ordered
      .slice(0, 3)
      .map(({ kind, names, message }) => `* ${nameList(kind, names.toSorted())}:${below(message)}`)
      .join('\n'),
  };
}

/** `Machine a`, `Machines a, b`, `Machines a, b, c, ... (2 more)`. */
export function nameList(kind: string, names: readonly string[]): string {
  if (names.length === 1) return `${kind} ${names[0]}`;
  const more = names.length > 3 ? `, ... (${names.length - 3} more)` : '';
  return `${kind}s ${names.slice(0, 3).join(', ')}${more}`;
}

function statusOf(
  weights: readonly Weight[],
  reasons: Reasons,
  negative: boolean,
): Pick<Finding, 'status' | 'reason'> {
  if (weights.includes('issue')) return { status: negative ? 'True' : 'False', reason: reasons.issue };
  if (weights.includes('unknown')) return { status: 'Unknown', reason: reasons.unknown };
  return { status: negative ? 'False' : 'True', reason: reasons.info };
}
