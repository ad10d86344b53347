import { OpenStackError, type Connection } from '@scs/openstack';
import type { CloudSnapshot, Input, ProbeEvidence } from '@scs/standards';
import aws4 from 'aws4';
import { capture, type Progress } from './capture.ts';
import { toRule } from './cloud-objects.ts';
import { removeByName } from './probe-cleanup.ts';
import { probeEntropy } from './probe-entropy.ts';
import { ProbeRun } from './probe-run.ts';

interface ProbeOptions {
  now: () => Date;
  signal: AbortSignal | undefined;
  progress: Progress;
}

type Value<K extends keyof ProbeEvidence> = Extract<
  NonNullable<ProbeEvidence[K]>,
  { value: unknown }
>['value'];

/** Runs all probes that the cloud calls for, side by side. Each cleans up after itself. */
export async function runProbes(
  connection: Connection,
  snapshot: CloudSnapshot,
  { now, signal, progress }: ProbeOptions,
): Promise<ProbeEvidence> {
  const evidence: ProbeEvidence = {};
  const probe = async <K extends keyof ProbeEvidence>(
    key: K,
    step: string,
    work: (run: ProbeRun) => Promise<Value<K>>,
  ): Promise<void> => {
    const run = new ProbeRun(connection, now(), signal);
    const whole = async () => {
      try {
        return await capture(() => run.through(() => work(run)), signal);
      } finally {
        // As far as possible: `scs probes cleanup` finds what comes into being later.
        if (run.lostSomething) await removeByName(run, (name) => run.owns(name)).catch(() => undefined);
      }
    };
    // The value has the type of its key by the signature above.
    evidence[key] = (await progress(step, whole)) as ProbeEvidence[K];
  };
  const types = new Set(connection.token.catalog.map(({ type }) => type));
  const outcomes = await Promise.allSettled([
    probe('entropy', 'testing entropy in a server', (run) =>
      probeEntropy(run, valueOf(snapshot.flavors), valueOf(snapshot.images)),
    ),
    probe('volumeBackup', 'testing volume backup', probeVolumeBackup),
    ...(types.has('key-manager') ? [probe('keyManager', 'testing the key manager', probeKeyManager)] : []),
    ...(types.has('object-store')
      ? [probe('s3', 'testing S3', ({ connection: same }) => probeS3(same))]
      : []),
    ...(needsGroup(snapshot)
      ? [probe('securityGroup', 'testing a new security group', probeSecurityGroup)]
      : []),
  ]);
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
  return evidence;
}

function valueOf<T>(input: Input<T>): T {
  if ('error' in input) throw new OpenStackError(input.error.reason, input.error.message);
  return input.value;
}

const needsGroup = ({ defaultSecurityGroupRules: rules }: CloudSnapshot): boolean =>
  'value' in rules && rules.value === null;

/** scs-0117: creates a volume of 1 GB, backs it up and restores it. */
async function probeVolumeBackup(run: ProbeRun): Promise<Value<'volumeBackup'>> {
  const { connection } = run;
  const settled = (what: string, path: string, key: 'volume' | 'backup') =>
    run.until(what, 110, async () => {
      const answer = await connection.get<Record<string, { status: string; fail_reason?: string | null }>>(
        'volume',
        path,
      );
      const { status = 'unknown', fail_reason: reason } = answer[key] ?? {};
      if (status.startsWith('error'))
        throw new OpenStackError('failed', `it went into status ${status}${reason ? `: ${reason}` : ''}`);
      return status === 'available' || undefined;
    });
  const steps: Record<string, () => Promise<void>> = {
    'create volume': async () => {
      const volume = await run.create('volume', '/volumes', 'volume', { name: run.name('volume'), size: 1 });
      volumePath = `/volumes/${volume.id}`;
      run.onCleanup(() => run.remove('volume', volumePath));
      await settled('creating a volume', volumePath, 'volume');
    },
    'create backup': async () => {
      const body = { name: run.name('backup'), volume_id: volumePath.split('/').at(-1) };
      const backup = await run.create('volume', '/backups', 'backup', body);
      backupPath = `/backups/${backup.id}`;
      run.onCleanup(() => run.remove('volume', backupPath));
      await settled('creating a backup', backupPath, 'backup');
    },
    'restore backup': async () => {
      const answer = await run.post<{ restore?: { volume_id?: string } } | null>(
        'volume',
        `${backupPath}/restore`,
        { restore: { name: run.name('restored') } },
      );
      const id = answer?.restore?.volume_id;
      if (!id)
        throw new OpenStackError(
          'malformed',
          'the restore was answered without a volume; look into the service',
        );
      const path = `/volumes/${id}`;
      run.onCleanup(() => run.remove('volume', path));
      await settled('restoring a backup', path, 'volume');
    },
  };
  let [volumePath, backupPath] = ['', ''];
  for (const [step, work] of Object.entries(steps)) {
    try {
      await work();
    } catch (error) {
      run.checkAborted();
      if (!(error instanceof OpenStackError)) throw error;
      return { failure: { step, message: error.message } };
    }
  }
  return { failure: null };
}

