import {
  fieldsAt,
  listAt,
  templateReferences,
  textAt,
  workerClasses,
  type TemplateReference,
} from './cluster-class.ts';
import type { Note } from './finding.ts';
import { nearestWord } from './nearest-word.ts';
import { isFields, type Fields } from './release-file.ts';
import { templateVariables } from './template-variables.ts';
import { schemaIn, type ClusterVariable, type VariableSchema } from './variables.ts';

type Use = (
  name: string,
  path: string,
  severity: 'error' | 'warning',
  /** Behind the name: fields, and indexes such as `0]`. */
  fields?: readonly string[],
) => void;

/** Patches of a ClusterClass: what Cluster API would refuse, and variables that are undefined or unused. */
export function lintPatches(clusterClass: Fields, variables: readonly ClusterVariable[], note: Note): void {
  const known = variables.map(({ name }) => name);
  const used = new Set<string>();
  // Cluster API refuses the one, and puts `<no value>` in for the other.
  const use: Use = (name, path, severity, fields = []) => {
    used.add(name);
    const defined = variables.find((variable) => variable.name === name);
    if (defined && !hasField(defined.schema, fields))
      note(
        severity,
        'variable-undefined',
        path,
        `reads a field that ${name} does not have`,
        `write one of its fields, or define it in the schema of ${name}`,
      );
    if (name === 'builtin' || defined) return;
    const meant = nearestWord(name, known);
    const remedy = meant === undefined ? `define ${name} in spec.variables` : `did you mean ${meant}?`;
    note(severity, 'variable-undefined', path, `reads the variable ${name}, which is not defined`, remedy);
  };

  const patches = listAt(fieldsAt(clusterClass, 'spec'), 'patches');
  for (const [index, patch] of patches.entries()) {
    const path = `spec.patches[${index}]`;
    if (patches.findIndex((other) => textAt(other, 'name') === textAt(patch, 'name')) !== index)
      note(
        'error',
        'patch-name',
        path,
        `is called ${textAt(patch, 'name')} like another patch`,
        'give each patch its own name',
      );
    const condition = textAt(patch, 'enabledIf');
    if (condition !== '' && !condition.includes('{{'))
      note(
        'warning',
        'patch-constant',
        `${path}.enabledIf`,
        `is always "${condition}"`,
        'Helm has filled the template in: write it as {{ `{{ … }}` }}, or leave enabledIf out',
      );
    for (const name of templateVariables(condition)) use(name, `${path}.enabledIf`, 'warning');
    for (const [place, definition] of listAt(patch, 'definitions').entries()) {
      const definitionPath = `${path}.definitions[${place}]`;
      lintSelector(clusterClass, fieldsAt(definition, 'selector'), `${definitionPath}.selector`, note);
      for (const [at, jsonPatch] of listAt(definition, 'jsonPatches').entries())
        lintJsonPatch(jsonPatch, `${definitionPath}.jsonPatches[${at}]`, use, note);
    }
  }
  // What an external patch reads is not written here.
  if (patches.some((patch) => isFields(patch['external']))) return;
  for (const [index, { name }] of variables.entries())
    if (!used.has(name))
      note(
        'warning',
        'variable-unused',
        `spec.variables[${index}]`,
        `defines ${name}, which no patch reads`,
        'use it in a patch, or remove it',
      );
}

/** Does the schema allow for the field that a path leads to? */
function hasField(schema: VariableSchema, fields: readonly string[]): boolean {
  const [field, ...rest] = fields;
  if (field === undefined || schema['x-kubernetes-preserve-unknown-fields'] === true) return true;
  const inner = field.endsWith(']')
    ? schemaIn(schema, 'items')
    : (schemaIn(schemaIn(schema, 'properties') ?? {}, field) ?? schemaIn(schema, 'additionalProperties'));
  return inner !== undefined && hasField(inner, rest);
}

