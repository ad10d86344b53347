import { textAt, type Fields } from './api.ts';
import type { Cloud } from './cloud-content.ts';
import type { Thing } from './things.ts';

export const portsWith = ({ things }: Cloud, fits: (fields: Fields) => boolean): Thing[] =>
  things.list('port').filter(({ fields }) => fits(fields));

/** Ports that tie a router to a subnet. */
export const isInterface = ({ device_owner: owner }: Fields): boolean => owner === 'network:router_interface';

export const hasAddressOn =
  (subnet: string) =>
  (fields: Fields): boolean =>
    textAt(fields, 'fixed_ips', '0', 'subnet_id') === subnet;

/** A port on the first subnet of a network, with the next free address unless one is given. */
export function attachPort(
  cloud: Cloud,
  network: string,
  { device, owner, address }: { device: string; owner: string; address?: string | undefined },
): Thing {
  const subnet = cloud.things.list('subnet').find(({ fields }) => fields['network_id'] === network);
  const neighbours = portsWith(cloud, (fields) => fields['network_id'] === network).length;
  const start =
    textAt(subnet?.fields, 'allocation_pools', '0', 'start') ??
    String(subnet?.fields['cidr']).replace(/(\d+)\/\d+$/, (_, first: string) => String(Number(first) + 10));
  const free = start.replace(/\d+$/, (last) => String(Number(last) + neighbours));
  const fields = {
    network_id: network,
    device_id: device,
    device_owner: owner,
    fixed_ips: subnet ? [{ subnet_id: subnet.id, ip_address: address ?? free }] : [],
  };
  return cloud.things.add('port', '', fields, 'ACTIVE');
}
