// A real kube-apiserver, named by KUBECONFIG. It has no nodes of its own: the test registers Node objects.
import { existsSync } from 'node:fs';
import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { certify } from './scs.ts';

const kubeconfig = process.env['KUBECONFIG'] ?? '';
const present = kubeconfig !== '' && existsSync(kubeconfig);
if (!present) console.log('skipped: Kubernetes conformance needs KUBECONFIG of a running API server');

const nodes = ['a', 'b', 'c'].map((zone) => ({
  metadata: {
    name: `scs-conformance-${zone}`,
    labels: {
      'node-role.kubernetes.io/control-plane': '',
      'topology.kubernetes.io/region': 'region',
      'topology.kubernetes.io/zone': zone,
      'topology.scs.community/host-id': `host-${zone}`,
    },
  },
}));

describe.skipIf(!present)('a real Kubernetes API server', () => {
  let api: CoreV1Api;
  beforeAll(async () => {
    const config = new KubeConfig();
    config.loadFromFile(kubeconfig);
    api = config.makeApiClient(CoreV1Api);
    for (const body of nodes) await api.createNode({ body });
  });
  afterAll(async () => {
    for (const { metadata } of nodes) await api.deleteNode({ name: metadata.name });
  });

  it('has a supported version while its branch lives, and not after', async () => {
    // Kubernetes 1.34: supported upstream until 2026-10-27.
    const dead = await certify(
      '--scope',
      'kaas',
      '--kubeconfig',
      kubeconfig,
      '--version',
      'v1',
      '--at',
      '2026-11-24',
    );
    expect(dead.testcases['version-policy-check']).toBe('FAIL');
    expect(dead.result).toBe('FAIL');
    expect(dead.code).toBe(1);
  });

  it('is missing the conformance results that nobody imported', async () => {
    const verdict = await certify('--scope', 'kaas', '--kubeconfig', kubeconfig, '--version', 'v1');
    expect(verdict.testcases['cncf-k8s-conformance']).toBe('MISS');
    expect(verdict.testcases['kaas-networking-check']).toBe('MISS');
  });
});
