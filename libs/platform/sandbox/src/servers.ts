import type { Flavor } from '@scs/standards';
import { ApiError, at, textAt } from './api.ts';
import { bootVolume } from './cinder.ts';
import type { Cloud } from './cloud-content.ts';
import { attachPort } from './ports.ts';
import type { Thing } from './things.ts';

/** A server with the ports and the volume that it asks for. It takes a step to build. */
export function boot(cloud: Cloud, wish: unknown): Thing {
  const { content, things } = cloud;
  const flavorRef = textAt(wish, 'flavorRef');
  const flavor = content.flavors.find(({ id }) => id === flavorRef);
  if (!flavor) throw new ApiError(400, `Flavor ${flavorRef} could not be found.`);
  const disk = at(wish, 'block_device_mapping_v2', '0');
  // Empty where the server boots from a volume.
  const imageId = textAt(wish, 'imageRef') || textAt(disk, 'uuid');
  const image = content.images.find(({ id }) => id === imageId);
  if (!image) throw new ApiError(400, `Can not find requested image ${imageId}`);
  if (flavor.ram < image.minRam) throw new ApiError(400, "Flavor's memory is too small for requested image.");
  const size = disk ? Number(at(disk, 'volume_size')) : flavor.disk;
  if (disk && !(size >= image.minDisk))
    throw new ApiError(400, 'Volume is smaller than the minimum size specified in image metadata.');
  const networks = at(wish, 'networks');
  const networkIds = Array.isArray(networks) ? networks.map((entry) => textAt(entry, 'uuid')) : [];
  const missing = networkIds.find((id) => !things.find('network', id ?? ''));
  if (missing !== undefined) throw new ApiError(400, `Network ${missing} could not be found.`);

  const fields = {
    flavor,
    imageId,
    fromVolume: disk !== undefined,
    userData: Buffer.from(textAt(wish, 'user_data') ?? '', 'base64').toString('utf8'),
  };
  const server = things.add('server', textAt(wish, 'name') ?? '', fields, 'BUILD', 'ACTIVE');
  const ports = networkIds.map((id) => attachPort(cloud, id!, { device: server.id, owner: 'compute:nova' }));
  for (const part of [...ports, ...(disk ? [bootVolume(cloud, server.id, size)] : [])])
    part.partOf = server.id;
  return server;
}

export function serverBody({ things, content, project, user }: Cloud, server: Thing) {
  const { id, name, createdAt, fields } = server;
  const status = things.statusOf(server);
  const flavor = fields['flavor'] as Flavor;
  const addresses: Record<string, unknown[]> = {};
  for (const port of things.list('port').filter((entry) => entry.fields['device_id'] === id)) {
    const network = things.find('network', String(port.fields['network_id']));
    for (const { ip_address: addr } of port.fields['fixed_ips'] as { ip_address: string }[])
      (addresses[network?.name ?? ''] ??= []).push({ version: 4, addr, 'OS-EXT-IPS:type': 'fixed' });
  }
  return {
    id,
    name,
    status,
    tenant_id: project.id,
    user_id: user.id,
    created: createdAt.toISOString().replace(/\.\d+Z$/, 'Z'),
    updated: createdAt.toISOString().replace(/\.\d+Z$/, 'Z'),
    image: fields['fromVolume'] ? '' : { id: fields['imageId'] },
    flavor: {
      id: flavor.id,
      original_name: flavor.name,
      vcpus: flavor.vcpus,
      ram: flavor.ram,
      disk: flavor.disk,
      extra_specs: content.flavors.find((entry) => entry.id === flavor.id)?.extraSpecs ?? {},
    },
    addresses: status === 'BUILD' ? {} : addresses,
    metadata: {},
    'OS-EXT-STS:vm_state': status === 'BUILD' ? 'building' : 'active',
    'OS-EXT-STS:power_state': status === 'BUILD' ? 0 : 1,
    'OS-EXT-AZ:availability_zone': 'nova',
  };
}

/** User data that speaks of it wants its lines marked so. */
const marker = '_scs-test-';

/** What a server prints: nothing at first, then the kernel, a few steps later what its user data asked for. */
export function consoleOf({ things, content: { entropy } }: Cloud, server: Thing): string {
  const steps = things.stepsOf(server);
  if (steps < 2) return '';
  const kernel = [
    '[    0.000000] Linux version 6.12.48+deb13-cloud-amd64',
    '[    1.204113] random: crng init done',
  ];
  if (steps < 4 || !String(server.fields['userData']).includes(marker)) return `${kernel.join('\n')}\n`;
  const { available, fipsFailures } = entropy;
  const said = [
    `entropy-avail: ${available}`,
    'fips-test: rngtest 5',
    'fips-test: rngtest: starting FIPS tests...',
    'fips-test: rngtest: bits received from input: 20000032',
    `fips-test: rngtest: FIPS 140-2 successes: ${1000 - fipsFailures}`,
    `fips-test: rngtest: FIPS 140-2 failures: ${fipsFailures}`,
    'rngd: Active: active (running)',
    'virtio-rng: virtio_rng.0',
    'end',
  ].map((line, index) => `[   ${20 + index}.100000] cloud-init[513]: ${marker}${line}`);
  return `${[...kernel, ...said].join('\n')}\n`;
}
