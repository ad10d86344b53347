import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLogger, DomainError } from '@scs/service';
import { createTestDatabase, eventually } from '@scs/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { connectJobs, handles, type JobDeclaration, type Jobs } from './jobs.ts';

const logger = createLogger({ name: 'test', version: '0' }, 'silent');

interface Backend {
  name: string;
  start: () => Promise<{ url: string; stop: () => void }>;
}

const redisServer = ['/usr/bin/redis-server', '/usr/bin/valkey-server'].find((path) => existsSync(path));
const redisGiven = process.env['TEST_REDIS_URL'];

/** A server of our own, on a free port, where none is given. */
async function startRedis() {
  if (redisGiven) return { url: redisGiven, stop: () => {} };
  if (!redisServer) return startContainer();
  const port = await new Promise<number>((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port: free } = probe.address() as AddressInfo;
      probe.close(() => resolve(free));
    });
  });
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const server = spawn(redisServer, args, { stdio: 'ignore' });
  return { url: `redis://127.0.0.1:${port}`, stop: () => void server.kill() };
}

async function startContainer() {
  const { GenericContainer } = await import('testcontainers');
  const container = await new GenericContainer(process.env['TEST_REDIS_IMAGE'] ?? 'valkey/valkey:9')
    .withExposedPorts(6379)
    .start();
  return {
    url: `redis://${container.getHost()}:${container.getMappedPort(6379)}`,
    stop: () => void container.stop(),
  };
}

const redis = redisGiven ?? redisServer ?? process.env['DOCKER_HOST'];
if (!redis)
  console.log('skipped: jobs on Redis need TEST_REDIS_URL, an installed redis-server, or DOCKER_HOST');

const backends: Backend[] = [
  { name: 'Postgres', start: async () => ({ url: await createTestDatabase(), stop: () => {} }) },
  ...(redis ? [{ name: 'Redis', start: startRedis }] : []),
];

let queueNumber = 0;
const aJob = (values: Partial<JobDeclaration<{ id: string }>> = {}): JobDeclaration<{ id: string }> => ({
  queue: `test-${process.pid}-${queueNumber++}`,
  name: 'do-thing',
  attempts: 3,
  backoffMs: 10,
  concurrency: 2,
  parse: (payload) => payload as { id: string },
  ...values,
});

describe.each(backends)('jobs on $name', ({ start }) => {
  let url: string;
  let stop: () => void;
  const open: Jobs[] = [];
  const jobs = async () => {
    const connected = await connectJobs(url, logger);
    open.push(connected);
    return connected;
  };
  beforeAll(async () => {
    ({ url, stop } = await start());
  });
  afterAll(() => stop());
  afterEach(async () => {
    await Promise.all(open.splice(0).map((connected) => connected.close()));
  });

  it('are handled with their payload', async () => {
    const [job, queue, seen] = [aJob(), await jobs(), [] as string[]];
    await queue.work([job], [handles(job, async ({ id }) => void seen.push(id))]);
    await queue.enqueue(job, { id: 'a' }, 'a');
    await eventually(async () => expect(seen).toEqual(['a']));
  });

  it('are tried again when they fail, and told when it is the last time', async () => {
    const [job, queue, attempts] = [aJob(), await jobs(), [] as [number, boolean][]];
    const fail = handles(job, async (_, { attempt, isLastAttempt }) => {
      attempts.push([attempt, isLastAttempt]);
      throw new Error('no');
    });
    await queue.work([job], [fail]);
    await queue.enqueue(job, { id: 'a' }, 'a');
    await eventually(async () =>
      expect(attempts).toEqual([
        [1, false],
        [2, false],
        [3, true],
      ]),
    );
  });

  it('are not tried again when that would change nothing', async () => {
    const [job, queue, attempts] = [aJob(), await jobs(), [] as number[]];
    const fail = handles(job, async (_, { attempt }) => {
      attempts.push(attempt);
      throw new DomainError('invalid', 'NO', 'no');
    });
    await queue.work([job], [fail]);
    await queue.enqueue(job, { id: 'a' }, 'a');
    await eventually(async () => expect(attempts).toEqual([1]));
    await sleep(200);
    expect(attempts).toEqual([1]);
  });

  it('of one key run once more after the running one, with the newest payload', async () => {
    const [job, queue, seen] = [aJob(), await jobs(), [] as string[]];
    let release = () => {};
    const gate = new Promise<void>((resolve) => (release = resolve));
    const slow = handles(job, async ({ id }) => {
      seen.push(id);
      if (seen.length === 1) await gate;
    });
    await queue.work([job], [slow]);
    await queue.enqueue(job, { id: 'first' }, 'k');
    await eventually(async () => expect(seen).toEqual(['first']));
    await queue.enqueue(job, { id: 'second' }, 'k');
    await queue.enqueue(job, { id: 'third' }, 'k');
    release();
    await eventually(async () => expect(seen).toEqual(['first', 'third']));
  });

  it('tell whether anybody works on their queue, also in another process', async () => {
    const [job, sender, worker] = [aJob(), await jobs(), await jobs()];
    expect(await sender.isWorkedOn(job)).toBe(false);
    await worker.work([job], [handles(job, async () => {})]);
    await eventually(async () => expect(await sender.isWorkedOn(job)).toBe(true));
    expect(await sender.isWorkedOn(aJob())).toBe(false);
    await worker.close();
    open.splice(open.indexOf(worker), 1);
    await eventually(async () => expect(await sender.isWorkedOn(job)).toBe(false));
  });

  it('do not start without exactly one handler', async () => {
    const [job, queue] = [aJob(), await jobs()];
    await expect(queue.work([job], [])).rejects.toThrow(/0 handlers/);
    const handler = handles(job, async () => {});
    await expect(queue.work([job], [handler, handler])).rejects.toThrow(/2 handlers/);
  });
});
