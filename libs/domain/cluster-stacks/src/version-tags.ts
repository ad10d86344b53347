import type { ReleaseMetadata } from './metadata.ts';

/**
 * Replaces `<< .ClusterClassVersion >>` and its like in a source file, as csctl does: the delimiters have one blank each, and tags that are none of
 * ours become empty. Only tags within a line count: what begins like a here-document of a shell (`cat << EOF`) stays.
 */
export function fillVersionTags(
  text: string,
  {
    clusterStack,
    clusterAddon,
    nodeImage,
  }: Pick<ReleaseMetadata, 'clusterStack' | 'clusterAddon' | 'nodeImage'>,
): string {
  const values = new Map([
    ['.ClusterClassVersion', clusterStack],
    ['.ClusterAddonVersion', clusterAddon],
    ['.NodeImageVersion', nodeImage],
  ]);
  return text.replace(tag, (_, name: string) => values.get(name) ?? '');
}

/** Tags that csctl would make empty, because it does not know them. */
export const unknownVersionTags = (text: string): string[] =>
  [...text.matchAll(tag)]
    .map(([, name = '']) => name)
    .filter((name) => !['.ClusterClassVersion', '.ClusterAddonVersion', '.NodeImageVersion'].includes(name));

const tag = /<< (.*?) >>/g;
