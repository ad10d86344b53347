import { timeText, type ApiObject } from './api-object.ts';
import { invalid, invalidValue, requiredValue, type FieldProblem } from './failure.ts';
import { at, equal, fieldsOf, isFields, listOf, type Fields } from './json.ts';
import type { PrinterColumn, Resource, ResourceVersion, ScalePaths } from './resource.ts';
import { metadataSchema, type Schema } from './schema.ts';

export const definitions = 'apiextensions.k8s.io/customresourcedefinitions';

/** Holds a definition that is deleted until its objects are gone. */
export const cleanup = 'customresourcecleanup.apiextensions.k8s.io';

interface Names {
  plural: string;
  singular?: string;
  kind: string;
  listKind?: string;
  shortNames?: string[];
  categories?: string[];
}

interface DefinedVersion {
  name: string;
  served: boolean;
  storage: boolean;
  schema?: { openAPIV3Schema?: Schema };
  subresources?: { status?: Fields; scale?: ScalePaths };
  additionalPrinterColumns?: PrinterColumn[];
}

/** What a CustomResourceDefinition says, as far as it is used here. */
export interface Definition {
  group: string;
  scope: string;
  names: Names;
  versions: DefinedVersion[];
}

export const definitionOf = (object: ApiObject): Definition => object['spec'] as Definition;

const age: PrinterColumn = {
  name: 'Age',
  type: 'date',
  description: 'CreationTimestamp is a timestamp representing the server time when this object was created.',
  jsonPath: '.metadata.creationTimestamp',
};

/** The resource that a definition makes. */
export function resourceOf(object: ApiObject): Resource {
  const { group, scope, names, versions } = definitionOf(object);
  return {
    group,
    plural: names.plural,
    singular: names.singular ?? names.kind.toLowerCase(),
    kind: names.kind,
    listKind: names.listKind ?? `${names.kind}List`,
    shortNames: names.shortNames ?? [],
    categories: names.categories ?? [],
    namespaced: scope === 'Namespaced',
    custom: true,
    versions: versions.map(toVersion).toSorted((one, other) => byPriority(one.name, other.name)),
    storageVersion: versions.find(({ storage }) => storage)?.name ?? versions[0]?.name ?? '',
    generation: true,
    unconditional: false,
    returnsDeleted: false,
  };
}

function toVersion(version: DefinedVersion): ResourceVersion {
  const schema = version.schema?.openAPIV3Schema ?? {};
  const { status, scale } = version.subresources ?? {};
  return {
    name: version.name,
    served: version.served,
    schema: {
      ...schema,
      properties: {
        ...schema.properties,
        apiVersion: { type: 'string' },
        kind: { type: 'string' },
        metadata: metadataSchema,
      },
    },
    status: status !== undefined,
    scale,
    columns: version.additionalPrinterColumns ?? [age],
  };
}

/** v2 before v1 before v1beta2 before v1beta1 before v1alpha1 before others by name. */
function byPriority(one: string, other: string): number {
  const parse = (name: string) => /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(name);
  const [a, b] = [parse(one), parse(other)];
  if (!a || !b) return a ? -1 : b ? 1 : one < other ? -1 : 1;
  const stability = { alpha: 0, beta: 1, '': 2 };
  const rank = (found: RegExpExecArray) => [
    stability[(found[2] ?? '') as keyof typeof stability],
    Number(found[1]),
    Number(found[3] ?? 0),
  ];
  const [left, right] = [rank(a), rank(b)];
  for (const [index, value] of left.entries()) if (value !== right[index]) return (right[index] ?? 0) - value;
  return 0;
}

/** What the server fills into a definition, in place. */
export function completeDefinition(object: ApiObject): void {
  const spec = fieldsOf(object['spec']);
  const names = fieldsOf(spec['names']);
  const kind = typeof names['kind'] === 'string' ? names['kind'] : '';
  names['singular'] ??= kind.toLowerCase();
  names['listKind'] ??= `${kind}List`;
  spec['conversion'] ??= { strategy: 'None' };
}

/** Throws a 422 for a definition that cannot be served. */
export function checkDefinition(object: ApiObject): void {
  const { spec, metadata } = object;
  const problems: FieldProblem[] = [];
  const names = fieldsOf(at(spec, 'names'));
  const versions = listOf(at(spec, 'versions'));
  const expected = `${String(names['plural'])}.${String(at(spec, 'group'))}`;
  if (metadata.name !== expected)
    problems.push(invalidValue('metadata.name', metadata.name, 'must be spec.names.plural+"."+spec.group'));
  if (at(spec, 'scope') !== 'Namespaced' && at(spec, 'scope') !== 'Cluster')
    problems.push({
      reason: 'FieldValueNotSupported',
      field: 'spec.scope',
      message: `Unsupported value: ${JSON.stringify(at(spec, 'scope'))}: supported values: "Cluster", "Namespaced"`,
    });
  for (const name of ['plural', 'kind']) if (!names[name]) problems.push(requiredValue(`spec.names.${name}`));
  if (versions.filter((version) => at(version, 'storage') === true).length !== 1)
    problems.push(
      invalidValue('spec.versions', versions, 'must have exactly one version marked as storage version'),
    );
  for (const [index, version] of versions.entries())
    if (!isFields(at(version, 'schema', 'openAPIV3Schema')))
      problems.push(requiredValue(`spec.versions[${index}].schema.openAPIV3Schema`, 'schemas are required'));
  if (problems.length > 0)
    throw invalid(
      { group: 'apiextensions.k8s.io', kind: 'CustomResourceDefinition', name: metadata.name },
      problems,
    );
}

/** The status of a definition that is served; undefined where it has it already. */
export function establishedStatus(object: ApiObject, now: Date): Fields | undefined {
  const { names, versions } = definitionOf(object);
  const storage = versions.find((version) => version.storage)?.name ?? '';
  const before = fieldsOf(object['status']);
  const stored = listOf(before['storedVersions']);
  const established = listOf(before['conditions']).some(
    (condition) => at(condition, 'type') === 'Established' && at(condition, 'status') === 'True',
  );
  if (established && stored.includes(storage) && equal(before['acceptedNames'], names)) return undefined;
  const since = { lastTransitionTime: timeText(now), status: 'True' };
  return {
    conditions: [
      { ...since, message: 'no conflicts found', reason: 'NoConflicts', type: 'NamesAccepted' },
      {
        ...since,
        message: 'the initial names have been accepted',
        reason: 'InitialNamesAccepted',
        type: 'Established',
      },
    ],
    acceptedNames: names,
    storedVersions: stored.includes(storage) ? stored : [...stored, storage],
  };
}
