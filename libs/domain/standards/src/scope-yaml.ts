import { parseDocument } from 'yaml';
import { readScope } from './scope-read.ts';
import { ScopeFileError } from './scope-reading.ts';
import type { Scope } from './scope.ts';

const maxBytes = 1024 * 1024;

/** Parses a scope file (YAML or JSON). Throws {@link ScopeFileError}, also for files that only look harmless. */
export function parseScope(text: string): Scope {
  return readScope(parseYaml(text));
}

/** Parses YAML of at most 1 MiB with few aliases and no duplicate keys. */
export function parseYaml(text: string, limit = maxBytes): unknown {
  if (text.length > limit) throw new ScopeFileError([`file: larger than ${limit} characters`]);
  const document = parseDocument(text, { uniqueKeys: true, prettyErrors: true });
  const [problem] = document.errors;
  if (problem) throw new ScopeFileError([`file: ${problem.message.split('\n')[0]}`]);
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    throw new ScopeFileError([`file: ${(error as Error).message}`]);
  }
}
