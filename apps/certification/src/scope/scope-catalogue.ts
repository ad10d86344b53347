import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DomainError } from '@scs/service';
import { scopes as builtIn, type Scope } from '@scs/standards';
import { parseScope } from '@scs/standards/scope-yaml';

/** The scopes of this installation: those that come with the product, and newer files of the operator in their place. */
export class ScopeCatalogue {
  readonly all: readonly Scope[];
  constructor(all: readonly Scope[]) {
    this.all = all;
  }

  /** By id (`iaas`). Throws `not-found`. */
  get(id: string): Scope {
    const scope = this.all.find((candidate) => candidate.id === id);
    if (scope) return scope;
    const known = this.all.map((candidate) => candidate.id).join(', ');
    throw new DomainError('not-found', 'SCOPE_UNKNOWN', `there is no scope ${id}; known are ${known}`, {
      metadata: { scope: id },
    });
  }
}

/** Reads every scope file of a folder. One that is wrong ends the start, with its name and what is wrong. */
export async function readCatalogue(folder: string | undefined): Promise<ScopeCatalogue> {
  const scopes = new Map<string, Scope>([builtIn.iaas, builtIn.kaas].map((scope) => [scope.id, scope]));
  const names =
    folder === undefined ? [] : (await readdir(folder)).filter((name) => /\.(ya?ml|json)$/.test(name));
  for (const name of names.toSorted()) {
    const file = join(folder!, name);
    try {
      const scope = parseScope(await readFile(file, 'utf8'));
      scopes.set(scope.id, scope);
    } catch (error) {
      throw new Error(`SCOPES_DIR: ${file} is no valid scope file: ${(error as Error).message}`, {
        cause: error,
      });
    }
  }
  return new ScopeCatalogue([...scopes.values()]);
}
