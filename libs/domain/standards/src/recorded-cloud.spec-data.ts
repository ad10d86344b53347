import { chooseProbeFlavor, chooseProbeImage } from './check-entropy.ts';
import { SNAPSHOT_FORMAT, type CloudSnapshot, type Flavor, type Image } from './snapshot.ts';

/** A cloud state as the golden data records it: raw API objects, and how the probed services behave. */
export interface RecordedCloud {
  token_roles: string[];
  catalog_types: string[];
  flavors: {
    id: string;
    name: string;
    vcpus: number;
    ram: number;
    disk: number;
    extra_specs: Record<string, string>;
  }[];
  images: (Record<string, unknown> & { id: string; name: string })[];
  volume_types: { id: string; name: string; description: string | null }[];
  default_sg_rules: Record<string, unknown>[];
  default_sg_api: boolean;
  new_sg_rules: Record<string, unknown>[];
  console_lines: string[];
  barbican: string;
  backup: string;
  s3: string;
}

const ownFields = [
  'id',
  'name',
  'visibility',
  'os_hidden',
  'status',
  'size',
  'min_disk',
  'min_ram',
  'created_at',
];

function toImage(raw: RecordedCloud['images'][number]): Image {
  const properties = Object.entries(raw).filter(
    ([key, value]) => !ownFields.includes(key) && typeof value === 'string',
  );
  return {
    id: raw.id,
    name: raw.name,
    visibility: String(raw['visibility']),
    hidden: raw['os_hidden'] === true,
    status: String(raw['status']),
    size: (raw['size'] as number | null) ?? null,
    minDisk: Number(raw['min_disk'] ?? 0),
    minRam: Number(raw['min_ram'] ?? 0),
    createdAt: String(raw['created_at']),
    properties: Object.fromEntries(properties) as Record<string, string>,
  };
}

/** Makes the snapshot that a collector would take of a recorded cloud, probes included. For specs alone. */
export function snapshotOf(cloud: RecordedCloud): CloudSnapshot {
  const flavors: Flavor[] = cloud.flavors.map(({ extra_specs: extraSpecs, ...flavor }) => ({
    ...flavor,
    isPublic: true,
    extraSpecs,
  }));
  const images = cloud.images.map(toImage);
  const image = chooseProbeImage(images);
  const flavor = image && chooseProbeFlavor(flavors, image);
  const sections: Record<string, string[]> = {};
  for (const line of cloud.console_lines) {
    const match = /_scs-test-([\w-]+): (.*)$/.exec(line);
    if (match) (sections[match[1]!] ??= []).push(match[2]!);
  }
  const rule = (raw: Record<string, unknown>) => ({
    id: String(raw['id']),
    direction: String(raw['direction']),
    ethertype: String(raw['ethertype']),
    remoteGroupId: (raw['remote_group_id'] as string | null) ?? null,
    remoteIpPrefix: (raw['remote_ip_prefix'] as string | null) ?? null,
  });
  return {
    format: SNAPSHOT_FORMAT,
    kind: 'cloud',
    subject: 'recorded',
    takenAt: '2026-11-23T12:00:00Z',
    requests: 0,
    durationMs: 0,
    cloud: { authUrl: 'http://127.0.0.1/identity/v3', region: null, interface: 'public', project: 'p' },
    token: {
      value: {
        roles: cloud.token_roles,
        projectId: 'p',
        catalog: cloud.catalog_types.map((type) => ({ type, endpoints: [] })),
      },
    },
    flavors: { value: flavors },
    images: { value: images },
    volumeTypes: { value: cloud.volume_types },
    defaultSecurityGroupRules: {
      value: cloud.default_sg_api
        ? cloud.default_sg_rules.map((raw) => ({
            ...rule(raw),
            usedInDefaultSg: raw['used_in_default_sg'] === true,
            usedInNonDefaultSg: raw['used_in_non_default_sg'] === true,
          }))
        : null,
    },
    probes: {
      entropy:
        image && flavor
          ? { value: { image: image.name ?? '', flavor: flavor.name, sections } }
          : { error: { reason: 'failed', message: 'there is no image to start a test server from' } },
      volumeBackup: {
        value: { failure: cloud.backup === 'ok' ? null : { step: 'create backup', message: cloud.backup } },
      },
      keyManager: {
        value: { forbidden: cloud.barbican === 'forbidden' ? 'list' : null, found: cloud.barbican === 'ok' },
      },
      s3: { value: { endpoint: 'http://127.0.0.1/', errorCode: cloud.s3 } },
      securityGroup: { value: { rules: cloud.new_sg_rules.map(rule) } },
    },
  };
}
