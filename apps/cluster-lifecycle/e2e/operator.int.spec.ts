// The operator as a process: what it waits for, what it survives, who of several acts. Kills are made by cutting the client off in the middle of
// its work; another operator, which knows nothing, goes on.
import { KubernetesError } from '@scs/kubernetes';
import { eventually } from '@scs/testing';
import { describe, expect, it } from 'vitest';
import { clusterApi, definitions, installAll } from './kubernetes.ts';
import { classTemplates } from './releases.ts';
import { setup } from './setup.ts';

describe('the operator', () => {
  it('names the definitions that are missing, and starts when they are there', async () => {
    const { start, connect, publish, createStack, isReady } = await setup([]);
    const operator = await start();
    await eventually(async () =>
      expect(operator.checks['kinds']?.()).rejects.toThrow('Cluster of cluster.x-k8s.io'),
    );
    await installAll(connect(), clusterApi);
    await eventually(async () =>
      expect(operator.checks['kinds']?.()).rejects.toThrow('ClusterStack of clusterstack.x-k8s.io/v1alpha1'),
    );
    await installAll(connect(), definitions);
    await operator.started;
    await operator.checks['kinds']?.();
    const tag = await publish();
    await createStack();
    await isReady(tag);
  });

  it('goes on when the API server was away', async () => {
    const { start, sandbox, publish, createStack, isReady } = await setup();
    const operator = await start();
    await operator.started;
    await sandbox.goAway();
    await expect(operator.checks['kubernetes']?.()).rejects.toThrow(KubernetesError);
    const tag = await publish();
    await sandbox.comeBack();
    await createStack();
    await isReady(tag);
  });

  it('acts in one process alone; another takes over when that one stops', async () => {
    const { start, connect, namespace, publish, createStack, isReady, client, keyOf } = await setup();
    const as = (identity: string) => start({ client: connect(), election: { namespace, identity } });
    const first = await as('one');
    await eventually(async () => expect(first.leads).toBe(true));
    const second = await as('two');
    await second.started;
    const tag = await publish();
    await createStack();
    await isReady(tag);
    expect([first.leads, second.leads]).toEqual([true, false]);
    await first.stop();
    await eventually(async () => expect(second.leads).toBe(true));
    const machine = keyOf('ToyMachineTemplate', `${tag}-worker`, 'infrastructure.cluster.x-k8s.io/v1beta2');
    await client.delete(machine);
    await eventually(async () => expect(await client.get(machine)).toBeDefined());
  });

  it('loses to nobody who writes at the same time: a condition is not taken back by an older look', async () => {
    const { start, publish, createStack, isReady, client, keyOf, release } = await setup();
    const tag = await publish();
    await createStack();
    await start({ resyncMs: 50 });
    await eventually(async () => expect(await release(tag)).toBeDefined());
    for (let round = 0; round < 20; round++)
      await client.patch(keyOf('ClusterStackRelease', tag), {
        metadata: { labels: { round: String(round) } },
      });
    await isReady(tag);
    expect((await release(tag))?.metadata.labels).toEqual({ round: '19' });
  });
});

/** Kills an operator after so many writes of its own, Events apart; or when it has written what is named. */
async function killAfter(
  writes: number | string,
  { start, connect, sandbox }: Awaited<ReturnType<typeof setup>>,
) {
  const kill = new AbortController();
  const gone = Promise.withResolvers<void>();
  let written = 0;
  const forget = sandbox.onWrite(({ resource, userAgent }) => {
    if (resource === 'events' || userAgent === '') return;
    written++;
    if (typeof writes === 'number' ? written < writes : resource !== writes) return;
    forget();
    kill.abort();
    gone.resolve();
  });
  const operator = await start({ client: connect(kill.signal) });
  await gone.promise;
  await operator.stop();
}

describe('a process that is killed', () => {
  // The first release of a stack takes some ten writes until it is ready.
  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'after write %i of its work leaves nothing that another one would not finish',
    async (count) => {
      const scene = await setup();
      const { start, publish, createStack, isReady, names, release } = scene;
      const tag = await publish();
      await createStack();
      await killAfter(count, scene);
      await start();
      await isReady(tag);
      expect(await names('ClusterClass', 'cluster.x-k8s.io/v1beta2')).toEqual([tag]);
      expect(await names('ToyMachineTemplate')).toEqual([`${tag}-worker`]);
      expect(await names('ToyConfigTemplate', 'bootstrap.cluster.x-k8s.io/v1beta2')).toEqual([
        `${tag}-worker`,
      ]);
      expect((await release(tag))?.status?.resources).toHaveLength(3);
    },
  );

  it('right after it made an object has written down that there is one: it goes when the chart has it no more', async () => {
    const scene = await setup();
    const { start, publish, createStack, isReady, names } = scene;
    const tag = await publish();
    await createStack();
    await killAfter('toyconfigtemplates', scene);
    expect(await names('ToyConfigTemplate', 'bootstrap.cluster.x-k8s.io/v1beta2')).toEqual([`${tag}-worker`]);
    const { 'class.yaml': onlyClass = '' } = classTemplates();
    await publish({ templates: { 'class.yaml': onlyClass } });
    await start();
    await isReady(tag);
    expect(await names('ToyConfigTemplate', 'bootstrap.cluster.x-k8s.io/v1beta2')).toEqual([]);
  });

  it.each([1, 2, 3, 4])('after write %i of its cleaning up leaves nothing behind', async (count) => {
    const scene = await setup();
    const { start, publish, createStack, isReady, client, keyOf, names, releases, quiet } = scene;
    const tag = await publish();
    await createStack();
    const operator = await start();
    await isReady(tag);
    await quiet(operator);
    await operator.stop();
    await client.delete(keyOf('ClusterStack', 'ferrol'));
    await eventually(async () =>
      expect((await scene.release(tag))?.metadata.deletionTimestamp).toBeDefined(),
    );
    await killAfter(count, scene);
    await start();
    await eventually(async () => expect(await releases()).toEqual([]));
    expect(await names('ClusterClass', 'cluster.x-k8s.io/v1beta2')).toEqual([]);
    expect(await names('ToyMachineTemplate')).toEqual([]);
    expect(await names('ToyConfigTemplate', 'bootstrap.cluster.x-k8s.io/v1beta2')).toEqual([]);
  });
});
