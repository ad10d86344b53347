// How the operator starts where not everything is installed. Not covered: what its reconcilers do.
import { createLogger } from '@scs/service';
import { eventually } from '@scs/testing';
import { expect, it, onTestFinished } from 'vitest';
import { startOperator } from '../src/operator.ts';
import type { CreateReconciler } from '../src/reconciler.ts';
import { install, openDefinition, startKubernetes } from './kubernetes.ts';

async function setup() {
  const kubernetes = await startKubernetes([openDefinition('cluster.x-k8s.io', 'Cluster')]);
  const { client, namespace } = kubernetes;
  const group = `${namespace}.example.org`;
  const gadgets = { apiVersion: `${group}/v1beta2`, kind: 'Gadget' };
  const configMaps = { apiVersion: 'v1', kind: 'ConfigMap' };
  const seen: string[] = [];
  const look =
    (name: string, type: typeof gadgets, optional = false): CreateReconciler =>
    () => ({
      name,
      concurrency: 1,
      optional,
      watches: [{ type }],
      reconcile: (key) => Promise.resolve(void seen.push(`${name} ${key.name}`)),
    });
  const start = (...create: CreateReconciler[]) => {
    const logger = createLogger({ name: 'e2e', version: '0' }, 'fatal');
    const operator = startOperator({ client, logger, namespace, resyncMs: 0 }, create);
    onTestFinished(() => operator.stop());
    return operator;
  };
  const make = (type: typeof gadgets, name: string) =>
    client.create({ ...type, metadata: { name, namespace } });
  return { ...kubernetes, group, gadgets, configMaps, seen, look, start, make };
}

it('a reconciler whose kind is missing is named and waits; the others work, and it follows when the kind is there', async () => {
  const { client, look, gadgets, configMaps, start, make, seen, group } = await setup();
  const operator = start(look('gadget', gadgets), look('config-map', configMaps));
  await make(configMaps, 'a');
  await eventually(async () => expect(seen).toContain('config-map a'));
  await expect(operator.checks['kinds']?.()).rejects.toThrow(`not served: Gadget of ${group}/v1beta2`);
  await install(client, openDefinition(group, 'Gadget'));
  await make(gadgets, 'b');
  await eventually(async () => expect(seen).toContain('gadget b'));
  await expect(operator.checks['kinds']?.()).resolves.toBeUndefined();
});

it('an optional one is not waited for to be ready, and works when its kind is there', async () => {
  const { client, look, gadgets, configMaps, start, make, seen, group } = await setup();
  const operator = start(look('gadget', gadgets, true), look('config-map', configMaps));
  await operator.started;
  await expect(operator.checks['kinds']?.()).resolves.toBeUndefined();
  await install(client, openDefinition(group, 'Gadget'));
  await make(gadgets, 'b');
  await eventually(async () => expect(seen).toContain('gadget b'));
});

it('ends while it still waits', async () => {
  const { look, gadgets, start } = await setup();
  await expect(start(look('gadget', gadgets)).stop()).resolves.toBeUndefined();
});
