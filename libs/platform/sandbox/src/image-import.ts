import { createHash, randomUUID } from 'node:crypto';
import { ApiError, textAt, type Fields } from './api.ts';
import type { Cloud } from './cloud-content.ts';
import type { Thing } from './things.ts';

/** What becomes of the data that Glance is told to fetch. */
export interface ImageImport {
  /**
   * `fails`: the image is queued again, and says so. `stalls`: it is imported for ever. `is lost`: accepted, and nobody ever works on it.
   * Else the status that the image comes to.
   */
  outcome: 'active' | 'killed' | 'fails' | 'stalls' | 'is lost';
  /** Of the task, where it fails. */
  message?: string;
  /** Hex, of the data; {@link sha512Of} the address when left out. */
  sha512?: string;
}

/** An image as Glance shows it. */
export interface ImageBody extends Fields {
  id: string;
  name: string;
  status: string;
  visibility: string;
  os_hidden: boolean;
  owner: string;
  protected: boolean;
  tags: string[];
  created_at: string;
}

/** The hash of what lies at an address, as this cloud sees it. */
export const sha512Of = (uri: string): string =>
  createHash('sha512').update(`what lies at ${uri}`).digest('hex');

/** Glance's lock: somebody works on the image. */
export const isImporting = (image: ImageBody): boolean => image['os_glance_import_task'] !== undefined;

const diskFormats = ['ami', 'ari', 'aki', 'vhd', 'vhdx', 'vmdk', 'raw', 'qcow2', 'vdi', 'iso', 'ploop'];
const containerFormats = ['ami', 'ari', 'aki', 'bare', 'ovf', 'ova', 'docker', 'compressed'];

