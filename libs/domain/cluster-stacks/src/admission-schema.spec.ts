import { describe, expect, it } from 'vitest';
import { schemaProblems } from './admission-schema.ts';

const group = 'clusterstack.x-k8s.io/v1alpha1';
const stack = { provider: 'docker', name: 'ferrol', kubernetesVersion: '1.27' };
const problems = (spec: unknown, kind = 'ClusterStack', apiVersion = group): string[] =>
  schemaProblems({ apiVersion, kind, metadata: { name: 'x' }, spec });

// Expected: the rules of the tables in upstream's CRDs (minLength, pattern, enum, required, types).
describe('the schema refuses', () => {
  it.each<[what: string, spec: object, field: string]>([
    ['an empty provider', { ...stack, provider: '' }, 'spec.provider'],
    ['an empty name', { ...stack, name: '' }, 'spec.name'],
    ['no Kubernetes version', { provider: 'docker', name: 'ferrol' }, 'spec.kubernetesVersion'],
    ['a full Kubernetes version', { ...stack, kubernetesVersion: '1.27.3' }, 'spec.kubernetesVersion'],
    ['a major of two digits', { ...stack, kubernetesVersion: '10.1' }, 'spec.kubernetesVersion'],
    ['another channel', { ...stack, channel: 'beta' }, 'spec.channel'],
    ['versions that are no list', { ...stack, versions: 'v1' }, 'spec.versions'],
    ['a version that is no text', { ...stack, versions: [1] }, 'spec.versions[0]'],
    ['a flag that is no flag', { ...stack, noProvider: 'yes' }, 'spec.noProvider'],
  ])('%s', (_, spec, field) => {
    expect(problems(spec)).toEqual([expect.stringMatching(`^${field.replace(/[[\].]/g, '\\$&')}: `)]);
  });

  it('an image without a name, with its whole path', () => {
    const spec = { identityRef: { kind: 'Secret', name: 'openstack' }, image: { url: 'u', createOpts: {} } };
    expect(
      problems(spec, 'OpenStackNodeImageRelease', 'infrastructure.clusterstack.x-k8s.io/v1alpha1'),
    ).toEqual(['spec.image.createOpts.name: is required']);
  });
});

describe('the schema accepts', () => {
  it.each<[what: string, spec: unknown]>([
    ['the least', stack],
    ['fields that it does not know, and drops', { ...stack, color: 'red', providerRef: { shape: 'round' } }],
    ['null in the place of a default', { ...stack, channel: null, autoSubscribe: null }],
    ['no spec', undefined],
  ])('%s', (_, spec) => {
    expect(problems(spec)).toEqual([]);
  });

  it('objects of others, and other versions', () => {
    expect(problems({}, 'Cluster', 'cluster.x-k8s.io/v1beta1')).toEqual([]);
    expect(problems({}, 'ClusterStack', 'clusterstack.x-k8s.io/v2')).toEqual([]);
  });
});
