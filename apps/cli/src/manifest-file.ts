import { parseAllDocuments } from 'yaml';
import { oneLine, usage } from './failure.ts';
import { readSmallFile } from './snapshot-file.ts';

/** Objects of a file in YAML or JSON: its documents, those in a List one by one. */
export async function readManifests(path: string): Promise<Record<string, unknown>[]> {
  const documents = parseAllDocuments(await readSmallFile(path, 2 ** 24));
  if (!Array.isArray(documents)) return [];
  return documents.flatMap((document) => {
    const [error] = document.errors;
    if (error) throw usage(`${path} is no valid YAML (${oneLine(error.message.split('\n')[0])}); mend it`);
    return objectsIn(document.toJS({ maxAliasCount: 100 }), path);
  });
}

function objectsIn(value: unknown, path: string): Record<string, unknown>[] {
  if (value === null || value === undefined) return [];
  if (typeof value !== 'object' || Array.isArray(value))
    throw usage(
      `${path} has something that is no object of Kubernetes; each begins with apiVersion and kind`,
    );
  if ('kind' in value && value.kind === 'List' && 'items' in value && Array.isArray(value.items))
    return value.items.flatMap((item: unknown) => objectsIn(item, path));
  return [{ ...value }];
}
