import { readFile, rename, writeFile } from 'node:fs/promises';
import { isMap, parse, parseDocument } from 'yaml';

/**
 * Writes the sandbox into a clouds.yaml and leaves all else in it as it is, comments too: operators add their own clouds there. Throws
 * where the file is no clouds.yaml.
 */
export async function writeCloud(file: string, name: string, cloudsYaml: string): Promise<void> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT')
      return '# Clouds that the control plane may look at. Add your own.\nclouds: {}\n';
    throw error;
  });
  const document = parseDocument(text);
  const [problem] = document.errors;
  // Without the line itself: it may hold a password.
  if (problem || !isMap(document.contents))
    throw new Error(
      `${file} is no clouds.yaml${problem ? ` (line ${problem.linePos?.[0].line})` : ''}; mend or remove it`,
    );
  const entry = (parse(cloudsYaml) as { clouds: Record<string, unknown> }).clouds[name];
  document.setIn(['clouds', name], document.createNode(entry));
  const part = `${file}.part`;
  await writeFile(part, document.toString(), { mode: 0o600 });
  await rename(part, file);
}
