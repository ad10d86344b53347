import {
  evaluate,
  iaasTestcases,
  kaasTestcases,
  representing,
  type Evaluation,
  type Mode,
  type Scope,
  type Snapshot,
} from '@scs/standards';
import { versionsToJudge } from './version.ts';

/** The answer of `scs certify`: the version that represents the subject, and all that were judged. */
export interface Certificate extends Evaluation {
  /** HTTP requests that this run made; 0 for a stored snapshot. */
  requests: number;
  /** From the start of the process to the verdict. */
  durationMs: number;
  /** Newest first. */
  versions: Evaluation[];
}

interface Question {
  scope: Scope;
  /** The only version asked for, or undefined for all that the timeline names. */
  version: string | undefined;
  snapshot: Snapshot;
  at: Date;
  mode: Mode;
  allTestcases: boolean;
}

/** Judges a snapshot under the versions asked for. */
export function judgeVersions({
  scope,
  version,
  snapshot,
  at,
  mode,
  allTestcases,
}: Question): Omit<Certificate, 'requests' | 'durationMs'> {
  const versions = versionsToJudge(scope, version, at).map((name) =>
    evaluate({ scope, version: name, snapshot, at, mode }),
  );
  const represented = representing(versions) ?? versions[0]!;
  if (!allTestcases) return { ...represented, versions };
  const testcases = snapshot.kind === 'cloud' ? iaasTestcases : kaasTestcases;
  return { ...evaluate({ scope, version: represented.version, snapshot, at, mode, testcases }), versions };
}
