import { describe, expect, it } from 'vitest';
import { referenceOf, type Cluster } from './cluster.ts';

const aCluster = (spec: object): Cluster => ({
  apiVersion: 'cluster.x-k8s.io/v1beta1',
  kind: 'Cluster',
  metadata: { name: 'one', namespace: 'team' },
  spec,
});

describe('a reference of a Cluster', () => {
  it('names apiVersion and kind in v1beta1, and the group of it', () => {
    const ref = {
      apiVersion: 'infrastructure.cluster.x-k8s.io/v1beta1',
      kind: 'OpenStackCluster',
      name: 'x',
    };
    expect(referenceOf(aCluster({ infrastructureRef: ref }), 'infrastructureRef')).toEqual({
      ...ref,
      apiGroup: 'infrastructure.cluster.x-k8s.io',
      namespace: 'team',
    });
  });

  it('names a group and kind alone in v1beta2', () => {
    const ref = { apiGroup: 'controlplane.cluster.x-k8s.io', kind: 'KubeadmControlPlane', name: 'x' };
    expect(referenceOf(aCluster({ controlPlaneRef: ref }), 'controlPlaneRef')).toEqual({
      ...ref,
      namespace: 'team',
    });
  });

  it('never leads out of the cluster’s namespace: what it names is shown to the cluster’s owner', () => {
    const ref = { apiVersion: 'v1', kind: 'Secret', name: 'root', namespace: 'kube-system' };
    expect(referenceOf(aCluster({ infrastructureRef: ref }), 'infrastructureRef')?.namespace).toBe('team');
  });

  it.each([{}, { controlPlaneRef: { kind: 'A' } }, { controlPlaneRef: { name: 'a' } }])(
    'is none where it is not whole: %j',
    (spec) => {
      expect(referenceOf(aCluster(spec), 'controlPlaneRef')).toBeUndefined();
    },
  );
});
