import { ApiError, textAt, type Fields } from './api.ts';
import { uuidOf, type Cloud } from './cloud-content.ts';
import { hasAddressOn, isInterface, portsWith } from './ports.ts';
import { defaultGroup } from './security-groups.ts';
import type { Kind, Thing } from './things.ts';

/** One collection of Neutron: how its members are called and made, and what keeps them. */
export interface Collection {
  path: string;
  kind: Kind;
  /** Around one of them in bodies. */
  key: string;
  /** In names of errors. */
  title: string;
  /** Members that nobody made. */
  given?: () => (Fields & { id: string })[];
  /** Fields of a new one; throws for what cannot be. */
  make: (wish: Fields) => Fields;
  /** Ports because of which one cannot go. */
  users?: (id: string) => Thing[];
}

export const notFound = (title: string, id: string) =>
  new ApiError(404, `${title} ${id} could not be found.`, `${title}NotFound`);

export function networkCollections(cloud: Cloud): Collection[] {
  const external = () => cloud.content.externalNetworks.map(externalNetwork);
  return [
    {
      path: 'networks',
      kind: 'network',
      key: 'network',
      title: 'Network',
      given: external,
      make: (wish) => ({ admin_state_up: true, shared: false, mtu: 1442, ...wish, 'router:external': false }),
      users: (id) => portsWith(cloud, (fields) => fields['network_id'] === id),
    },
    {
      path: 'subnets',
      kind: 'subnet',
      key: 'subnet',
      title: 'Subnet',
      make: (wish) => {
        const network = String(wish['network_id']);
        if (!cloud.things.find('network', network)) throw notFound('Network', network);
        const [, net, first] = /^(\d+\.\d+\.\d+\.)(\d+)\/\d+$/.exec(String(wish['cidr'])) ?? [];
        if (net === undefined) throw new ApiError(400, 'Invalid input for cidr.', 'HTTPBadRequest');
        return { ip_version: 4, enable_dhcp: true, gateway_ip: `${net}${Number(first) + 1}`, ...wish };
      },
      users: (id) => portsWith(cloud, hasAddressOn(id)),
    },
    {
      path: 'routers',
      kind: 'router',
      key: 'router',
      title: 'Router',
      make: (wish) => {
        const gateway = textAt(wish, 'external_gateway_info', 'network_id');
        if (gateway === null || external().some(({ id }) => id === gateway))
          return { admin_state_up: true, ...wish };
        const message = `Bad router request: Network ${gateway} is not an external network.`;
        throw new ApiError(400, message, 'BadRequest');
      },
      users: (id) => portsWith(cloud, (fields) => fields['device_id'] === id),
    },
    {
      path: 'ports',
      kind: 'port',
      key: 'port',
      title: 'Port',
      make: () => {
        throw new ApiError(
          403,
          'The sandbox makes ports for servers and routers alone.',
          'PolicyNotAuthorized',
        );
      },
      users: (id) => portsWith(cloud, isInterface).filter((port) => port.id === id),
    },
    {
      path: 'security-groups',
      kind: 'security group',
      key: 'security_group',
      title: 'SecurityGroup',
      given: () => [defaultGroup(cloud)],
      make: (wish) => ({ description: '', ...wish }),
    },
  ];
}

const externalNetwork = (name: string) => ({
  id: uuidOf(`network ${name}`),
  name,
  status: 'ACTIVE',
  subnets: [],
  shared: false,
  admin_state_up: true,
  'router:external': true,
});
