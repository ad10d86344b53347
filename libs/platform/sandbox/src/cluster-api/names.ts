import { randomInt } from 'node:crypto';

/** What Kubernetes makes generated names of: no vowels, nothing that is easily mistaken. */
const letters = 'bcdfghjklmnpqrstvwxz2456789';

/** A name of its own, with a hyphen and five random letters at its end, as Kubernetes generates them. */
export function uniqueName(base: string): string {
  const suffix = Array.from({ length: 5 }, () => letters[randomInt(letters.length)]).join('');
  return `${base.slice(0, 57)}-${suffix}`;
}
