import type { ReleaseInvalid } from './release-file.ts';

/** Something about a release that its author should look at. */
export interface Finding {
  /** `error`: the release does not work; `warning`: it works, but not as meant; `info`: it could be better. */
  severity: 'error' | 'warning' | 'info';
  /** Stable id of the rule. */
  rule: string;
  /** In the release: `metadata.yaml`, or the chart that an object is rendered from: `cluster-class`, a stage. */
  file: string;
  /** Object and field, as far as there are any: `ClusterClass docker-ferrol-1-27-v1 spec.variables[0]`. */
  path: string;
  /** What is wrong, in one line. */
  message: string;
  /** What to do. */
  remedy: string;
}

/** Takes a finding down; what is passed is fixed by who looks: file and object. */
export type Note = (
  severity: Finding['severity'],
  rule: string,
  path: string,
  message: string,
  remedy: string,
) => void;

const rank = { error: 0, warning: 1, info: 2 };

/** Errors first, then by place. */
export const sortFindings = (findings: readonly Finding[]): Finding[] =>
  findings.toSorted(
    (a, b) =>
      rank[a.severity] - rank[b.severity] ||
      compare(a.file, b.file) ||
      compare(a.path, b.path) ||
      compare(a.rule, b.rule),
  );

const compare = (one: string, other: string): number => (one < other ? -1 : Number(one > other));

/** A file that could not be read, as findings. Its messages name the remedy behind the semicolon. */
export const findingsOf = ({ file, problems }: ReleaseInvalid): Finding[] =>
  problems.map(({ path, message }) => {
    const [cause = message, ...remedy] = message.split('; ');
    return {
      severity: 'error',
      rule: 'file-invalid',
      file,
      path,
      message: cause,
      remedy: remedy.join('; ') || `mend ${file}`,
    };
  });
