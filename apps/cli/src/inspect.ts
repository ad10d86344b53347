import { homedir } from 'node:os';
import { cleanupProbes, inspectCloud } from '@scs/inspection';
import { OpenStackError, readCloudConfig, type CloudConfig } from '@scs/openstack';
import type { CloudSnapshot } from '@scs/standards';
import { EXIT, Failure, oneLine, usage } from './failure.ts';
import { interruptible } from './interruption.ts';
import { progressLine } from './progress.ts';
import { readTimeoutMs } from './timeout.ts';

export interface CloudValues {
  'os-cloud'?: string;
  probes?: boolean;
  timeout?: string;
}

/** Reads a cloud in one pass; throws an unreachable failure (69) where not even its token could be had. */
export async function inspectOneCloud(values: CloudValues): Promise<CloudSnapshot> {
  const config = await cloudConfig(values);
  const progress = progressLine();
  const snapshot = await reachable(() =>
    interruptible(values.probes ? cleanupCommand(values) : null, (signal) =>
      inspectCloud(config, {
        subject: config.name,
        probes: values.probes ?? false,
        now: () => new Date(),
        signal,
        timeoutMs: readTimeoutMs(values.timeout),
        onProgress: (step, done, total) => progress.show(`${done}/${total} ${step}`),
      }),
    ),
  ).finally(() => progress.clear());
  if ('error' in snapshot.token) throw new Failure(EXIT.unreachable, snapshot.token.error.message);
  return snapshot;
}

/** Removes what killed probe runs left; returns one line for each object. */
export async function removeLeftovers(values: CloudValues): Promise<string[]> {
  const config = await cloudConfig(values);
  const removed: string[] = [];
  await reachable(() =>
    cleanupProbes(config, {
      olderThanMs: 0,
      timeoutMs: readTimeoutMs(values.timeout),
      onRemove: (what) => removed.push(what),
    }),
  );
  return removed;
}

async function cloudConfig({ 'os-cloud': cloud }: CloudValues): Promise<CloudConfig> {
  try {
    return await readCloudConfig({ cloud, env: process.env, cwd: process.cwd(), home: homedir() });
  } catch (error) {
    throw error instanceof OpenStackError ? usage(oneLine(error)) : error;
  }
}

async function reachable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof OpenStackError)) throw error;
    // Without an answer of a server `failed` is about files here, such as a CA bundle.
    const exitCode = error.reason === 'failed' && error.status === null ? EXIT.usage : EXIT.unreachable;
    throw new Failure(exitCode, oneLine(error));
  }
}

function cleanupCommand(values: CloudValues): string {
  return values['os-cloud'] === undefined
    ? 'scs probes cleanup'
    : `scs probes cleanup --os-cloud ${values['os-cloud']}`;
}
