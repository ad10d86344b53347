import { timeText, type ApiObject, type ManagedFieldsEntry } from './api-object.ts';
import { Failure } from './failure.ts';
import {
  difference,
  emptySet,
  equalSets,
  formatFieldsV1,
  intersection,
  isEmpty,
  parseFieldsV1,
  readablePaths,
  union,
  withoutPaths,
  type FieldSet,
} from './field-set.ts';
import { equal, type Fields } from './json.ts';
import { childOf, type Schema } from './schema.ts';
import { compareFields, fieldsSet } from './typed-fields.ts';
import { mergeApplied, removeFields } from './typed-merge.ts';

/** Who writes, and how. */
export interface Writer {
  manager: string;
  apiVersion: string;
  subresource: string | undefined;
  now: Date;
  /** Fields that this endpoint leaves alone, as path elements. */
  ignored: readonly (readonly string[])[];
}

interface Owner extends ManagedFieldsEntry {
  set: FieldSet;
}

/** Fields of the system; nobody owns them. */
const systemFields = [
  ['f:apiVersion'],
  ['f:kind'],
  ['f:metadata', 'f:name'],
  ['f:metadata', 'f:namespace'],
  ['f:metadata', 'f:creationTimestamp'],
  ['f:metadata', 'f:deletionTimestamp'],
  ['f:metadata', 'f:deletionGracePeriodSeconds'],
  ['f:metadata', 'f:selfLink'],
  ['f:metadata', 'f:uid'],
  ['f:metadata', 'f:generation'],
  ['f:metadata', 'f:managedFields'],
  ['f:metadata', 'f:resourceVersion'],
];

function strip(set: FieldSet, ignored: Writer['ignored']): FieldSet {
  const stripped = withoutPaths(set, [...systemFields, ...ignored]);
  const metadata = stripped.below.get('f:metadata');
  if (metadata?.member) {
    const kept = { member: false, below: metadata.below };
    if (isEmpty(kept)) stripped.below.delete('f:metadata');
    else stripped.below.set('f:metadata', kept);
  }
  return { member: false, below: stripped.below };
}

const ownersOf = (object: ApiObject | undefined): Owner[] =>
  (object?.metadata.managedFields ?? []).map((entry) => ({
    ...entry,
    set: parseFieldsV1(entry.fieldsV1 ?? {}),
  }));

/** `managedFields: [{}]` and `[]` in an update mean: forget who owns what. */
const isReset = (entries: ManagedFieldsEntry[] | undefined): boolean =>
  entries?.length === 1 && Object.keys(entries[0] ?? {}).length === 0;

const isSame = (owner: Owner, operation: string, writer: Writer): boolean =>
  owner.manager === writer.manager &&
  owner.operation === operation &&
  (owner.subresource ?? '') === (writer.subresource ?? '') &&
  // An applier is the same in all versions.
  (operation === 'Apply' || owner.apiVersion === writer.apiVersion);

function entries(owners: Owner[]): ManagedFieldsEntry[] {
  const rank = ({ operation, time, manager, apiVersion, subresource }: Owner) =>
    [operation === 'Apply' ? 0 : 1, time, manager, apiVersion, subresource].map((part) => part ?? '');
  const order = (one: Owner, other: Owner) => {
    const [a, b] = [rank(one), rank(other)];
    const first = a.findIndex((part, index) => part !== b[index]);
    return first < 0 ? 0 : a[first]! < b[first]! ? -1 : 1;
  };
  return owners.toSorted(order).map(({ set, ...entry }) => ({
    manager: entry.manager ?? '',
    operation: entry.operation ?? '',
    apiVersion: entry.apiVersion ?? '',
    ...(entry.time && { time: entry.time }),
    fieldsType: 'FieldsV1',
    fieldsV1: formatFieldsV1(set),
    ...(entry.subresource && { subresource: entry.subresource }),
  }));
}

function withOwners(object: ApiObject, owners: Owner[]): ApiObject {
  const { managedFields: _, ...metadata } = object.metadata;
  return {
    ...object,
    metadata: owners.length > 0 ? { ...metadata, managedFields: entries(owners) } : metadata,
  };
}

/** After a create, an update or a patch: who owns what now. Also of a new object (`live` undefined). */
export function ownAfterUpdate(
  live: ApiObject | undefined,
  updated: ApiObject,
  schema: Schema,
  writer: Writer,
): ApiObject {
  const given = updated.metadata.managedFields;
  const fresh: Fields = { metadata: {}, ...schema.skeleton };
  const before: Fields = live ?? fresh;
  const owners = isReset(given) ? [] : given && given.length > 0 ? ownersOf(updated) : ownersOf(live);
  // Who has no owners does not get any before somebody applies.
  if (live && owners.length === 0) return withOwners(updated, []);
  const compared = compareFields(before, updated, schema);
  // What this endpoint leaves alone does not change, whatever was sent.
  const removed = withoutPaths(compared.removed, writer.ignored);
  const changed = withoutPaths(union(compared.modified, compared.added), writer.ignored);
  const others: Owner[] = [];
  let mine: Owner | undefined;
  for (const owner of owners) {
    if (isSame(owner, 'Update', writer)) {
      mine = owner;
      continue;
    }
    const left = difference(difference(owner.set, changed), removed);
    if (!isEmpty(left) || (owner.operation === 'Apply' && isEmpty(owner.set)))
      others.push({ ...owner, set: left });
  }
  const set = strip(union(difference(mine?.set ?? emptySet(), removed), changed), writer.ignored);
  if (isEmpty(set)) return withOwners(updated, others);
  const time = mine && equalSets(mine.set, set) ? mine.time : timeText(writer.now);
  const owner: Owner = {
    manager: writer.manager,
    operation: 'Update',
    apiVersion: writer.apiVersion,
    ...(time && { time }),
    ...(writer.subresource && { subresource: writer.subresource }),
    set,
  };
  return withOwners(updated, [...others, owner]);
}