/** scs-0116: creates a secret, looks for it in the list, deletes it. */
async function probeKeyManager(run: ProbeRun): Promise<Value<'keyManager'>> {
  const { connection } = run;
  const name = run.name('secret');
  const may = async <T>(work: () => Promise<T>): Promise<T | null> => {
    try {
      return await work();
    } catch (error) {
      if (error instanceof OpenStackError && error.status === 403) return null;
      throw error;
    }
  };
  const list = () => connection.get<{ secrets: { name: string }[] }>('key-manager', `/secrets?name=${name}`);
  if (!(await may(list))) return { forbidden: 'list', found: false };
  const secret = { name, secret_type: 'opaque', payload: 'foo', payload_content_type: 'text/plain' };
  const created = await may(() =>
    run
      .post<{ secret_ref?: string } | null>('key-manager', '/secrets', secret)
      .then((answer) => answer ?? {}),
  );
  if (!created) return { forbidden: 'create', found: false };
  if (!created.secret_ref)
    throw new OpenStackError(
      'malformed',
      'creating a secret was answered without its address; look into the service',
    );
  const path = `/secrets/${created.secret_ref.split('/').at(-1)}`;
  let deleted = false;
  run.onCleanup(async () => {
    if (!deleted) await connection.delete('key-manager', path);
  });
  const listed = await may(list);
  if (!listed) return { forbidden: 'list', found: false };
  deleted = (await may(() => connection.delete('key-manager', path).then(() => true))) ?? false;
  return { forbidden: deleted ? null : 'delete', found: listed.secrets.some((entry) => entry.name === name) };
}

/** scs-0123: asks S3 at the object store's host for its buckets, with a key that does not exist. */
async function probeS3(connection: Connection): Promise<Value<'s3'>> {
  const address = connection.endpoint('object-store');
  if (address === null || !URL.canParse(address))
    throw new OpenStackError(
      'not-found',
      'the catalogue has no address of the object store for this interface and region; check region_name and interface in clouds.yaml',
    );
  const { origin, host } = new URL(address);
  const madeUp = 'doesnotexist';
  const signed = aws4.sign(
    { service: 's3', region: 'us-east-1', method: 'GET', host, path: '/' },
    { accessKeyId: madeUp, secretAccessKey: madeUp },
  );
  const headers = Object.fromEntries(
    Object.entries(signed.headers ?? {}).map(([key, value]) => [key, String(value)]),
  );
  const answer = await connection.raw({ method: 'GET', url: `${origin}/`, headers });
  const body = answer.body.toString('utf8').trim();
  // A web page at the host's root is no list of buckets.
  const letIn = answer.status < 300 && (body === '' || /^<(?:\?xml|ListAllMyBucketsResult)\b/.test(body));
  const code = /<Code>([^<]+)<\/Code>/.exec(body)?.[1];
  return { endpoint: `${origin}/`, errorCode: letIn ? null : (code ?? `HTTP ${answer.status}`) };
}

/** scs-0115: makes a security group and sees what rules it came with. */
async function probeSecurityGroup(run: ProbeRun): Promise<Value<'securityGroup'>> {
  const group = await run.create('network', '/security-groups', 'security_group', {
    name: run.name('security-group'),
  });
  run.onCleanup(() => run.remove('network', `/security-groups/${group.id}`));
  const rules: unknown = group['security_group_rules'];
  return { rules: Array.isArray(rules) ? rules.map(toRule) : [] };
}
