import { expect, it } from 'vitest';
import { fillVersionTags, unknownVersionTags } from './version-tags.ts';

const versions = { clusterStack: 'v3', clusterAddon: 'v2', nodeImage: 'v1' };

it.each<[what: string, text: string, filled: string]>([
  ['the version of the stack', 'version: << .ClusterClassVersion >>', 'version: v3'],
  [
    'all three on a line',
    '<< .ClusterClassVersion >>/<< .ClusterAddonVersion >>/<< .NodeImageVersion >>',
    'v3/v2/v1',
  ],
  ['nothing for a tag that nobody knows', 'a<< .Other >>b', 'ab'],
  ['nothing for a tag with another blank', '<<  .ClusterClassVersion >>', ''],
  ['delimiters without blanks stay', '<<.ClusterClassVersion>>', '<<.ClusterClassVersion>>'],
  ['templates of Helm stay', '{{ .Values.a }}', '{{ .Values.a }}'],
  ['a here-document stays', 'cat << EOF\necho a >> b\nEOF', 'cat << EOF\necho a >> b\nEOF'],
  ['dollars are not special', '$& << .NodeImageVersion >>', '$& v1'],
])('csctl puts in %s', (_, text, filled) => {
  expect(fillVersionTags(text, versions)).toBe(filled);
});

it('tags that nobody knows can be named', () => {
  expect(unknownVersionTags('<< .NodeImageVersion >> << .Version >>\n<< x >>')).toEqual(['.Version', 'x']);
});
