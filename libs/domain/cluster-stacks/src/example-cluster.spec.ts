import { describe, expect, it } from 'vitest';
import { exampleCluster, valuesDataOf } from './example-cluster.ts';
import { sampleRelease } from './sample-release.spec-data.ts';

describe('a made-up cluster', () => {
  const { name, metadata, classChart } = sampleRelease();
  const data = exampleCluster(name, metadata.kubernetes, classChart.objects);

  it('is of the release, with the defaults of its variables', () => {
    expect(data.Cluster).toMatchObject({
      spec: {
        topology: {
          class: 'dev-sandbox-1-33-v1',
          version: 'v1.33.6',
          variables: [
            { name: 'registry', value: 'registry.example' },
            { name: 'audit', value: {} },
          ],
        },
      },
    });
  });

  it('has what its templates make', () => {
    expect([data.ControlPlane?.['kind'], data.InfraCluster?.['kind']]).toEqual([
      'KubeadmControlPlane',
      'DevCluster',
    ]);
    expect(data.ControlPlane?.['spec']).toEqual({ kubeadmConfigSpec: { verbosity: 1 } });
  });
});

describe('objects of a management cluster', () => {
  const ref = (kind: string) => ({ apiVersion: 'a/v1', kind, name: 'c' });
  const cluster = {
    kind: 'Cluster',
    metadata: { name: 'c' },
    spec: { controlPlaneRef: ref('ControlPlane'), infrastructureRef: ref('DevCluster') },
  };
  const other = (kind: string, name: string) => ({ kind, metadata: { name } });

  it.each<[what: string, objects: Record<string, unknown>[], keys: string[] | undefined]>([
    [
      'are the cluster with all it refers to',
      [other('DevCluster', 'c'), cluster, other('ControlPlane', 'c')],
      ['Cluster', 'ControlPlane', 'InfraCluster'],
    ],
    ['may lack what it refers to', [cluster, other('DevCluster', 'd')], ['Cluster']],
    ['have a cluster', [other('DevCluster', 'c')], undefined],
    ['have one cluster', [cluster, cluster], undefined],
  ])('%s', (_, objects, keys) => {
    const data = valuesDataOf(objects);
    expect(data && Object.keys(data)).toEqual(keys);
  });
});
