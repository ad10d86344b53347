import {
  ApiError,
  at,
  listAnswer,
  ok,
  textAt,
  type Api,
  type Call,
  type Fields,
  type Handler,
} from './api.ts';
import type { Cloud } from './cloud-content.ts';
import { networkCollections, notFound, type Collection } from './network-collections.ts';
import { attachPort, hasAddressOn, isInterface, portsWith } from './ports.ts';
import { defaultRuleBody, ruleBodies } from './security-groups.ts';
import type { Kind, Thing } from './things.ts';

/** Neutron v2: default rules, and networks that do not go while something is on them. */
export function neutron(cloud: Cloud): Api {
  const { content } = cloud;
  const url = `${cloud.url}/network`;
  return {
    root: '/network',
    open: {
      'GET /': () =>
        ok({ versions: [{ id: 'v2.0', status: 'CURRENT', links: [{ rel: 'self', href: `${url}/v2.0/` }] }] }),
    },
    routes: {
      'GET /v2.0/default-security-group-rules': (call) => {
        const rules = content.defaultSecurityGroupRules;
        if (rules === null) throw new ApiError(404, 'The resource could not be found.', 'HTTPNotFound');
        return listAnswer('default_security_group_rules', rules.map(defaultRuleBody), call, {
          url: `${url}/v2.0/default-security-group-rules`,
          pageSize: content.pageSize,
        });
      },
      'PUT /v2.0/routers/{id}/add_router_interface': (call) => addInterface(cloud, call),
      'PUT /v2.0/routers/{id}/remove_router_interface': (call) => removeInterface(cloud, call),
      ...Object.fromEntries(
        networkCollections(cloud).flatMap((collection) => Object.entries(routesOf(cloud, collection))),
      ),
    },
    errorBody: ({ message, type }) => ({ NeutronError: { type, message, detail: '' } }),
  };
}

function routesOf(
  cloud: Cloud,
  { path, kind, key, title, given = () => [], make, users = () => [] }: Collection,
): Record<string, Handler> {
  const { things, content } = cloud;
  return {
    [`GET /v2.0/${path}`]: (call) => {
      const all = [...given(), ...things.list(kind).map((thing) => bodyOf(cloud, thing))];
      return listAnswer(
        path.replace('-', '_'),
        all.filter((item) => matches(item, call)),
        call,
        { url: `${cloud.url}/network/v2.0/${path}`, pageSize: content.pageSize },
      );
    },
    [`POST /v2.0/${path}`]: ({ body }) => {
      const wish = (at(body, key) ?? {}) as Fields;
      const thing = things.add(kind, textAt(wish, 'name') ?? '', make(wish), 'ACTIVE');
      return { status: 201, body: { [key]: bodyOf(cloud, thing) } };
    },
    [`GET /v2.0/${path}/{id}`]: ({ params }) => {
      const fixed = given().find(({ id }) => id === params['id']);
      return ok({ [key]: fixed ?? bodyOf(cloud, find(cloud, kind, title, params['id'])) });
    },
    [`DELETE /v2.0/${path}/{id}`]: ({ params }) => {
      const thing = find(cloud, kind, title, params['id']);
      if (users(thing.id).length > 0)
        throw new ApiError(409, `${title} ${thing.id} is in use: it still has ports.`, `${title}InUse`);
      // A network takes its subnets with it.
      for (const subnet of things.list('subnet'))
        if (subnet.fields['network_id'] === thing.id) things.become(subnet, null);
      things.become(thing, null);
      return { status: 204 };
    },
  };
}

function find({ things }: Cloud, kind: Kind, title: string, id: string | null | undefined): Thing {
  const thing = things.find(kind, id ?? '');
  if (!thing) throw notFound(title, id ?? '');
  return thing;
}

function bodyOf(cloud: Cloud, thing: Thing): Fields & { id: string } {
  const { things, project } = cloud;
  const subnets = things.list('subnet').filter(({ fields }) => fields['network_id'] === thing.id);
  return {
    ...thing.fields,
    id: thing.id,
    name: thing.name,
    status: things.statusOf(thing),
    tenant_id: project.id,
    project_id: project.id,
    created_at: thing.createdAt.toISOString(),
    ...(thing.kind === 'network' && { subnets: subnets.map(({ id }) => id) }),
    ...(thing.kind === 'security group' && {
      security_group_rules: ruleBodies(cloud, thing.id, 'usedInNonDefaultSg'),
    }),
  };
}

/** Every parameter that does not steer the list is a filter. */
const matches = (item: Fields, { query }: Call): boolean =>
  [...query].every(
    ([key, value]) =>
      ['limit', 'marker', 'fields', 'page_reverse', 'sort_key', 'sort_dir'].includes(key) ||
      String(item[key]).toLowerCase() === value.toLowerCase(),
  );

function addInterface(cloud: Cloud, { params, body }: Call) {
  const router = find(cloud, 'router', 'Router', params['id']);
  const subnet = find(cloud, 'subnet', 'Subnet', textAt(body, 'subnet_id'));
  if (portsWith(cloud, hasAddressOn(subnet.id)).some(({ fields }) => isInterface(fields)))
    throw new ApiError(400, `Router already has a port on subnet ${subnet.id}`, 'BadRequest');
  const port = attachPort(cloud, String(subnet.fields['network_id']), {
    device: router.id,
    owner: 'network:router_interface',
    address: textAt(subnet.fields, 'gateway_ip') ?? undefined,
  });
  return ok({ id: router.id, tenant_id: cloud.project.id, port_id: port.id, subnet_id: subnet.id });
}

function removeInterface(cloud: Cloud, { params, body }: Call) {
  const router = find(cloud, 'router', 'Router', params['id']);
  const [subnet, wanted] = [textAt(body, 'subnet_id'), textAt(body, 'port_id')];
  const port = portsWith(cloud, (fields) => fields['device_id'] === router.id).find(
    ({ id, fields }) => id === wanted || (subnet !== null && hasAddressOn(subnet)(fields)),
  );
  if (!port) throw notFound('RouterInterface', subnet ?? wanted ?? '');
  cloud.things.become(port, null);
  return ok({ id: router.id, tenant_id: cloud.project.id, port_id: port.id, subnet_id: subnet });
}
