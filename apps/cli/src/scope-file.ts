import { scopes as builtIn, type Scope } from '@scs/standards';
import { oneLine, usage } from './failure.ts';
import { readSmallFile } from './snapshot-file.ts';

/** A scope file of upstream's, of any generation. */
export async function readScopeFile(path: string): Promise<Scope> {
  const text = await readSmallFile(path, 2 ** 20);
  const { parseScope } = await import('@scs/standards/scope-yaml');
  try {
    return parseScope(text);
  } catch (error) {
    throw usage(`${path} is no valid scope file: ${oneLine(error)}`);
  }
}

/** The scopes there are; the one of a file takes the place of ours, and is then meant where none is named. */
export async function readScopes(path: string | undefined): Promise<{ scopes: Scope[]; meant: Scope }> {
  const file = path === undefined ? null : await readScopeFile(path);
  const scopes = new Map([builtIn.iaas, builtIn.kaas].map((scope) => [scope.id, scope]));
  if (file) scopes.set(file.id, file);
  return { scopes: [...scopes.values()], meant: file ?? builtIn.iaas };
}