/** Images that users made. They get data by `web-download` alone: nothing is fetched, the cloud's content says what comes of it. */
export function imageImports({ things, content, project, now }: Cloud) {
  const made = new Map<string, Made>();

  const bodyOf = (thing: Thing): ImageBody => {
    const { given = {}, uri = '', result, updatedAt = thing.createdAt, task } = made.get(thing.id) ?? {};
    const status = things.statusOf(thing);
    const hasData = status === 'active' || status === 'deactivated';
    const works = isAtWork(thing);
    return {
      name: thing.name,
      visibility: 'shared',
      os_hidden: false,
      protected: false,
      tags: [],
      min_disk: 0,
      min_ram: 0,
      container_format: null,
      disk_format: null,
      ...given,
      id: thing.id,
      status,
      owner: project.id,
      size: hasData ? 1_000_000_000 : null,
      virtual_size: null,
      checksum: hasData ? sha512Of(`md5 ${uri}`).slice(0, 32) : null,
      os_hash_algo: hasData ? 'sha512' : null,
      os_hash_value: hasData ? (result?.sha512 ?? sha512Of(uri)) : null,
      ...(works && { os_glance_import_task: task, os_glance_importing_to_stores: 'fs' }),
      ...(task &&
        !works &&
        result?.outcome === 'fails' && { os_glance_failed_import: 'fs', os_glance_importing_to_stores: '' }),
      created_at: isoTime(thing.createdAt),
      updated_at: isoTime(updatedAt),
      file: `/v2/images/${thing.id}/file`,
      self: `/v2/images/${thing.id}`,
      schema: '/v2/schemas/image',
    };
  };
  const isAtWork = (thing: Thing): boolean => {
    const { result } = made.get(thing.id) ?? {};
    if (!result || result.outcome === 'is lost') return false;
    return result.outcome === 'stalls' || things.stepsOf(thing) < thing.statuses.length - 1;
  };
  const change = (id: string, fields: Partial<Made>, ...statuses: Thing['statuses']): void => {
    const thing = things.find('image', id);
    if (!thing) throw new ApiError(403, 'You are not authorized to modify this image.');
    things.become(thing, ...statuses);
    made.set(id, { given: {}, ...made.get(id), ...fields, updatedAt: now() });
  };

  return {
    list: (): ImageBody[] => things.list('image').map(bodyOf),
    create(body: Fields): ImageBody {
      const given = checked(body);
      if (given['visibility'] === 'public' && !content.roles.includes('admin'))
        throw new ApiError(403, 'You are not authorized to complete publicize_image action.');
      const thing = things.add('image', textAt(given, 'name') ?? '', {}, 'queued');
      const id = textAt(given, 'id');
      if (id !== null) things.rename(thing, id);
      made.set(thing.id, { given, updatedAt: now() });
      return bodyOf(thing);
    },
    start(id: string, body: Fields): void {
      const method = textAt(body, 'method', 'name') ?? '';
      const uri = textAt(body, 'method', 'uri') ?? '';
      if (!content.imageImportMethods.includes(method))
        throw new ApiError(400, `Unknown import method name '${method}'.`);
      if (!/^https?:\/\//.test(uri))
        throw new ApiError(400, `URI for web-download does not pass filtering: ${uri}`);
      const result = content.imageImport(uri);
      change(id, { uri, task: randomUUID(), result }, ...courses[result.outcome]);
    },
    tasks(id: string): Fields[] {
      const thing = things.find('image', id);
      const { task, result, updatedAt } = made.get(id) ?? {};
      if (!thing || !task || result?.outcome === 'is lost') return [];
      const works = isAtWork(thing);
      const failed = !works && result?.outcome === 'fails';
      return [
        {
          id: task,
          type: 'api_image_import',
          status: works ? 'processing' : failed ? 'failure' : 'success',
          message: failed ? (result.message ?? 'HTTP Error 404: Not Found') : '',
          image_id: id,
          created_at: isoTime(updatedAt ?? thing.createdAt),
          updated_at: isoTime(now()),
        },
      ];
    },
    /** As an administrator would have it. */
    become: (id: string, status: string): void => change(id, {}, status),
    remove(id: string): void {
      const thing = things.find('image', id);
      if (thing) things.become(thing, null);
      made.delete(id);
    },
  };
}

/** Glance's times have no fractions. */
const isoTime = (date: Date): string => date.toISOString().replace(/\.\d+Z$/, 'Z');

interface Made {
  /** As the user gave it. */
  given: Fields;
  updatedAt: Date;
  uri?: string;
  task?: string;
  result?: ImageImport;
}

/** The last status stays. A failed import leaves the image queued, as Glance does. */
const courses: Record<ImageImport['outcome'], Thing['statuses']> = {
  active: ['queued', 'importing', 'active'],
  killed: ['queued', 'importing', 'killed'],
  fails: ['queued', 'importing', 'queued'],
  stalls: ['queued', 'importing'],
  'is lost': ['queued'],
};

/** Refuses what Glance's schema refuses. */
function checked(body: Fields): Fields {
  const refuse = (what: string): never => {
    throw new ApiError(400, `Provided object does not match schema 'image': ${what}`);
  };
  const known: Record<string, (value: unknown) => boolean> = {
    id: (value) => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(String(value)),
    visibility: (value) => ['community', 'public', 'private', 'shared'].includes(String(value)),
    container_format: (value) => containerFormats.includes(String(value)),
    disk_format: (value) => diskFormats.includes(String(value)),
    min_disk: Number.isInteger,
    min_ram: Number.isInteger,
    protected: (value) => typeof value === 'boolean',
    os_hidden: (value) => typeof value === 'boolean',
    tags: (value) => Array.isArray(value) && value.every((tag) => typeof tag === 'string'),
  };
  for (const [key, value] of Object.entries(body)) {
    if (key.startsWith('os_glance')) throw new ApiError(403, `Attribute '${key}' is reserved.`);
    const fits = known[key] ?? ((given) => typeof given === 'string');
    if (!fits(value)) refuse(`${JSON.stringify(value)} is not valid for ${key}`);
  }
  return body;
}
