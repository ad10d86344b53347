import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isInitialized } from '@scs/cluster-stacks';
import { DomainError, type Logger } from '@scs/service';
import type { Fleet, Seen } from '../fleet.ts';
import type { Tenants } from '../tenant/tenant.ts';
import type { KubeconfigMaker } from './kubeconfig-maker.ts';

export interface ExportParts {
  folder: string;
  fleet: Fleet;
  maker: KubeconfigMaker;
  tenants: Tenants;
  logger: Logger;
  clock: () => Date;
}

const hourMs = 3_600_000;
const lifetimeMs = 24 * hourMs;
const renewAfterMs = 12 * hourMs;
const lookAgainMs = 15_000;
const user = 'certification';
/** First line of the files that are ours: others in the folder belong to people. */
const mark = '# Written by cluster-lifecycle, which renews and removes it.\n';

/**
 * Keeps a kubeconfig of each cluster in a folder, to look only, named `<tenant>.<cluster>`: for certification, which reads them there. Files of
 * other people are left alone.
 */
export async function exportKubeconfigs({ folder, fleet, maker, tenants, logger, clock }: ExportParts) {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  /** File name → cluster that it was written for, and when. */
  const written = new Map<string, { uid: string; at: number }>();
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let working: Promise<void> = Promise.resolve();

  const fileOf = ({ cluster }: Seen): string | undefined => {
    const tenant = tenants.tenantOf(cluster.metadata.namespace ?? '');
    return tenant === undefined ? undefined : `${tenant}.${cluster.metadata.name}`;
  };

  async function write(file: string, { cluster }: Seen): Promise<void> {
    const now = clock().getTime();
    const { uid = '' } = cluster.metadata;
    const last = written.get(file);
    if (last?.uid === uid && now - last.at < renewAfterMs) return;
    if (await isForeign(join(folder, file))) return;
    const { kubeconfig } = await maker.make(cluster, 'view', lifetimeMs, user);
    const part = join(folder, `.${file}.part`);
    await writeFile(part, mark + kubeconfig, { mode: 0o600 });
    await rename(part, join(folder, file));
    written.set(file, { uid, at: now });
  }

  async function removeOld(wanted: ReadonlySet<string>): Promise<void> {
    if (!fleet.complete) return;
    for (const file of await readdir(folder)) {
      if (wanted.has(file) || file.startsWith('.')) continue;
      if (await isForeign(join(folder, file))) continue;
      await rm(join(folder, file), { force: true });
      written.delete(file);
    }
  }

  async function work(): Promise<void> {
    const wanted = new Set<string>();
    for (const seen of fleet.clusters) {
      const file = fileOf(seen);
      if (file === undefined || !isInitialized(seen.facts) || seen.cluster.metadata.deletionTimestamp)
        continue;
      wanted.add(file);
      await write(file, seen).catch((error: unknown) => {
        const expected = error instanceof DomainError;
        const what = { cluster: file, ...(expected ? { reason: error.message } : { err: error }) };
        logger[expected ? 'debug' : 'warn'](what, 'the kubeconfig is written later');
      });
    }
    await removeOld(wanted);
  }

  const soon = (ms: number): void => {
    if (stopped) return;
    timer ??= setTimeout(() => {
      timer = undefined;
      working = working
        .then(work)
        .catch((error: unknown) => logger.warn({ err: error }, 'kubeconfigs are looked at again later'))
        .then(() => soon(lookAgainMs));
    }, ms);
  };
  const hurry = (): void => {
    clearTimeout(timer);
    timer = undefined;
    soon(200);
  };
  const forget = fleet.listen({
    seen: (now, before) => {
      if (!before || isInitialized(now.facts) !== isInitialized(before.facts)) hurry();
    },
    gone: hurry,
  });
  soon(200);
  return {
    async close() {
      stopped = true;
      forget();
      clearTimeout(timer);
      await working;
    },
  };
}

/** Somebody else's file; what is not there is nobody's. */
async function isForeign(path: string): Promise<boolean> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  return text !== undefined && !text.startsWith(mark);
}
