import type { ApiObject } from './api-object.ts';
import { completeDefinition, definitions } from './custom-resources.ts';
import { badRequest, invalid, invalidValue } from './failure.ts';
import { isFields, type Fields } from './json.ts';
import { dropEmpty, toMetadata } from './metadata-rules.ts';
import { apiVersionOf, keyOf } from './resource.ts';
import { applyDefaults } from './schema-defaults.ts';
import { prune } from './schema-pruning.ts';
import type { Target, WriteContext } from './state.ts';

/** An object out of a request body: of the right kind, with metadata in shape. Throws a 400 or 422. */
export function toObject(body: unknown, { resource, version }: Target): ApiObject {
  const { kind } = resource;
  const apiVersion = apiVersionOf(resource, version.name);
  if (!isFields(body)) throw badRequest(`the object provided is unrecognized (must be of type ${kind})`);
  if (resource.custom) {
    const text = JSON.stringify(body).slice(0, 200);
    for (const field of ['kind', 'apiVersion'] as const)
      if (!body[field])
        throw badRequest(
          `the object provided is unrecognized (must be of type ${kind}): Object '${field === 'kind' ? 'Kind' : 'apiVersion'}' is missing in '${text}'`,
        );
  }
  const given = { apiVersion: text(body['apiVersion']) ?? apiVersion, kind: text(body['kind']) ?? kind };
  if (given.apiVersion !== apiVersion)
    throw badRequest(
      `the API version in the data (${given.apiVersion}) does not match the expected API version (${apiVersion})`,
    );
  const metadata = toMetadata(body['metadata']);
  if (given.kind !== kind) {
    if (resource.custom)
      throw invalid({ group: resource.group, kind: given.kind, name: metadata.name }, [
        invalidValue('kind', given.kind, `must be ${kind}`),
      ]);
    throw badRequest(
      `${given.kind} in version "${version.name}" cannot be handled as a ${kind}: no kind "${given.kind}" is registered for it`,
    );
  }
  return { ...body, apiVersion, kind, metadata };
}

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

/**
 * Prunes and completes an object in place, and says what was unknown: as warnings, or as a 400 for strict requests.
 */
export function shape(object: ApiObject, { resource, version }: Target, context: WriteContext): void {
  const unknown = resource.custom ? prune(object, version.schema) : pruneTop(object, resource.known);
  if (unknown.length > 0) {
    const told = unknown.map((path) => `unknown field "${path}"`);
    if (context.fieldValidation === 'Strict')
      throw badRequest(
        `${object.kind} in version "${version.name}" cannot be handled as a ${object.kind}: strict decoding error: ${told.join(', ')}`,
      );
    if (context.fieldValidation === 'Warn') context.warnings.push(...told);
  }
  complete(object, { resource, version });
}

/** Fills in what the schema, or the kind, has as defaults. */
export function complete(
  object: ApiObject,
  { resource, version }: Pick<Target, 'resource' | 'version'>,
): void {
  dropEmpty(object.metadata);
  if (resource.custom) applyDefaults(object, version.schema);
  else {
    if (keyOf(resource) === definitions) completeDefinition(object);
    dropNulls(object);
    resource.complete?.(object);
  }
}

function pruneTop(object: Fields, known: ReadonlySet<string> | undefined): string[] {
  if (!known) return [];
  const unknown = Object.keys(object).filter((key) => !known.has(key));
  for (const key of unknown) delete object[key];
  return unknown;
}

/** In the Go types of built-in kinds null is the same as nothing. */
function dropNulls(fields: Fields): void {
  for (const [key, value] of Object.entries(fields)) {
    if (value === null) delete fields[key];
    else if (isFields(value)) dropNulls(value);
  }
}
