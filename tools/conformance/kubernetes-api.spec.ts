// One suite for two servers: the sandbox, and a real kube-apiserver where KUBECONFIG names one.
import { existsSync, readFileSync } from 'node:fs';
import { afterAll } from 'vitest';
import { startSandboxKubernetes, type SandboxKubernetes } from '@scs/sandbox';
import { describeRandomOperations } from './kubernetes-api/random-operations.ts';
import { describeKubernetesApi } from './kubernetes-api/suite.ts';

let sandbox: SandboxKubernetes | undefined;
afterAll(() => sandbox?.close());

describeKubernetesApi(
  'the sandbox',
  async () => {
    sandbox = await startSandboxKubernetes();
    return sandbox.kubeconfig;
  },
  false,
);

const file = process.env['KUBECONFIG'] ?? '';
if (existsSync(file)) {
  const real = readFileSync(file, 'utf8');
  describeKubernetesApi('a real API server', () => real, true);
  describeRandomOperations(() => [sandbox!.kubeconfig, real]);
} else {
  console.log(
    'skipped: the Kubernetes API suite runs on the sandbox alone without KUBECONFIG of a real API server',
  );
}
