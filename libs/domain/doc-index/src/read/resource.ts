import { inline, record, records, string, type Data } from './data.ts';
import { aSection, lines, type Outline } from './outline.ts';
import { objectsOf } from './schema.ts';

const deepest = 12;

/** A custom resource definition as a page: what the kind is, and a section for each object in its spec and status. */
export function readResource(definition: Data): Outline[] {
  const spec = record(definition['spec']);
  const names = record(spec['names']);
  const kind = string(names['kind']);
  const version = shownVersion(records(spec['versions']));
  const schema = record(record(version['schema'])['openAPIV3Schema']);
  if (kind === '') throw new Error('a CustomResourceDefinition without spec.names.kind');
  return [
    {
      name: kind,
      kind: 'resource',
      title: `${kind} (${inline(spec['group'])}/${inline(version['name'])})`,
      description: inline(schema['description']),
      sections: [
        aSection({ text: overview(spec, names, version), code: inline(names['plural']) }),
        ...sectionsOf(record(schema['properties'])),
      ],
    },
  ];
}

/** The one that is stored, unless it is on its way out. */
function shownVersion(versions: readonly Data[]): Data {
  const served = versions.filter(({ served: is, deprecated }) => is !== false && deprecated !== true);
  return served.find(({ storage }) => storage === true) ?? served[0] ?? versions[0] ?? {};
}

function overview(spec: Data, names: Data, shown: Data): string {
  const others = records(spec['versions']).filter((version) => version !== shown);
  return lines(
    `A ${string(spec['scope']).toLowerCase()} resource of the Kubernetes API: ${inline(names['plural'])}.${inline(spec['group'])}`,
    list('Short names', inline(names['shortNames'])),
    list('Categories', inline(names['categories'])),
    list('Other versions', others.map(versionName).join(', ')),
    list('Columns', records(shown['additionalPrinterColumns']).map(column).join(', ')),
  );
}

const list = (what: string, names: string): string => names && `${what}: ${names}`;

const versionName = ({ name, deprecated }: Data): string =>
  `${inline(name)}${deprecated === true ? ' (deprecated)' : ''}`;

const column = ({ name, description }: Data): string =>
  [inline(name), inline(description)].filter(Boolean).join(' – ');

function sectionsOf(properties: Data): Outline['sections'] {
  const parts = Object.keys(properties).filter((name) => !['apiVersion', 'kind', 'metadata'].includes(name));
  return parts.flatMap((part) => {
    const objects = objectsOf(record(properties[part]), part, deepest, (schema) => schema);
    return objects.map(({ path, description, fields }) =>
      aSection({
        anchor: path.replace(/\[\]|\.\*/g, '').replaceAll('.', '-'),
        heading: path,
        trail: path.includes('.') ? [path.slice(0, path.indexOf('.'))] : [],
        text: lines(description, ...fields),
      }),
    );
  });
}
