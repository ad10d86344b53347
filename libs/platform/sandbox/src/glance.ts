import type { Image } from '@scs/standards';
import { ApiError, ok, pageOf, titleOf, type Api } from './api.ts';
import { hexOf, type Cloud } from './cloud-content.ts';
import { imageImports, isImporting, type ImageBody } from './image-import.ts';

/** Glance's own page, where nobody asks for another. */
const defaultLimit = '25';

/** Glance v2: the images of the operator, and those that users create, import and delete. */
export function glance(cloud: Cloud): Api {
  const { content } = cloud;
  const operator = hexOf('project service');
  const ownerOf = ({ visibility, properties: { owner } }: Image) =>
    owner ?? (visibility === 'public' || visibility === 'community' ? operator : cloud.project.id);
  const imports = imageImports(cloud);

  const all = (): ImageBody[] => [
    ...content.images.map((image) => imageBody(image, ownerOf(image))),
    ...imports.list(),
  ];
  const isOwn = ({ owner }: ImageBody) => owner === cloud.project.id;
  const isSeen = (image: ImageBody) => isOwn(image) || ['public', 'community'].includes(image.visibility);
  const find = (id = ''): ImageBody => {
    const image = all().find((entry) => entry.id === id);
    if (!image || !isSeen(image)) throw new ApiError(404, `No image found with ID ${id}`);
    return image;
  };

  const chosen = (query: URLSearchParams): ImageBody[] => {
    const hidden = query.get('os_hidden')?.toLowerCase() === 'true';
    const visibility = query.get('visibility') ?? 'default';
    const filters = [...query].filter(([key]) => !controls.has(key));
    return all()
      .filter((image) => image.os_hidden === hidden)
      .filter(isSeen)
      .filter((image) =>
        visibility === 'default'
          ? isOwn(image) || image.visibility !== 'community'
          : visibility === 'all' || image.visibility === visibility,
      )
      .filter((image) => query.getAll('tag').every((tag) => image.tags.includes(tag)))
      .filter((image) => filters.every(([key, value]) => String(image[key]) === value))
      .toSorted((a, b) => b.created_at.localeCompare(a.created_at) || b.id.localeCompare(a.id));
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
          images: items,
          // Relative, and without the path that the service lives under: as Glance does.
          first: '/v2/images',
          ...(next && { next: `/v2/images?${next.toString()}` }),
          schema: '/v2/schemas/images',
        });
      },
      'POST /v2/images': ({ body }) => {
        const id = body['id'];
        if (all().some((image) => image.id === id))
          throw new ApiError(409, `Image ID ${String(id)} already exists!`);
        const image = imports.create(body);
        return {
          status: 201,
          body: image,
          headers: { location: `${cloud.url}/image/v2/images/${image.id}` },
        };
      },
      'GET /v2/images/{id}': ({ params: { id } }) => ok(find(id)),
      'GET /v2/images/{id}/tasks': ({ params: { id } }) => ok({ tasks: imports.tasks(find(id).id) }),
      'POST /v2/images/{id}/import': ({ params: { id }, body }) => {
        const image = find(id);
        if (!isOwn(image)) throw new ApiError(403, 'You are not authorized to complete modify_image action.');
        if (isImporting(image)) throw new ApiError(409, 'Image has active task');
        if (image.status !== 'queued')
          throw new ApiError(409, "Image needs to be in 'queued' state to use 'web-download' method");
        for (const format of ['container_format', 'disk_format'])
          if (!image[format]) throw new ApiError(409, `'${format}' needs to be set before import`);
        imports.start(image.id, body);
        return { status: 202 };
      },
      'POST /v2/images/{id}/actions/deactivate': ({ params: { id } }) => {
        imports.become(find(id).id, 'deactivated');
        return { status: 204 };
      },
      'POST /v2/images/{id}/actions/reactivate': ({ params: { id } }) => {
        imports.become(find(id).id, 'active');
        return { status: 204 };
      },
      'DELETE /v2/images/{id}': ({ params: { id } }) => {
        const image = find(id);
        if (!isOwn(image)) throw new ApiError(403, 'You are not authorized to complete delete_image action.');
        if (image.protected) throw new ApiError(403, `Image ${image.id} is protected and cannot be deleted.`);
        imports.remove(image.id);
        content.images = content.images.filter((entry) => entry.id !== image.id);
        return { status: 204 };
      },
    },
    errorBody: ({ status, message }) => ({
      code: `${status} ${titleOf(status)}`,
      title: titleOf(status),
      message: `${message}<br /><br />\n\n\n`,
    }),
  };
}

/** Parameters of a list that are no filters of equality. */
const controls = new Set([
  'limit',
  'marker',
  'member_status',
  'os_hidden',
  'visibility',
  'tag',
  'sort',
  'sort_key',
  'sort_dir',
]);

function imageBody(image: Image, owner: string): ImageBody {
  const { id, name, visibility, hidden, status, size, minDisk, minRam, createdAt, properties } = image;
  return {
    id,
    name: name ?? '',
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