function lintJsonPatch(patch: Fields, path: string, use: Use, note: Note): void {
  const operation = textAt(patch, 'op');
  if (!/^(add|replace|remove)$/.test(operation))
    note('error', 'patch-operation', `${path}.op`, `is "${operation}"`, 'write add, replace or remove');
  const target = textAt(patch, 'path');
  if (!target.startsWith('/spec'))
    note(
      'error',
      'patch-path',
      `${path}.path`,
      `is "${target}"`,
      'begin with /spec: Cluster API refuses everything else',
    );

  const source = fieldsAt(patch, 'valueFrom');
  const [variable, template] = [textAt(source, 'variable'), textAt(source, 'template')];
  const sources = [patch['value'] !== undefined, variable !== '', template !== ''].filter(Boolean).length;
  if (operation !== 'remove' && sources !== 1)
    note(
      'error',
      'patch-value',
      path,
      `has ${sources} values`,
      'write one of value, valueFrom.variable and valueFrom.template',
    );
  const [name = '', ...fields] = variable.split(/[.[]/);
  if (name !== '') use(name, `${path}.valueFrom.variable`, 'error', fields);
  for (const read of templateVariables(template)) use(read, `${path}.valueFrom.template`, 'warning');
}

/** Each part of a selector must fit a template that the class uses there. */
function lintSelector(clusterClass: Fields, selector: Fields, path: string, note: Note): void {
  const references = templateReferences(clusterClass).filter(
    ({ apiVersion, kind }) =>
      apiVersion === textAt(selector, 'apiVersion') && kind === textAt(selector, 'kind'),
  );
  const resources = fieldsAt(selector, 'matchResources');
  const wanted: [place: string, fits: (reference: TemplateReference) => boolean][] = [
    ...(resources['infrastructureCluster'] === true
      ? [['infrastructureCluster', isOf('cluster')] as const]
      : []),
    ...(resources['controlPlane'] === true ? [['controlPlane', isOf('control-plane')] as const] : []),
    ...(['machineDeploymentClass', 'machinePoolClass'] as const).flatMap((field) => {
      const names = fieldsAt(resources, field)['names'];
      const texts = Array.isArray(names)
        ? names.filter((name): name is string => typeof name === 'string')
        : [];
      return texts.map((name) => [`${field}.names ${name}`, isOfWorkers(clusterClass, field, name)] as const);
    }),
  ].map(([place, fits]) => [place, fits]);
  if (wanted.length === 0)
    note(
      'error',
      'patch-selector',
      path,
      'selects nothing',
      'set matchResources.controlPlane, infrastructureCluster or a class of workers',
    );
  for (const [place, fits] of wanted)
    if (!references.some(fits))
      note(
        'error',
        'patch-selector',
        `${path}.matchResources.${place}`,
        `means ${textAt(selector, 'kind')} (${textAt(selector, 'apiVersion')}), which the class does not use there`,
        'write apiVersion and kind as in the reference to the template, and names of classes that exist',
      );
}

const isOf =
  (of: 'cluster' | 'control-plane') =>
  ({ role }: TemplateReference): boolean =>
    role.of === of;

function isOfWorkers(clusterClass: Fields, field: string, pattern: string) {
  const kind = field === 'machinePoolClass' ? 'machinePools' : 'machineDeployments';
  const names = workerClasses(clusterClass)
    .filter((worker) => worker.kind === kind && matchesName(pattern, worker.name))
    .map(({ name }) => name);
  return ({ role }: TemplateReference): boolean => role.of === 'workers' && names.includes(role.class);
}

/** A star stands at the beginning or the end, or alone. */
const matchesName = (pattern: string, name: string): boolean =>
  pattern === name ||
  pattern === '*' ||
  (pattern.startsWith('*') && name.endsWith(pattern.slice(1))) ||
  (pattern.endsWith('*') && name.startsWith(pattern.slice(0, -1)));
