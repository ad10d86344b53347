import { judge } from './judge.ts';
import { SNAPSHOT_FORMAT, type CloudSnapshot, type Flavor, type Image } from './snapshot.ts';

/** Builders with defaults that pass. For specs alone. */
export const now = new Date('2026-11-24T12:00:00Z');

export const anImage = (
  values: Partial<Image> = {},
  properties: Record<string, string | undefined> = {},
): Image => ({
  id: 'image-1',
  name: 'Debian 13',
  visibility: 'public',
  hidden: false,
  status: 'active',
  size: 2 ** 31,
  minDisk: 8,
  minRam: 512,
  createdAt: '2026-11-20T12:00:00Z',
  ...values,
  properties: Object.fromEntries(
    Object.entries({
      architecture: 'x86_64',
      os_hash_algo: 'sha512',
      hw_disk_bus: 'scsi',
      os_distro: 'debian',
      os_version: '13',
      os_purpose: 'generic',
      image_build_date: '2026-11-20',
      image_original_user: 'debian',
      image_source: 'https://cloud.debian.org/images/cloud/trixie/latest/x.qcow2',
      image_description: 'https://example.org',
      replace_frequency: 'monthly',
      provided_until: 'none',
      uuid_validity: 'last-3',
      ...properties,
    }).filter((entry): entry is [string, string] => entry[1] !== undefined),
  ),
});

export const aFlavor = (values: Partial<Flavor> = {}): Flavor => ({
  id: 'flavor-1',
  name: 'SCS-1V-4',
  vcpus: 1,
  ram: 4096,
  disk: 0,
  isPublic: true,
  extraSpecs: { 'scs:cpu-type': 'shared-core', 'scs:name-v1': 'SCS-1V:4', 'scs:name-v2': 'SCS-1V-4' },
  ...values,
});

export const aCloud = (values: Partial<CloudSnapshot> = {}): CloudSnapshot => ({
  format: SNAPSHOT_FORMAT,
  kind: 'cloud',
  subject: 'a-cloud',
  takenAt: now.toISOString(),
  requests: 1,
  durationMs: 1,
  cloud: { authUrl: 'https://example.org/v3', region: null, interface: 'public', project: 'p' },
  token: { value: { roles: ['member'], projectId: 'p', catalog: [{ type: 'compute', endpoints: [] }] } },
  flavors: { value: [] },
  images: { value: [] },
  volumeTypes: { value: [] },
  defaultSecurityGroupRules: { value: [] },
  probes: {},
  ...values,
});

export const withImages = (...images: Image[]) => aCloud({ images: { value: images } });
export const withFlavors = (...flavors: Flavor[]) => aCloud({ flavors: { value: flavors } });
/** What one test case says of a snapshot. */
export const one = (testcase: string, snapshot: CloudSnapshot) =>
  judge([testcase], snapshot, now).get(testcase)!;
