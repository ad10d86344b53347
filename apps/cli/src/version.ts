import { validityOn, type Scope, type Version } from '@scs/standards';
import { usage } from './failure.ts';

/** Fails early, before any request, where a version is unknown or none is in force. */
export function versionsToJudge(scope: Scope, version: string | undefined, at: Date): string[] {
  if (version !== undefined) return [knownVersion(scope, version).version];
  const named = validityOn(scope, at).flatMap((candidate) => (candidate.named ? [candidate.version] : []));
  if (named.length > 0) return named;
  throw usage(
    `no version of ${scope.name} was in force on ${at.toISOString().slice(0, 10)}; name one with --version: ${names(scope)}`,
  );
}

/** The version of that name; a usage failure lists those that there are. */
export function knownVersion(scope: Scope, name: string | undefined): Version {
  const found = scope.versions.find(({ version }) => version === name);
  if (found) return found;
  throw usage(`${scope.name} has no version ${name}; known are ${names(scope)}`);
}

const names = (scope: Scope): string => scope.versions.map(({ version }) => version).join(', ');
