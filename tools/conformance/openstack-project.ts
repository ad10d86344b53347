import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What the `openstack` client of Debian says. */
export const openstack = async (cloud: string, ...args: string[]): Promise<string> =>
  (await run('/usr/bin/openstack', ['--os-cloud', cloud, ...args])).stdout;

/** Everything in project demo that a probe may create: ids by kind. */
export async function projectListing(): Promise<Record<string, string[]>> {
  const kinds = [
    'server',
    'volume',
    'volume backup',
    'network',
    'subnet',
    'router',
    'security group',
    'secret',
  ];
  const lists = await Promise.all(
    kinds.map(async (kind) => {
      const column = kind === 'secret' ? 'Secret href' : 'ID';
      const out = await openstack('demo', ...kind.split(' '), 'list', '-f', 'value', '-c', column);
      return [kind, out.split('\n').filter(Boolean).toSorted()] as const;
    }),
  );
  return Object.fromEntries(lists);
}