/**
 * Server-side apply: the object that results, with its owners, before defaults. Undefined where nothing changes.
 * Throws a 409 that names every field of others that would change, unless forced.
 */
export function applyConfiguration(
  live: ApiObject | undefined,
  applied: ApiObject,
  schema: Schema,
  writer: Writer,
  force: boolean,
): ApiObject | undefined {
  // With the fields of the system, which nobody owns: they hold what is around them.
  const wanted = fieldsSet(applied, schema);
  const set = strip(wanted, writer.ignored);
  const owners = ownersOf(live);
  if (live && owners.length === 0) owners.push(firstOwner(live, schema, writer));
  const mine = owners.find((owner) => isSame(owner, 'Apply', writer));
  const others = owners.filter((owner) => owner !== mine);

  const merged = live ? mergeApplied(live, applied, schema) : applied;
  const held = others.reduce((all, owner) => union(all, owner.set), wanted);
  const gone = mine ? notHeld(mine.set, held, schema, true) : emptySet();
  const pruned = removeFields(merged, gone, held, schema) as ApiObject;
  const result = { ...pruned, metadata: pruned.metadata ?? {} };

  const compared = compareFields(live ?? {}, result, schema);
  const removed = withoutPaths(compared.removed, writer.ignored);
  const changed = withoutPaths(union(compared.added, compared.modified), writer.ignored);
  const conflicts = others
    .map((owner) => ({ owner, fields: intersection(owner.set, changed) }))
    .filter(({ fields }) => !isEmpty(fields));
  if (conflicts.length > 0 && !force) throw conflictOf(conflicts);

  const kept = others.flatMap((owner) => {
    const left = difference(difference(owner.set, changed), removed);
    return isEmpty(left) ? [] : [{ ...owner, set: left }];
  });
  const same = live !== undefined && equal(contentOf(live), contentOf(result));
  const time = same ? mine?.time : timeText(writer.now);
  const owner: Owner = {
    manager: writer.manager,
    operation: 'Apply',
    apiVersion: writer.apiVersion,
    ...(time && { time }),
    ...(writer.subresource && { subresource: writer.subresource }),
    set,
  };
  if (same && mine && mine.apiVersion === writer.apiVersion && equalSets(mine.set, set)) return undefined;
  return withOwners(result, isEmpty(set) ? kept : [...kept, owner]);
}

const contentOf = ({ metadata: { managedFields: _, ...metadata }, ...object }: ApiObject): Fields => ({
  ...object,
  metadata,
});

/** An object from before anybody applied belongs to this manager. */
function firstOwner(live: ApiObject, schema: Schema, writer: Writer): Owner {
  return {
    manager: 'before-first-apply',
    operation: 'Update',
    apiVersion: live.apiVersion,
    time: timeText(writer.now),
    ...(writer.subresource && { subresource: writer.subresource }),
    set: strip(compareFields({ metadata: {} }, live, schema).added, writer.ignored),
  };
}

/**
 * What the manager applied last and nobody holds now. A field that the schema names goes with all that is in it, defaults too, once nothing below
 * it is held; items of lists and keys of maps go when they are not held themselves.
 */
function notHeld(
  last: FieldSet,
  held: FieldSet | undefined,
  schema: Schema | undefined,
  declared: boolean,
): FieldSet {
  const gone: FieldSet = { member: declared ? !held : last.member && !held?.member, below: new Map() };
  if (gone.member) return gone;
  for (const [element, child] of last.below) {
    const field = element.startsWith('f:') ? childOf(schema, element.slice(2)) : undefined;
    const below = field ? field.schema : schema?.items;
    const dropped = notHeld(child, held?.below.get(element), below, field?.declared ?? false);
    if (!isEmpty(dropped)) gone.below.set(element, dropped);
  }
  return gone;
}

function conflictOf(conflicts: { owner: Owner; fields: FieldSet }[]): Failure {
  const causes = conflicts
    .flatMap(({ owner, fields }) => {
      const using = owner.operation === 'Update' ? ` using ${owner.apiVersion}` : '';
      const subresource = owner.subresource ? ` with subresource "${owner.subresource}"` : '';
      return readablePaths(fields).map((field) => ({
        who: `"${owner.manager}"${subresource}${using}`,
        field,
      }));
    })
    .toSorted((one, other) => (one.who < other.who ? -1 : one.who > other.who ? 1 : 0));
  const count = `Apply failed with ${causes.length} conflict${causes.length === 1 ? '' : 's'}`;
  const groups = Map.groupBy(causes, ({ who }) => who);
  const told =
    causes.length === 1
      ? `conflict with ${causes[0]!.who}: ${causes[0]!.field}`
      : [...groups]
          .map(([who, all]) => `conflicts with ${who}:\n${all.map(({ field }) => `- ${field}`).join('\n')}`)
          .join('\n');
  return new Failure(409, 'Conflict', `${count}: ${told}`, {
    causes: causes.map(({ who, field }) => ({
      reason: 'FieldManagerConflict',
      message: `conflict with ${who}`,
      field,
    })),
  });
}
