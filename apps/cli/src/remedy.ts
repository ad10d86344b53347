import type { Finding, Mode } from '@scs/standards';

/** Findings that one action repairs. */
export interface Repair {
  /** A ready command, or null where a person has to think. */
  command: string | null;
  testcases: string[];
  /** Each names its object, with the id where it has one. */
  messages: string[];
  objects: Finding['object'][];
}

/** An id that a shell takes as it stands. */
const plainId = /^[\w.-]+$/;

/**
 * Groups what makes test cases fail by what repairs it. Commands that differ only in the id of their object become one loop
 * over the ids, so that a hundred images need one line.
 */
export function repairs(findings: readonly Finding[], mode: Mode): Repair[] {
  const groups = Map.groupBy(
    findings.filter(({ fails }) => fails[mode]),
    (finding) =>
      template(finding) ?? [finding.testcase, finding.rule, finding.property, finding.expected].join('\n'),
  );
  return [...groups.values()].map((group) => ({
    command: oneCommand(group),
    testcases: unique(group.map(({ testcase }) => testcase)),
    messages: unique(
      group.map(({ message, object }) =>
        object.id && object.id !== object.name ? `${message} (${object.id})` : message,
      ),
    ),
    objects: [...new Map(group.map(({ object }) => [object.id ?? object.name, object])).values()],
  }));
}

/** The command with a variable in place of the object's id. */
function template({ remedy, object }: Finding): string | null {
  if (!remedy || !object.id || !plainId.test(object.id)) return remedy;
  return remedy
    .split(' ')
    .map((word) => (word.replace(/^(['"])(.*)\1$/, '$2') === object.id ? '"$id"' : word))
    .join(' ');
}

function oneCommand(group: readonly Finding[]): string | null {
  const first = group[0]!;
  const ids = unique(group.map(({ object }) => object.id ?? ''));
  const shared = template(first);
  if (ids.length < 2 || shared === first.remedy) return first.remedy;
  return `for id in ${ids.join(' ')}; do ${shared}; done`;
}

const unique = <T>(values: readonly T[]): T[] => [...new Set(values)];
