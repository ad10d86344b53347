import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KubernetesClient } from '@scs/kubernetes';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openWorkloadClusters } from './workload-clusters.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'workload-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const kubeconfig = (user: object): string =>
  JSON.stringify({
    clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:9' } }],
    users: [{ name: 'u', user }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'x',
  });

/** A management cluster in which the kubeconfig secret says what its tenant wrote. */
const holding = (text: string) =>
  ({
    get: (key: { name: string; namespace: string }) =>
      Promise.resolve(
        key.name === 'one-kubeconfig' && key.namespace === 'team'
          ? {
              apiVersion: 'v1',
              kind: 'Secret',
              metadata: { name: key.name, resourceVersion: '1' },
              data: { value: Buffer.from(text).toString('base64') },
            }
          : undefined,
      ),
  }) as Pick<KubernetesClient, 'get'> as KubernetesClient;

const open = (user: object) =>
  openWorkloadClusters(holding(kubeconfig(user))).open({ namespace: 'team', name: 'one' });

describe('a kubeconfig secret, which a tenant may have written', () => {
  it('runs no program with our rights', async () => {
    const trace = join(folder, 'trace');
    const script = `require('node:fs').writeFileSync(${JSON.stringify(trace)}, '')`;
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: process.execPath,
      args: ['-e', script],
    };
    expect(await open({ exec })).toEqual({
      state: 'not-ready',
      message: expect.stringContaining('the kubeconfig uses exec') as string,
    });
    expect(existsSync(trace)).toBe(false);
  });

  it.each(['tokenFile', 'client-certificate', 'client-key'])(
    'reads no file of ours as %s, nor says anything of it',
    async (field) => {
      const file = join(folder, 'token');
      writeFileSync(file, 's3cr3t');
      const answer = await open({ [field]: file });
      expect(answer).toEqual({
        state: 'not-ready',
        message: expect.stringContaining(`the kubeconfig uses ${field}`) as string,
      });
      expect(JSON.stringify(answer)).not.toContain('s3cr3t');
    },
  );
});
