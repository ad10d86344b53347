import type { Image } from '@scs/standards';
import { ApiError, ok, pageOf, titleOf, type Api } from './api.ts';
import { hexOf, type Cloud } from './cloud-content.ts';

/** Glance's own page, where nobody asks for another. */
const defaultLimit = '25';

/** Glance v2: the list of images. */
export function glance(cloud: Cloud): Api {
  const { content } = cloud;
  const operator = hexOf('project service');
  const ownerOf = ({ visibility, properties: { owner } }: Image) =>
    owner ?? (visibility === 'public' || visibility === 'community' ? operator : cloud.project.id);
  const isOwn = (image: Image) => ownerOf(image) === cloud.project.id;
  const bodyOf = (image: Image) => imageBody(image, ownerOf(image));

  const chosen = (query: URLSearchParams): Image[] => {
    const hidden = query.get('os_hidden')?.toLowerCase() === 'true';
    const visibility = query.get('visibility') ?? 'default';
    const filters = [...query].filter(([key]) => !controls.has(key));
    return content.images
      .filter((image) => image.hidden === hidden)
      .filter((image) => isOwn(image) || ['public', 'community'].includes(image.visibility))
      .filter((image) =>
        visibility === 'default'
          ? isOwn(image) || image.visibility !== 'community'
          : visibility === 'all' || image.visibility === visibility,
      )
      .filter((image) => {
        const body: Record<string, unknown> = bodyOf(image);
        return filters.every(([key, value]) => String(body[key]) === value);
      })
      .toSorted((a, b) => b.createdAt.localeCompare(a.createdAt) || b.id.localeCompare(a.id));
  };

  return {
    root: '/image',
    open: {
      'GET /': () => ({
        status: 300,
        body: {
          versions: [
            { id: 'v2.16', status: 'CURRENT', links: [{ rel: 'self', href: `${cloud.url}/image/v2/` }] },
          ],
        },
      }),
    },
    routes: {
      'GET /v2/images': ({ query }) => {
        const asked = new URLSearchParams(query);
        if (!asked.has('limit')) asked.set('limit', defaultLimit);
        const { items, next } = pageOf(chosen(query), asked, content.pageSize);
        return ok({
          images: items.map(bodyOf),
          // Relative, and without the path that the service lives under: as Glance does.
          first: '/v2/images',
          ...(next && { next: `/v2/images?${next.toString()}` }),
          schema: '/v2/schemas/images',
        });
      },
      'GET /v2/images/{id}': ({ params: { id } }) => {
        const image = content.images.find((entry) => entry.id === id);
        if (!image || !(isOwn(image) || ['public', 'community'].includes(image.visibility)))
          throw new ApiError(404, `No image found with ID ${id}`);
        return ok(bodyOf(image));
      },
    },
    errorBody: ({ status, message }) => ({
      code: `${status} ${titleOf(status)}`,
      title: titleOf(status),
      message: `${message}<br /><br />\n\n\n`,
    }),
  };
}

/** Parameters of a list that are no filters. */
const controls = new Set([
  'limit',
  'marker',
  'member_status',
  'os_hidden',
  'visibility',
  'sort',
  'sort_key',
  'sort_dir',
]);

function imageBody(image: Image, owner: string) {
  const { id, name, visibility, hidden, status, size, minDisk, minRam, createdAt, properties } = image;
  return {
    id,
    name,
    visibility,
    os_hidden: hidden,
    status,
    size,
    virtual_size: null,
    min_disk: minDisk,
    min_ram: minRam,
    created_at: createdAt,
    updated_at: createdAt,
    protected: false,
    container_format: 'bare',
    disk_format: 'qcow2',
    checksum: hexOf(`checksum ${id}`),
    tags: [],
    file: `/v2/images/${id}/file`,
    self: `/v2/images/${id}`,
    schema: '/v2/schemas/image',
    owner,
    ...properties,
  };
}
