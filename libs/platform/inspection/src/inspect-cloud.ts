import { connect, OpenStackError, type CloudConfig, type Connection } from '@scs/openstack';
import {
  SNAPSHOT_FORMAT,
  unfitToken,
  type CloudSnapshot,
  type DefaultSecurityGroupRule,
  type Flavor,
} from '@scs/standards';
import { capture, type Progress } from './capture.ts';
import { textMap, toDefaultRule, toFlavor, toImage, toVolumeType } from './cloud-objects.ts';

export interface CloudInspection {
  /** How the snapshot calls the cloud. */
  subject: string;
  /** Run the active probes too. They create things, and remove them in every case. */
  probes: boolean;
  now: () => Date;
  signal?: AbortSignal;
  onProgress?: (step: string, done: number, total: number) => void;
  /** For one request. Milliseconds. */
  timeoutMs?: number | undefined;
  /** Sent with every request, e.g. `traceparent`. */
  headers?: Record<string, string>;
}

/**
 * Reads a cloud in one pass, requests in parallel. What cannot be read becomes an input error; only a cloud to which one cannot sign in
 * throws {@link OpenStackError}. When the signal aborts, the probes clean up before this rejects with the signal's reason.
 */
export async function inspectCloud(config: CloudConfig, inspection: CloudInspection): Promise<CloudSnapshot> {
  const { subject, now, signal } = inspection;
  const begin = now();
  const progress = counter(inspection);
  const connection = await connect(config, {
    // Cleaning up needs a connection that outlives the signal.
    signal: inspection.probes ? undefined : signal,
    timeoutMs: inspection.timeoutMs,
    ...(inspection.headers && { headers: inspection.headers }),
  });
  try {
    const read = <T>(step: string, work: () => Promise<T>) => progress(step, () => capture(work, signal));
    const [flavors, images, volumeTypes, defaultSecurityGroupRules] = await Promise.all([
      read('reading flavors', () => readFlavors(connection)),
      read('reading images', () => readImages(connection)),
      read('reading volume types', () => readVolumeTypes(connection)),
      read('reading default security group rules', () => readDefaultRules(connection)),
    ]);
    const { roles, projectId, catalog } = connection.token;
    const snapshot: CloudSnapshot = {
      format: SNAPSHOT_FORMAT,
      kind: 'cloud',
      subject,
      takenAt: begin.toISOString(),
      requests: 0,
      durationMs: 0,
      cloud: {
        authUrl: config.authUrl,
        region: config.region,
        interface: config.interface,
        project: projectId,
      },
      token: { value: { roles, projectId, catalog } },
      flavors,
      images,
      volumeTypes,
      defaultSecurityGroupRules,
      probes: {},
    };
    // With the wrong roles nothing can be judged, so nothing need be created.
    if (inspection.probes && unfitToken(snapshot) === null) {
      const { runProbes } = await import('./probes.ts');
      snapshot.probes = await runProbes(connection, snapshot, { now, signal, progress });
    }
    signal?.throwIfAborted();
    return { ...snapshot, requests: connection.requests, durationMs: now().getTime() - begin.getTime() };
  } finally {
    connection.close();
  }
}

function counter({ onProgress }: CloudInspection): Progress {
  let [done, total] = [0, 0];
  return async (step, work) => {
    total++;
    onProgress?.(step, done, total);
    const result = await work();
    done++;
    onProgress?.(step, done, total);
    return result;
  };
}

/** Extra specs come with the list from microversion 2.61 on; an older Nova refuses it and is asked for each flavor. */
async function readFlavors(connection: Connection): Promise<Flavor[]> {
  const list = '/flavors/detail?is_public=None';
  const raw = await connection
    .pages<Record<string, unknown>>('compute', list, 'flavors', { microversion: 'compute 2.61' })
    .catch((error: unknown) => {
      if (error instanceof OpenStackError && error.status === 406)
        return connection.pages<Record<string, unknown>>('compute', list, 'flavors');
      throw error;
    });
  return Promise.all(
    raw.map(async (entry) => {
      const flavor = toFlavor(entry);
      if (entry['extra_specs'] !== undefined) return flavor;
      const answer = await connection.get<{ extra_specs?: unknown }>(
        'compute',
        `/flavors/${encodeURIComponent(flavor.id)}/os-extra_specs`,
      );
      return { ...flavor, extraSpecs: textMap(answer.extra_specs) };
    }),
  );
}

/** Hidden images are only listed when asked for, and then alone. One that is hidden meanwhile may be in both lists. */
async function readImages(connection: Connection) {
  const [visible, hidden] = await Promise.all(
    ['', '&os_hidden=true'].map(async (filter) =>
      (await connection.pages('image', `/images?member_status=all&limit=1000${filter}`, 'images')).map(
        toImage,
      ),
    ),
  );
  const seen = new Set(visible!.map(({ id }) => id));
  return [...visible!, ...hidden!.filter(({ id }) => !seen.has(id))];
}

async function readVolumeTypes(connection: Connection) {
  return (await connection.pages('volume', '/types', 'volume_types')).map(toVolumeType);
}

/** Null where Neutron does not know the API yet (before 2023.2). */
async function readDefaultRules(connection: Connection): Promise<DefaultSecurityGroupRule[] | null> {
  const path = '/default-security-group-rules';
  try {
    return (await connection.pages('network', path, 'default_security_group_rules')).map(toDefaultRule);
  } catch (error) {
    if (error instanceof OpenStackError && error.status === 404) return null;
    throw error;
  }
}
