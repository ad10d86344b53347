import { fieldsAt, listAt, textAt } from './cluster-class.ts';
import type { Fields } from './release-file.ts';

/** Images of all containers that an object starts, with the field that names each. */
export function containerImages(object: Fields): { path: string; image: string }[] {
  const [spec, path] = podSpec(object);
  return ['initContainers', 'containers'].flatMap((field) =>
    listAt(spec, field).map((container, index) => ({
      path: `${path}.${field}[${index}].image`,
      image: textAt(container, 'image'),
    })),
  );
}

function podSpec(object: Fields): [spec: Fields, path: string] {
  const spec = fieldsAt(object, 'spec');
  const template = (holder: Fields): Fields => fieldsAt(fieldsAt(holder, 'template'), 'spec');
  switch (textAt(object, 'kind')) {
    case 'Pod':
      return [spec, 'spec'];
    case 'CronJob':
      return [
        template(fieldsAt(fieldsAt(spec, 'jobTemplate'), 'spec')),
        'spec.jobTemplate.spec.template.spec',
      ];
    default:
      return [template(spec), 'spec.template.spec'];
  }
}

/** Tag and digest of an image; a port of the registry is no tag. */
export function imageVersion(image: string): { tag?: string; digest?: string } {
  const [name = '', digest] = image.split('@');
  const tag = /:([^/:]+)$/.exec(name)?.[1];
  return { ...(tag !== undefined && { tag }), ...(digest !== undefined && { digest }) };
}
