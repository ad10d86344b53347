import type { Flavor } from '@scs/standards';
import { ApiError, at, isBefore, listAnswer, microversionOf, ok, type Api, type Call } from './api.ts';
import type { Cloud } from './cloud-content.ts';
import { boot, consoleOf, serverBody } from './servers.ts';
import type { Thing } from './things.ts';

const faults: Record<number, string> = {
  400: 'badRequest',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'itemNotFound',
  409: 'conflictingRequest',
};

/** Nova v2.1: flavors, and servers that boot, print and go. */
export function nova(cloud: Cloud): Api {
  const { content, things } = cloud;
  const url = `${cloud.url}/compute/v2.1`;
  const limits = () => ({ min: '2.1', max: content.computeMicroversion });
  const isFrom = (call: Call, version: string) =>
    !isBefore(microversionOf(call, 'compute', limits()), version);

  const flavorOf = (id: string | null): Flavor => {
    const flavor = content.flavors.find((entry) => entry.id === id);
    if (!flavor) throw new ApiError(404, `Flavor ${id} could not be found.`);
    return flavor;
  };
  const serverOf = ({ params }: Call): Thing => {
    const server = things.find('server', params['id']!);
    if (!server) throw new ApiError(404, `Instance ${params['id']} could not be found.`);
    return server;
  };
  const servers = ({ query }: Call) =>
    things.list('server').filter(({ name }) => name.includes(query.get('name') ?? ''));
  const version = () => ({
    id: 'v2.1',
    status: 'CURRENT',
    version: content.computeMicroversion,
    min_version: '2.1',
    updated: '2013-07-23T11:33:21Z',
    links: [{ rel: 'self', href: `${url}/` }],
  });

  return {
    root: '/compute',
    open: {
      'GET /': () => ok({ versions: [version()] }),
      'GET /v2.1': () => ok({ version: version() }),
    },
    check: (call) => void microversionOf(call, 'compute', limits()),
    routes: {
      'GET /v2.1/flavors': (call) =>
        listAnswer(
          'flavors',
          content.flavors.map(({ id, name }) => ({ id, name })),
          call,
          { url: `${url}/flavors`, pageSize: content.pageSize },
        ),
      'GET /v2.1/flavors/detail': (call) =>
        listAnswer(
          'flavors',
          content.flavors.map((flavor) => flavorBody(flavor, isFrom(call, '2.61'))),
          call,
          { url: `${url}/flavors/detail`, pageSize: content.pageSize },
        ),
      'GET /v2.1/flavors/{id}': (call) =>
        ok({ flavor: flavorBody(flavorOf(call.params['id']!), isFrom(call, '2.61')) }),
      'GET /v2.1/flavors/{id}/os-extra_specs': ({ params }) =>
        ok({ extra_specs: flavorOf(params['id']!).extraSpecs }),
      'POST /v2.1/servers': ({ body }) => {
        const server = boot(cloud, at(body, 'server'));
        const links = [{ rel: 'self', href: `${url}/servers/${server.id}` }];
        return { status: 202, body: { server: { id: server.id, links, 'OS-DCF:diskConfig': 'MANUAL' } } };
      },
      'GET /v2.1/servers': (call) =>
        listAnswer(
          'servers',
          servers(call).map(({ id, name }) => ({ id, name })),
          call,
          { url: `${url}/servers`, pageSize: content.pageSize },
        ),
      'GET /v2.1/servers/detail': (call) =>
        listAnswer(
          'servers',
          servers(call).map((server) => serverBody(cloud, server)),
          call,
          { url: `${url}/servers/detail`, pageSize: content.pageSize },
        ),
      'GET /v2.1/servers/{id}': (call) => ok({ server: serverBody(cloud, serverOf(call)) }),
      'DELETE /v2.1/servers/{id}': (call) => {
        const server = serverOf(call);
        // First what hangs on it, so that whoever sees it gone sees all gone.
        for (const part of things.list())
          if (part.partOf === server.id) things.become(part, things.statusOf(part), null);
        things.become(server, things.statusOf(server), null);
        return { status: 204 };
      },
      'POST /v2.1/servers/{id}/action': (call) => {
        if (!('os-getConsoleOutput' in call.body))
          throw new ApiError(400, `There is no such action: ${Object.keys(call.body)[0] ?? 'none'}`);
        return ok({ output: consoleOf(cloud, serverOf(call)) });
      },
    },
    errorBody: ({ status, message }) => ({ [faults[status] ?? 'computeFault']: { code: status, message } }),
  };
}

function flavorBody({ id, name, vcpus, ram, disk, isPublic, extraSpecs }: Flavor, withSpecs: boolean) {
  return {
    id,
    name,
    vcpus,
    ram,
    disk,
    swap: 0,
    rxtx_factor: 1,
    'OS-FLV-EXT-DATA:ephemeral': 0,
    'OS-FLV-DISABLED:disabled': false,
    'os-flavor-access:is_public': isPublic,
    ...(withSpecs && { description: null, extra_specs: extraSpecs }),
  };
}
