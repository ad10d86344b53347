import { describe, expect, it } from 'vitest';
import { parseMetadata, printMetadata, type ReleaseMetadata } from './metadata.ts';

const text = (versions: string) =>
  `apiVersion: metadata.clusterstack.x-k8s.io/v1alpha1\nversions:\n${versions}`;

describe('metadata.yaml', () => {
  it.each<[what: string, versions: string, metadata: ReleaseMetadata]>([
    [
      'names the versions of a release and its parts',
      '  clusterStack: v3\n  kubernetes: v1.27.3\n  components:\n    clusterAddon: v2\n    nodeImage: v2\n',
      { clusterStack: 'v3', kubernetes: 'v1.27.3', clusterAddon: 'v2', nodeImage: 'v2' },
    ],
    [
      'may name a hash',
      '  clusterStack: v0-sha.hipstsw\n  kubernetes: v1.27.7\n  components: {clusterAddon: v0-sha.hipstsw, nodeImage: v0-sha.hipstsw}\n',
      {
        clusterStack: 'v0-sha.hipstsw',
        kubernetes: 'v1.27.7',
        clusterAddon: 'v0-sha.hipstsw',
        nodeImage: 'v0-sha.hipstsw',
      },
    ],
    [
      'may leave the node image out',
      '  clusterStack: v1\n  kubernetes: v1.34.7\n  components: {clusterAddon: v1}\n',
      { clusterStack: 'v1', kubernetes: 'v1.34.7', clusterAddon: 'v1', nodeImage: '' },
    ],
    [
      'may have an empty node image, and a candidate of Kubernetes',
      '  clusterStack: v1\n  kubernetes: v1.35.0-rc.1\n  components: {clusterAddon: v1, nodeImage: ""}\n',
      { clusterStack: 'v1', kubernetes: 'v1.35.0-rc.1', clusterAddon: 'v1', nodeImage: '' },
    ],
  ])('%s', (_, versions, metadata) => {
    expect(parseMetadata(text(versions))).toEqual(metadata);
    expect(parseMetadata(printMetadata(metadata))).toEqual(metadata);
  });

  it.each<[what: string, text: string, message: RegExp]>([
    ['nothing', '', /^metadata\.yaml: is empty$/],
    ['a list', '- v1', /must be a mapping/],
    ['broken YAML', 'versions: {', /^metadata\.yaml: is no valid YAML: [^\n]+$/],
    ['no versions', 'apiVersion: v1', /versions is missing/],
    [
      'a stack version in dash form',
      text('  clusterStack: v0-sha-abc\n  kubernetes: v1.27.3\n  components: {clusterAddon: v1}'),
      /versions\.clusterStack is "v0-sha-abc"/,
    ],
    [
      'no add-on version',
      text('  clusterStack: v1\n  kubernetes: v1.27.3\n  components: {}'),
      /versions\.components\.clusterAddon is missing/,
    ],
    [
      'a node image that is no version',
      text('  clusterStack: v1\n  kubernetes: v1.27.3\n  components: {clusterAddon: v1, nodeImage: latest}'),
      /nodeImage is "latest"/,
    ],
    [
      'Kubernetes without a patch',
      text('  clusterStack: v1\n  kubernetes: "1.27"\n  components: {clusterAddon: v1}'),
      /versions\.kubernetes is "1\.27"; write the full version/,
    ],
  ])('is refused with %s', (_, broken, message) => {
    expect(() => parseMetadata(broken)).toThrow(message);
  });

  it('says all that is wrong at once', () => {
    expect(() => parseMetadata(text('  clusterStack: x\n  kubernetes: y\n  components: {}'))).toThrow(
      /clusterStack is .+clusterAddon is .+kubernetes is/,
    );
  });
});
