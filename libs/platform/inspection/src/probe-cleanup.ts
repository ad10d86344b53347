import { setTimeout as sleep } from 'node:timers/promises';
import { connect, OpenStackError, type CloudConfig, type Connection, type Service } from '@scs/openstack';
import { ProbeRun, probeTime } from './probe-run.ts';

export interface Cleanup {
  /** Leave alone what a run made later than that: it may still be at work. Milliseconds. */
  olderThanMs: number;
  now?: () => Date;
  timeoutMs?: number | undefined;
  /** Told of each object that is gone, e.g. `server scs-probe-…`. */
  onRemove?: (what: string) => void;
}

interface Leftover {
  id: string;
  name: string;
}

/** In this order: what hangs on something else goes first. */
const kinds: { kind: string; service: Service; path: string; key: string }[] = [
  { kind: 'server', service: 'compute', path: '/servers', key: 'servers' },
  { kind: 'router', service: 'network', path: '/routers', key: 'routers' },
  { kind: 'subnet', service: 'network', path: '/subnets', key: 'subnets' },
  { kind: 'network', service: 'network', path: '/networks', key: 'networks' },
  { kind: 'security group', service: 'network', path: '/security-groups', key: 'security_groups' },
  { kind: 'volume backup', service: 'volume', path: '/backups', key: 'backups' },
  { kind: 'volume', service: 'volume', path: '/volumes', key: 'volumes' },
  { kind: 'secret', service: 'key-manager', path: '/secrets', key: 'secrets' },
];

/** Finds and removes what killed probe runs left in the project. Throws {@link OpenStackError} for what cannot be removed. */
export async function cleanupProbes(
  config: CloudConfig,
  { olderThanMs, now = () => new Date(), timeoutMs, onRemove }: Cleanup,
): Promise<void> {
  const connection = await connect(config, { timeoutMs });
  try {
    const run = new ProbeRun(connection, now());
    const limit = now().getTime() - olderThanMs;
    const isOld = (name: string) => (probeTime(name)?.getTime() ?? Infinity) <= limit;
    await removeByName(run, isOld, onRemove);
  } finally {
    connection.close();
  }
}

/** Removes everything in the project whose name is one of these. */
export async function removeByName(
  run: ProbeRun,
  isWanted: (name: string) => boolean,
  onRemove?: (what: string) => void,
): Promise<void> {
  const { connection } = run;
  for (const { kind, service, path, key } of kinds) {
    if (connection.endpoint(service) === null) continue;
    for (const { id, name } of await leftovers(connection, service, path, key, isWanted)) {
      if (kind === 'router') await detach(connection, id);
      await removeSettled(run, kind, service, `${path}/${id}`);
      onRemove?.(`${kind} ${name}`);
    }
  }
}

/** What a service is still busy with it refuses to delete, and may take up again between a look and the deletion. */
async function removeSettled(run: ProbeRun, kind: string, service: Service, path: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await settle(run, kind, path);
      return await run.remove(service, path, 300);
    } catch (error) {
      const isBusy = error instanceof OpenStackError && (error.status === 400 || error.status === 409);
      if (!isBusy || attempt === 5) throw error;
      await sleep(attempt * 1000);
    }
  }
}

async function leftovers(
  connection: Connection,
  service: Service,
  path: string,
  key: string,
  isWanted: (name: string) => boolean,
): Promise<Leftover[]> {
  const listed = await connection.pages<{ id?: string; name?: string | null; secret_ref?: string }>(
    service,
    path,
    key,
  );
  return listed.flatMap(({ id, name, secret_ref: ref }) => {
    const place = id ?? ref?.split('/').at(-1);
    return place && name && isWanted(name) ? [{ id: place, name }] : [];
  });
}

/** A router keeps its subnets alive until it lets go of them. */
async function detach(connection: Connection, router: string): Promise<void> {
  const ports = await connection.pages<{ id: string; device_owner?: string }>(
    'network',
    `/ports?device_id=${router}`,
    'ports',
  );
  for (const { id, device_owner: owner } of ports)
    if (owner?.startsWith('network:router_interface') ?? true)
      await connection
        .put('network', `/routers/${router}/remove_router_interface`, { port_id: id })
        .catch(unlessGone);
}

/** Somebody else may clean up at the same time. */
function unlessGone(error: unknown): void {
  if (!(error instanceof OpenStackError && error.status === 404)) throw error;
}

/** Cinder refuses to delete what is still being made, or is being deleted already. */
async function settle(run: ProbeRun, kind: string, path: string): Promise<void> {
  const key = { 'volume backup': 'backup', volume: 'volume' }[kind];
  if (key === undefined) return;
  const busy = /^(?:creating|backing-up|restoring|restoring-backup|downloading|deleting)$/;
  const isSettled = async (): Promise<true | undefined> => {
    try {
      const answer = await run.connection.get<Record<string, { status: string }>>('volume', path);
      return !busy.test(answer[key]?.status ?? '') || undefined;
    } catch (error) {
      if (error instanceof OpenStackError && error.status === 404) return true;
      throw error;
    }
  };
  await run.until(`waiting for ${kind} ${path}`, 300, isSettled, true);
}
