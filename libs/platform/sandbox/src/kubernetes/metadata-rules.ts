import type { ApiObject, ObjectMeta } from './api-object.ts';
import { badRequest, forbiddenValue, invalidValue, requiredValue, type FieldProblem } from './failure.ts';
import { isFields, type Fields } from './json.ts';

const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const subdomainRule =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const dnsLabel = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const dnsLabelRule =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const namePart = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const namePartRule =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const labelValue = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;
const labelValueRule =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
const standardFinalizers = new Set(['foregroundDeletion', 'orphan', 'kubernetes']);
/** Names of these kinds are one label of DNS, or free as far as a path allows. */
const labelKinds = new Set(['Namespace', 'Service']);
const freeKinds = new Set(['Role', 'ClusterRole', 'RoleBinding', 'ClusterRoleBinding']);

/** The metadata of what a client sent, brought into shape; throws a 400 where types are wrong. */
export function toMetadata(value: unknown): ObjectMeta {
  if (value === undefined || value === null) return { name: '' };
  if (!isFields(value)) throw badRequest('metadata must be an object');
  for (const name of ['labels', 'annotations'] as const) {
    const map = value[name];
    if (map === null) delete value[name];
    else if (map !== undefined && !isStringMap(map))
      throw badRequest(
        `unable to decode metadata.${name}: json: cannot unmarshal into Go struct field ObjectMeta.metadata.${name} of type map[string]string`,
      );
  }
  for (const name of ['finalizers', 'ownerReferences', 'managedFields'] as const) {
    const list = value[name];
    if (list === null) delete value[name];
    else if (list !== undefined && !Array.isArray(list)) throw badRequest(`metadata.${name} must be a list`);
  }
  return { ...value, name: typeof value['name'] === 'string' ? value['name'] : '' };
}

/** Lists and maps with nothing in them are not there. In place. */
export function dropEmpty(metadata: object): void {
  const fields = metadata as Fields;
  for (const name of ['labels', 'annotations', 'finalizers', 'ownerReferences'])
    if (isEmptyContainer(fields[name])) delete fields[name];
}

export const isEmptyContainer = (value: unknown): boolean =>
  Array.isArray(value) ? value.length === 0 : isFields(value) && Object.keys(value).length === 0;

const isStringMap = (value: unknown): boolean =>
  isFields(value) && Object.values(value).every((one) => typeof one === 'string');

export function metadataProblems({ kind, metadata }: ApiObject, custom: boolean): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const { name, labels = {}, annotations = {}, finalizers = [], ownerReferences = [] } = metadata;
  if (!name) return [requiredValue('metadata.name', 'name or generateName is required')];
  if (labelKinds.has(kind)) {
    if (!dnsLabel.test(name) || name.length > 63)
      problems.push(invalidValue('metadata.name', name, dnsLabelRule));
  } else if (freeKinds.has(kind) ? /[/%]|^\.{1,2}$/.test(name) : !subdomain.test(name) || name.length > 253)
    problems.push(invalidValue('metadata.name', name, subdomainRule));
  for (const [key, value] of Object.entries(labels)) {
    problems.push(...keyProblems('metadata.labels', key));
    if (!labelValue.test(value)) problems.push(invalidValue('metadata.labels', value, labelValueRule));
    else if (value.length > 63)
      problems.push(invalidValue('metadata.labels', value, 'must be no more than 63 bytes'));
  }
  for (const key of Object.keys(annotations))
    problems.push(...keyProblems('metadata.annotations', key.toLowerCase(), key));
  for (const [index, finalizer] of finalizers.entries())
    if (!custom && !finalizer.includes('/') && !standardFinalizers.has(finalizer))
      problems.push(
        invalidValue(
          `metadata.finalizers[${index}]`,
          finalizer,
          'name is neither a standard finalizer name nor is it fully qualified',
        ),
      );
  for (const [index, owner] of ownerReferences.entries())
    for (const key of ['apiVersion', 'kind', 'name', 'uid'] as const)
      if (!owner[key])
        problems.push(
          invalidValue(
            `metadata.ownerReferences[${index}].${key}`,
            owner[key] ?? '',
            `${key} must not be empty`,
          ),
        );
  if (ownerReferences.filter(({ controller }) => controller).length > 1)
    problems.push(
      invalidValue(
        'metadata.ownerReferences',
        ownerReferences,
        'Only one reference can have Controller set to true',
      ),
    );
  return problems;
}

function keyProblems(field: string, key: string, shown = key): FieldProblem[] {
  const [name = '', prefix, more] = key.split('/').toReversed();
  if (more !== undefined || !namePart.test(name) || name.length > 63)
    return [invalidValue(field, shown, namePartRule)];
  return prefix === undefined || subdomain.test(prefix)
    ? []
    : [invalidValue(field, shown, `prefix part ${subdomainRule}`)];
}

export function finalizerProblems(before: ObjectMeta, after: ObjectMeta): FieldProblem[] {
  if (!before.deletionTimestamp) return [];
  const added = (after.finalizers ?? []).filter((one) => !before.finalizers?.includes(one));
  if (added.length === 0) return [];
  const names = added.map((name) => JSON.stringify(name)).join(', ');
  return [
    forbiddenValue(
      'metadata.finalizers',
      `no new finalizers can be added if the object is being deleted, found new finalizers []string{${names}}`,
    ),
  ];
}

const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

export const generatedName = (prefix: string): string =>
  prefix.slice(0, 58) +
  Array.from({ length: 5 }, () => alphabet[Math.floor(Math.random() * alphabet.length)]).join('');
