import { ApiError, at, listAnswer, microversionOf, ok, textAt, type Api, type Call } from './api.ts';
import type { Cloud } from './cloud-content.ts';
import type { Kind, Thing } from './things.ts';

const faults: Record<number, string> = {
  400: 'badRequest',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'itemNotFound',
};
const versions = { min: '3.0', max: '3.71' };

/** Cinder v3: volume types, volumes, backups, and what comes back from them. */
export function cinder(cloud: Cloud): Api {
  const { content, things, project } = cloud;
  const url = `${cloud.url}/volume/v3/${project.id}`;
  const listed = (path: string) => ({ url: `${url}/${path}`, pageSize: content.pageSize });
  const of = (kind: Kind, { params }: Call, id = params['id']!): Thing => {
    const thing = things.find(kind, id);
    if (!thing)
      throw new ApiError(404, `${kind === 'volume' ? 'Volume' : 'Backup'} ${id} could not be found.`);
    return thing;
  };
  const needStatus = (thing: Thing, ...allowed: string[]): void => {
    const status = things.statusOf(thing);
    if (!allowed.includes(status))
      throw new ApiError(
        400,
        `Invalid ${thing.kind}: status must be ${allowed.join(' or ')}, it is ${status}.`,
      );
  };
  const bodyOf = (thing: Thing) => ({
    ...thing.fields,
    id: thing.id,
    name: thing.name,
    status: things.statusOf(thing),
    created_at: thing.createdAt.toISOString().replace('Z', '000'),
  });
  const all = (kind: Kind, { query }: Call) =>
    things
      .list(kind)
      .filter(({ name }) => !query.has('name') || name === query.get('name'))
      .map(bodyOf);
  const version = {
    id: 'v3.0',
    status: 'CURRENT',
    version: versions.max,
    min_version: versions.min,
    links: [{ rel: 'self', href: `${cloud.url}/volume/v3/` }],
  };

  return {
    root: '/volume',
    open: {
      'GET /': () => ({ status: 300, body: { versions: [version] } }),
      'GET /v3': () => ok({ versions: [version] }),
    },
    check: (call) => {
      microversionOf(call, 'volume', versions);
      if (call.path.split('/')[2] !== project.id) throw new ApiError(400, 'Malformed request url');
    },
    routes: {
      'GET /v3/{project}/types': (call) =>
        listAnswer(
          'volume_types',
          content.volumeTypes.map((type) => ({ ...type, is_public: true, extra_specs: {} })),
          call,
          listed('types'),
        ),
      'POST /v3/{project}/volumes': ({ body }) => {
        const wish = at(body, 'volume');
        const size = Number(at(wish, 'size'));
        if (!(size >= 1))
          throw new ApiError(400, `Invalid input for field size: ${String(at(wish, 'size'))}`);
        const volume = addVolume(cloud, textAt(wish, 'name') ?? '', size, 'creating', 'available');
        return { status: 202, body: { volume: bodyOf(volume) } };
      },
      'GET /v3/{project}/volumes': (call) =>
        listAnswer('volumes', all('volume', call), call, listed('volumes')),
      'GET /v3/{project}/volumes/detail': (call) =>
        listAnswer('volumes', all('volume', call), call, listed('volumes/detail')),
      'GET /v3/{project}/volumes/{id}': (call) => ok({ volume: bodyOf(of('volume', call)) }),
      'DELETE /v3/{project}/volumes/{id}': (call) => {
        const volume = of('volume', call);
        needStatus(volume, 'available', 'error');
        things.become(volume, 'deleting', null);
        return { status: 202 };
      },
      'POST /v3/{project}/backups': (call) => {
        const wish = at(call.body, 'backup');
        const volume = of('volume', call, textAt(wish, 'volume_id') ?? '');
        needStatus(volume, 'available');
        things.become(volume, 'backing-up', 'available');
        const fields = {
          volume_id: volume.id,
          size: volume.fields['size'],
          fail_reason: null,
          is_incremental: false,
        };
        const backup = things.add(
          'volume backup',
          textAt(wish, 'name') ?? '',
          fields,
          'creating',
          'available',
        );
        return { status: 202, body: { backup: { id: backup.id, name: backup.name } } };
      },
      'GET /v3/{project}/backups': (call) =>
        listAnswer('backups', all('volume backup', call), call, listed('backups')),
      'GET /v3/{project}/backups/detail': (call) =>
        listAnswer('backups', all('volume backup', call), call, listed('backups/detail')),
      'GET /v3/{project}/backups/{id}': (call) => ok({ backup: bodyOf(of('volume backup', call)) }),
      'POST /v3/{project}/backups/{id}/restore': (call) => {
        const backup = of('volume backup', call);
        needStatus(backup, 'available');
        things.become(backup, 'restoring', 'restoring', 'available');
        const name = textAt(call.body, 'restore', 'name') ?? `restore_backup_${backup.id}`;
        const size = Number(backup.fields['size']);
        const volume = addVolume(cloud, name, size, 'creating', 'restoring-backup', 'available');
        const restore = { backup_id: backup.id, volume_id: volume.id, volume_name: name };
        return { status: 202, body: { restore } };
      },
      'DELETE /v3/{project}/backups/{id}': (call) => {
        const backup = of('volume backup', call);
        needStatus(backup, 'available', 'error');
        things.become(backup, 'deleting', null);
        return { status: 202 };
      },
    },
    errorBody: ({ status, message }) => ({ [faults[status] ?? 'computeFault']: { code: status, message } }),
  };
}

const addVolume = (
  { things, content }: Cloud,
  name: string,
  size: number,
  ...statuses: Thing['statuses']
): Thing =>
  things.add(
    'volume',
    name,
    {
      size,
      volume_type: content.volumeTypes[0]?.name ?? null,
      attachments: [],
      bootable: 'false',
      metadata: {},
    },
    ...statuses,
  );

/** The volume that a server boots from. */
export function bootVolume(cloud: Cloud, server: string, size: number): Thing {
  const volume = addVolume(cloud, '', size, 'creating', 'in-use');
  Object.assign(volume.fields, {
    attachments: [{ server_id: server, volume_id: volume.id, device: '/dev/vda' }],
    bootable: 'true',
  });
  return volume;
}
