import {
  imageBody,
  imageOwnerProperty,
  imageQuery,
  importBody,
  type ImageFacts,
  type NodeImage,
} from '@scs/cluster-stacks';
import { OpenStackError, type Connection } from '@scs/openstack';
import { z } from 'zod';

const image = z.looseObject({
  id: z.string(),
  name: z.string().nullish(),
  status: z.string(),
  disk_format: z.string().nullish(),
  visibility: z.string().default('private'),
  protected: z.boolean().default(false),
  updated_at: z.coerce.date(),
  os_hash_algo: z.string().nullish(),
  os_hash_value: z.string().nullish(),
  os_glance_import_task: z.string().nullish(),
  os_glance_importing_to_stores: z.string().nullish(),
  os_glance_failed_import: z.string().nullish(),
  [imageOwnerProperty]: z.string().nullish(),
});
const images = z.object({ images: z.array(image) });
const tasks = z.object({
  tasks: z.array(z.object({ status: z.string(), message: z.string().nullish(), updated_at: z.string() })),
});

/** All images that may be meant: one, hopefully. Throws OpenStackError. */
export async function findImages(
  connection: Connection,
  createOpts: NodeImage['createOpts'],
): Promise<ImageFacts[]> {
  const answer = await connection.get('image', `/images?${imageQuery(createOpts)}`);
  const found = read(images, answer).images.map(factsOf);
  const [only] = found;
  if (found.length === 1 && only?.failedImport)
    return [{ ...only, failedImport: await whyFailed(connection, only) }];
  return found;
}

/** Creates the image, without data. Throws OpenStackError. */
export async function createImage(
  connection: Connection,
  createOpts: NodeImage['createOpts'],
  owner: string,
): Promise<ImageFacts> {
  return factsOf(read(image, await connection.post('image', '/images', imageBody(createOpts, owner))));
}

/** Has Glance fetch the data; one that does so already is left to it. Throws OpenStackError. */
export async function importImage(connection: Connection, id: string, url: string): Promise<void> {
  try {
    await connection.post('image', `/images/${id}/import`, importBody(url));
  } catch (error) {
    if (!(error instanceof OpenStackError && error.status === 409)) throw error;
    // Glance says the same of images that it will never import, those without a format for one.
    const { status, importing } = factsOf(read(image, await connection.get('image', `/images/${id}`)));
    if (status === 'queued' && !importing) throw error;
  }
}

/** An image that is gone counts as deleted. Throws OpenStackError. */
export const deleteImage = (connection: Connection, id: string): Promise<void> =>
  connection.delete('image', `/images/${id}`);

/** How many servers of the project were made of the image; undefined where Nova does not say. */
export async function countServers(connection: Connection, id: string): Promise<number | undefined> {
  if (connection.endpoint('compute') === null) return 0;
  try {
    return (await connection.pages('compute', `/servers?image=${id}`, 'servers')).length;
  } catch (error) {
    if (error instanceof OpenStackError) return undefined;
    throw error;
  }
}

function factsOf(found: z.output<typeof image>): ImageFacts {
  const { os_hash_algo: algorithm, os_hash_value: value } = found;
  const isImporting = Boolean(found.os_glance_import_task || found.os_glance_importing_to_stores);
  const owner = found[imageOwnerProperty];
  return {
    id: found.id,
    name: found.name ?? '',
    status: found.status,
    ...(found.disk_format && { diskFormat: found.disk_format }),
    visibility: found.visibility,
    protected: found.protected,
    updatedAt: found.updated_at,
    importing: isImporting,
    ...(!isImporting && found.os_glance_failed_import && { failedImport: 'the import failed' }),
    ...(algorithm && value && { hash: { algorithm, value } }),
    ...(owner && { owner }),
  };
}

/** What the newest task says; older versions of Glance do not show tasks. */
async function whyFailed(connection: Connection, { id, failedImport = '' }: ImageFacts): Promise<string> {
  try {
    const all = read(tasks, await connection.get('image', `/images/${id}/tasks`)).tasks;
    const [newest] = all.toSorted((a, b) => b.updated_at.localeCompare(a.updated_at));
    return newest?.status === 'failure' && newest.message ? newest.message : failedImport;
  } catch (error) {
    if (error instanceof OpenStackError) return failedImport;
    throw error;
  }
}

function read<T extends z.ZodType>(schema: T, answer: unknown): z.output<T> {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues[0]?.path.join('.') || 'the whole';
  throw new OpenStackError(
    'malformed',
    `the image service answers with something else (${where}); check its endpoint`,
  );
}
