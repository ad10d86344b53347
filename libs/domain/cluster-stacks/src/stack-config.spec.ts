import { describe, expect, it } from 'vitest';
import { parseStackConfig, stackOf, type StackConfig } from './stack-config.ts';

describe('csctl.yaml', () => {
  it.each<[what: string, text: string, config: StackConfig]>([
    [
      'names the stack and how its images come about',
      `apiVersion: csctl.clusterstack.x-k8s.io/v1alpha1
config:
  kubernetesVersion: v1.34.7
  clusterStackName: scs2
  provider:
    type: openstack
    apiVersion: openstack.csctl.clusterstack.x-k8s.io/v1alpha1
    config:
      method: get
`,
      { provider: 'openstack', name: 'scs2', kubernetesVersion: 'v1.34.7', nodeImageMethod: 'get' },
    ],
    [
      'may say nothing of images',
      'config: {kubernetesVersion: v1.30.1, clusterStackName: baremetal, provider: {type: hetzner}}',
      { provider: 'hetzner', name: 'baremetal', kubernetesVersion: 'v1.30.1' },
    ],
    [
      'may leave its provider without settings',
      'config: {kubernetesVersion: v1.30.1, clusterStackName: scs, provider: {type: docker, config: }}',
      { provider: 'docker', name: 'scs', kubernetesVersion: 'v1.30.1' },
    ],
  ])('%s', (_, text, config) => {
    expect(parseStackConfig(text)).toEqual(config);
  });

  it.each<[what: string, config: string, message: RegExp]>([
    [
      'without a provider',
      '{kubernetesVersion: v1.30.1, clusterStackName: scs}',
      /config\.provider is missing/,
    ],
    [
      'without a stack',
      '{kubernetesVersion: v1.30.1, provider: {type: docker}}',
      /clusterStackName is missing/,
    ],
    [
      'with a dash in the provider',
      '{kubernetesVersion: v1.30.1, clusterStackName: scs, provider: {type: my-cloud}}',
      /provider\.type is "my-cloud"; .+dashes separate/,
    ],
    [
      'with a dash in the stack',
      '{kubernetesVersion: v1.30.1, clusterStackName: scs-2, provider: {type: docker}}',
      /clusterStackName is "scs-2"/,
    ],
    [
      'with a capital',
      '{kubernetesVersion: v1.30.1, clusterStackName: SCS, provider: {type: docker}}',
      /clusterStackName is "SCS"/,
    ],
    [
      'with half a Kubernetes version',
      '{kubernetesVersion: v1.30, clusterStackName: scs, provider: {type: docker}}',
      /kubernetesVersion is "v1\.30"/,
    ],
    [
      'with a Kubernetes version without v',
      '{kubernetesVersion: 1.30.1, clusterStackName: scs, provider: {type: docker}}',
      /kubernetesVersion is "1\.30\.1"/,
    ],
  ])('is refused %s', (_, config, message) => {
    expect(() => parseStackConfig(`config: ${config}`)).toThrow(message);
  });

  it('is named by the file that it was read from', () => {
    expect(() => parseStackConfig('config: {}', 'csmctl.yaml')).toThrow(/^csmctl\.yaml: /);
  });

  it('gives the minor version of Kubernetes to its releases', () => {
    const config = { provider: 'openstack', name: 'scs2', kubernetesVersion: 'v1.34.7' };
    expect(stackOf(config)).toEqual({ provider: 'openstack', name: 'scs2', kubernetesVersion: '1.34' });
  });
});
