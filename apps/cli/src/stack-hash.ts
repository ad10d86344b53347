import { hashStack } from '@scs/cluster-stacks';
import { readStackFiles } from '@scs/release-sources';
import type { Answer } from './command.ts';
import { EXIT } from './failure.ts';
import { columns, defaultFormat, formatData } from './output.ts';
import { explained } from './stack-failure.ts';

/** `scs stack hash`: the hashes of a stack's sources, as csctl computes them. */
export async function hash(
  { output }: { output?: 'table' | 'json' | 'yaml' },
  [folder = '']: string[],
): Promise<Answer> {
  const { files, folders } = await explained(() => readStackFiles(folder));
  // The hash of node-images is ours alone, and not csctl's answer.
  const { nodeImagesDir: _, ...hashes } = hashStack(files, folders);
  const format = output ?? defaultFormat();
  const text = format === 'table' ? columns(Object.entries(hashes)) : await formatData(hashes, format);
  return { text, exitCode: EXIT.pass };
}
