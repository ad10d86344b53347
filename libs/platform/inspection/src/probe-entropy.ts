import { OpenStackError } from '@scs/openstack';
import {
  chooseProbeFlavor,
  chooseProbeImage,
  type Flavor,
  type Image,
  type ProbeEvidence,
} from '@scs/standards';
import type { ProbeRun } from './probe-run.ts';

type Evidence = Extract<NonNullable<ProbeEvidence['entropy']>, { value: unknown }>['value'];
const marker = '_scs-test-';

/** Prints each line of a section with the section's name, so that other console output cannot get between. */
const userData = `#cloud-config
packages: [rng-tools5]
bootcmd:
  - systemctl mask serial-getty@ttyS0.service
write_files:
  - path: /run/scs-probe
    permissions: "0755"
    content: |
      #!/bin/sh
      say() { name=$1; shift; "$@" 2>&1 | sed "s/^/${marker}$name: /"; }
      say entropy-avail cat /proc/sys/kernel/random/entropy_avail
      say fips-test sh -c 'rngtest -c 1000 </dev/random'
      say rngd systemctl status rngd
      say virtio-rng cat /sys/devices/virtual/misc/hw_random/rng_available
      echo ${marker}end
runcmd:
  - [sh, -c, "/run/scs-probe >/dev/console 2>&1"]
`;

/** scs-0101: starts a server on a network of its own, without a public address, and reads what it prints. */
export async function probeEntropy(run: ProbeRun, flavors: Flavor[], images: Image[]): Promise<Evidence> {
  const { connection } = run;
  const image = chooseProbeImage(images);
  if (!image) throw new OpenStackError('failed', 'there is no public image to start a test server from');
  const flavor = chooseProbeFlavor(flavors, image);
  if (!flavor)
    throw new OpenStackError(
      'failed',
      `no flavor has the ${image.minRam} MiB of RAM that image ${image.name} needs`,
    );

  const network = await makeNetwork(run);
  run.checkAborted();
  const server = await run.create('compute', '/servers', 'server', {
    name: run.name('server'),
    flavorRef: flavor.id,
    networks: [{ uuid: network }],
    user_data: Buffer.from(userData).toString('base64'),
    block_device_mapping_v2: [
      {
        boot_index: 0,
        uuid: image.id,
        source_type: 'image',
        destination_type: 'volume',
        // The property is sometimes wrong, and no server boots from less.
        volume_size: Math.max(image.minDisk, 8),
        delete_on_termination: true,
      },
    ],
  });
  const path = `/servers/${server.id}`;
  run.onCleanup(() => run.remove('compute', path, 300));
  await run.until('starting a test server', 500, async () => {
    const { server: state } = await connection.get<{
      server: { status: string; fault?: { message?: string } };
    }>('compute', path);
    if (state.status === 'ERROR')
      throw new OpenStackError(
        'failed',
        `the test server could not be started: ${state.fault?.message ?? 'no reason given'}`,
      );
    return state.status === 'ACTIVE' || undefined;
  });
  const output = await run.until('the test server’s output', 300, async () => {
    const body = { 'os-getConsoleOutput': {} };
    const { output: text } = await connection.post<{ output: string }>('compute', `${path}/action`, body, {
      repeatable: true,
    });
    if (text.includes('Failed to run module scripts-user'))
      throw new OpenStackError('failed', 'cloud-init failed on the test server');
    return text.includes(`${marker}end`) ? text : undefined;
  });
  return { image: image.name ?? image.id, flavor: flavor.name, sections: consoleSections(output) };
}

async function makeNetwork(run: ProbeRun): Promise<string> {
  const { connection } = run;
  const external = await connection.pages<{ id: string }>(
    'network',
    '/networks?router%3Aexternal=True',
    'networks',
  );
  const [gateway] = external;
  if (!gateway) throw new OpenStackError('failed', 'there is no external network for the test server');
  const network = await run.create('network', '/networks', 'network', { name: run.name('network') });
  run.onCleanup(() => run.remove('network', `/networks/${network.id}`));
  const subnet = await run.create('network', '/subnets', 'subnet', {
    name: run.name('subnet'),
    network_id: network.id,
    ip_version: 4,
    cidr: '10.1.0.0/24',
    gateway_ip: '10.1.0.1',
    enable_dhcp: true,
    allocation_pools: [{ start: '10.1.0.100', end: '10.1.0.199' }],
    dns_nameservers: ['9.9.9.9'],
  });
  run.onCleanup(() => run.remove('network', `/subnets/${subnet.id}`));
  const router = await run.create('network', '/routers', 'router', {
    name: run.name('router'),
    external_gateway_info: { network_id: gateway.id },
  });
  run.onCleanup(() => run.remove('network', `/routers/${router.id}`));
  await connection.put('network', `/routers/${router.id}/add_router_interface`, { subnet_id: subnet.id });
  run.onCleanup(async () => {
    await connection.put('network', `/routers/${router.id}/remove_router_interface`, {
      subnet_id: subnet.id,
    });
  });
  return network.id;
}

/** Lines that carry a section's marker, without it, by section. */
export function consoleSections(output: string): Record<string, string[]> {
  const sections: Record<string, string[]> = {};
  for (const line of output.split('\n')) {
    const match = /_scs-test-([a-z-]+):(?: (.*))?$/.exec(line.trimEnd());
    if (match) (sections[match[1]!] ??= []).push(match[2] ?? '');
  }
  return sections;
}
