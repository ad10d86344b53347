import { ageText } from './age.ts';
import type { ApiObject } from './api-object.ts';
import type { Fields } from './json.ts';
import { jsonPath } from './json-path.ts';
import { versionOf, type PrinterColumn, type Resource } from './resource.ts';

export type IncludeObject = 'None' | 'Metadata' | 'Object';

/** A `Table` of `meta.k8s.io/v1` with a row for each object. */
export function tableOf(
  resource: Resource,
  version: string,
  objects: readonly ApiObject[],
  metadata: Fields,
  { include, now }: { include: IncludeObject; now: Date },
): Fields {
  const custom = versionOf(resource, version)?.columns ?? [];
  const columns: Column[] = resource.table?.columns ?? custom;
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: [
      { name: 'Name', type: 'string', format: 'name', description: 'Name of the object.', priority: 0 },
      ...columns.map((column) => ({
        name: column.name,
        type: column.type,
        format: column.format ?? '',
        description: descriptionOf(column),
        priority: column.priority ?? 0,
      })),
    ],
    rows: objects.map((object) => ({
      cells: [
        object.metadata.name,
        ...(resource.table?.cells(object, now) ?? custom.map((column) => cellOf(object, column, now))),
      ],
      object: include === 'None' ? null : include === 'Object' ? object : partialOf(object),
    })),
  };
}

type Column = Pick<PrinterColumn, 'name' | 'type'> & Partial<PrinterColumn>;

const descriptionOf = (column: Column): string =>
  column.description ??
  (column.jsonPath ? `Custom resource definition column (in JSONPath format): ${column.jsonPath}` : '');

function cellOf(object: ApiObject, column: PrinterColumn, now: Date): unknown {
  const [value] = jsonPath(object, column.jsonPath);
  if (value === undefined || value === null) return null;
  switch (column.type) {
    case 'date':
      return typeof value === 'string' ? ageText(value, now) : null;
    case 'integer':
    case 'number':
      return typeof value === 'number' ? value : null;
    case 'boolean':
      return typeof value === 'boolean' ? value : null;
    default:
      return typeof value === 'string' ? value : JSON.stringify(value);
  }
}

export const partialOf = ({ metadata }: ApiObject): Fields => ({
  kind: 'PartialObjectMetadata',
  apiVersion: 'meta.k8s.io/v1',
  metadata,
});
