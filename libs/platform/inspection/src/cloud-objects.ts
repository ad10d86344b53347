import { OpenStackError } from '@scs/openstack';
import type { DefaultSecurityGroupRule, Flavor, Image, VolumeType } from '@scs/standards';

/** Raw objects of the OpenStack APIs into the snapshot's shape. What does not look like one is `malformed`. */
type Raw = Record<string, unknown>;

const asRaw = (value: unknown, what: string): Raw => {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Raw;
  throw new OpenStackError('malformed', `the API lists ${what} that is no object; look into the service`);
};

function text(raw: Raw, key: string, what: string): string {
  const value = raw[key];
  if (typeof value === 'string') return value;
  throw new OpenStackError('malformed', `the API lists ${what} without ${key}; look into the service`);
}

function whole(raw: Raw, key: string, what: string): number {
  const value = raw[key];
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new OpenStackError('malformed', `the API lists ${what} without ${key}; look into the service`);
}

const nullable = (value: unknown): string | null => (typeof value === 'string' ? value : null);

export function textMap(value: unknown): Record<string, string> {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return Object.fromEntries(entries.map(([key, item]) => [key, String(item)]));
}

export function toFlavor(value: unknown): Flavor {
  const raw = asRaw(value, 'a flavor');
  return {
    id: text(raw, 'id', 'a flavor'),
    // From microversion 2.47 on servers embed `original_name`; lists of flavors always have `name`.
    name: text(raw, 'name', 'a flavor'),
    vcpus: whole(raw, 'vcpus', 'a flavor'),
    ram: whole(raw, 'ram', 'a flavor'),
    disk: whole(raw, 'disk', 'a flavor'),
    isPublic: raw['os-flavor-access:is_public'] !== false,
    extraSpecs: textMap(raw['extra_specs']),
  };
}

/** Members of an image that are no properties; the rest is. */
const imageFields = new Set([
  'id',
  'name',
  'visibility',
  'os_hidden',
  'status',
  'size',
  'virtual_size',
  'min_disk',
  'min_ram',
  'created_at',
  'updated_at',
  'file',
  'self',
  'schema',
  'locations',
  'direct_url',
  'tags',
]);

const isPlain = (value: unknown): value is string | number | boolean =>
  ['string', 'number', 'boolean'].includes(typeof value);

export function toImage(value: unknown): Image {
  const raw = asRaw(value, 'an image');
  return {
    id: text(raw, 'id', 'an image'),
    name: nullable(raw['name']),
    visibility: text(raw, 'visibility', 'an image'),
    hidden: raw['os_hidden'] === true,
    status: nullable(raw['status']) ?? 'unknown',
    size: typeof raw['size'] === 'number' ? raw['size'] : null,
    minDisk: typeof raw['min_disk'] === 'number' ? raw['min_disk'] : 0,
    minRam: typeof raw['min_ram'] === 'number' ? raw['min_ram'] : 0,
    createdAt: nullable(raw['created_at']) ?? '',
    properties: Object.fromEntries(
      Object.entries(raw).flatMap(([key, item]): [string, string][] =>
        imageFields.has(key) || !isPlain(item) ? [] : [[key, String(item)]],
      ),
    ),
  };
}

export function toVolumeType(value: unknown): VolumeType {
  const raw = asRaw(value, 'a volume type');
  return {
    id: text(raw, 'id', 'a volume type'),
    name: text(raw, 'name', 'a volume type'),
    description: nullable(raw['description']),
  };
}

/** What default rules and rules of a group have in common. */
export function toRule(value: unknown) {
  const raw = asRaw(value, 'a security group rule');
  return {
    id: nullable(raw['id']) ?? '',
    direction: text(raw, 'direction', 'a security group rule'),
    ethertype: nullable(raw['ethertype']) ?? '',
    remoteGroupId: nullable(raw['remote_group_id']),
    remoteIpPrefix: nullable(raw['remote_ip_prefix']),
  };
}

export function toDefaultRule(value: unknown): DefaultSecurityGroupRule {
  const raw = asRaw(value, 'a default security group rule');
  return {
    ...toRule(raw),
    usedInDefaultSg: raw['used_in_default_sg'] === true,
    usedInNonDefaultSg: raw['used_in_non_default_sg'] === true,
  };
}
