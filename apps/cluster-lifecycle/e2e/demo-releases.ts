import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { customRelease } from '@scs/cluster-stacks';
import { packRelease, readStackSource } from '@scs/release-sources';

const stacks = fileURLToPath(new URL('../../../libs/platform/sandbox/stacks/', import.meta.url));

export interface DemoRelease {
  stack?: 'dev-sandbox-1-33' | 'dev-sandbox-1-34' | 'dev-single-1-33';
  /** Of the stack, and of its add-ons unless they are named. */
  version?: string;
  addonVersion?: string;
  /** Sources to write in place of those, undefined to leave one out; told the text of each. */
  change?: (path: string, text: string) => string | undefined;
  /** More sources. */
  add?: Record<string, string>;
}

/** Packs one of the demo stacks, with changes, into a folder of releases; gives the tag. */
export async function packDemo(
  folder: string,
  { stack = 'dev-sandbox-1-33', version = 'v1', addonVersion = version, change, add = {} }: DemoRelease = {},
): Promise<string> {
  const source = await readStackSource(join(stacks, stack));
  const metadata = customRelease(source.config, {
    clusterStack: version,
    clusterAddon: addonVersion,
    nodeImage: 'v1',
  });
  if (typeof metadata === 'string') throw new Error(metadata);
  const files = [...source.files].flatMap(([path, content]): [string, Buffer][] => {
    if (!change) return [[path, content]];
    const text = change(path, content.toString());
    return text === undefined ? [] : [[path, Buffer.from(text)]];
  });
  const more = Object.entries(add).map(([path, text]): [string, Buffer] => [path, Buffer.from(text)]);
  const { tag } = await packRelease({ ...source, files: new Map([...files, ...more]) }, metadata, folder);
  return tag;
}

/** Another label for every node: all machines are made anew. */
export const newMachines = (path: string, text: string): string =>
  path === 'cluster-class/values.yaml' ? text.replace('generation: first', 'generation: second') : text;
