import type { Scope, Validity, Version } from './scope.ts';

export interface VersionValidity {
  version: string;
  validity: Validity;
  /** Whether the timeline (or, in the oldest files, the version's own dates) speaks of it. Others are run only when asked for. */
  named: boolean;
}

/**
 * Where each version of a scope stands at a moment (scs-0003). The newest timeline entry that is not in the future counts; a version
 * that it does not name is deprecated, and before the first entry all are. Order as in the scope: newest first.
 */
export function validityOn(scope: Scope, at: Date): VersionValidity[] {
  const day = at.toISOString().slice(0, 10);
  if (scope.timeline.length === 0) return scope.versions.map((version) => byOwnDates(version, day));
  const inForce = scope.timeline.find(({ date }) => date <= day)?.versions ?? {};
  return scope.versions.map(({ version }) => ({
    version,
    validity: inForce[version] ?? 'deprecated',
    named: version in inForce,
  }));
}

function byOwnDates({ version, stabilizedAt, deprecatedAt }: Version, day: string): VersionValidity {
  if (stabilizedAt === null || day < stabilizedAt) return { version, validity: 'draft', named: true };
  const over = deprecatedAt !== null && deprecatedAt <= day;
  return { version, validity: over ? 'deprecated' : 'effective', named: !over };
}

/** What two versions of a scope ask for differently. Test cases are those of the target `main`. */
export interface VersionDiff {
  from: string;
  to: string;
  addedModules: string[];
  removedModules: string[];
  addedTestcases: string[];
  removedTestcases: string[];
}

/** Throws a RangeError that lists the known versions when one is unknown. */
export function diffVersions(scope: Scope, from: string, to: string): VersionDiff {
  const [before, after] = [findVersion(scope, from), findVersion(scope, to)];
  const modules = (version: Version) => version.include.map(({ ref }) => ref);
  const testcases = (version: Version) => version.targets['main'] ?? [];
  const missingIn = (other: string[]) => (id: string) => !other.includes(id);
  return {
    from,
    to,
    addedModules: modules(after).filter(missingIn(modules(before))),
    removedModules: modules(before).filter(missingIn(modules(after))),
    addedTestcases: testcases(after).filter(missingIn(testcases(before))),
    removedTestcases: testcases(before).filter(missingIn(testcases(after))),
  };
}

/** Throws a RangeError that lists the known versions when it is unknown. */
export function findVersion(scope: Scope, version: string): Version {
  const found = scope.versions.find((candidate) => candidate.version === version);
  if (found) return found;
  const known = scope.versions.map((candidate) => candidate.version).join(', ');
  throw new RangeError(`unknown version '${version}' of ${scope.name}; known: ${known}`);
}
