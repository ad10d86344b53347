import { parse } from 'yaml';
import { copy } from '../kubernetes/json.ts';
import type { Template } from './kinds.ts';
import { groupOf } from './kinds.ts';
import { renderTemplate } from './go-template.ts';
import { applyJsonPatch } from './json-patch.ts';

interface ValueFrom {
  /** A path: `name`, `name.field`, `name[0]`, `builtin.cluster.name`. */
  variable?: string;
  /** A Go template whose text is YAML. */
  template?: string;
}

export interface ClassPatch {
  name: string;
  /** A Go template: the patch counts where its text is `true`. */
  enabledIf?: string;
  definitions?: {
    selector: {
      apiVersion: string;
      kind: string;
      matchResources: {
        controlPlane?: boolean;
        infrastructureCluster?: boolean;
        machineDeploymentClass?: { names?: string[] };
      };
    };
    jsonPatches: { op: 'add' | 'replace' | 'remove'; path: string; value?: unknown; valueFrom?: ValueFrom }[];
  }[];
}

/** What a template is for, as patches select it. */
export type Role =
  | { infrastructureCluster: true }
  | { controlPlane: true }
  | { machineDeploymentClass: string };

/** The template as the patches make it. Throws, naming the patch, where one cannot be applied. */
export function patchTemplate(
  template: Template,
  role: Role,
  patches: readonly ClassPatch[],
  variables: Record<string, unknown>,
): Template {
  const patched = copy(template);
  for (const patch of patches) {
    const definitions = (patch.definitions ?? []).filter(({ selector }) => selects(selector, template, role));
    if (definitions.length === 0) continue;
    try {
      if (patch.enabledIf !== undefined && renderTemplate(patch.enabledIf, variables).trim() !== 'true')
        continue;
      for (const { op, path, value, valueFrom } of definitions.flatMap(({ jsonPatches }) => jsonPatches)) {
        applyJsonPatch(patched, { op, path, value: valueFrom ? valueOf(valueFrom, variables) : value });
      }
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      throw new Error(
        `error computing the desired state of the Cluster topology: failed to apply patches: failed to generate patches for patch "${patch.name}": ${message}`,
        { cause: error },
      );
    }
  }
  return patched;
}

type Selector = NonNullable<ClassPatch['definitions']>[number]['selector'];

function selects({ apiVersion, kind, matchResources }: Selector, template: Template, role: Role): boolean {
  if (kind !== template.kind || groupOf(apiVersion) !== groupOf(template.apiVersion)) return false;
  if ('infrastructureCluster' in role) return matchResources.infrastructureCluster === true;
  if ('controlPlane' in role) return matchResources.controlPlane === true;
  const names = matchResources.machineDeploymentClass?.names ?? [];
  return names.some((name) => matchesName(name, role.machineDeploymentClass));
}

/** A name may begin or end with an asterisk. */
const matchesName = (pattern: string, name: string): boolean =>
  pattern === '*' ||
  pattern === name ||
  (pattern.endsWith('*') && name.startsWith(pattern.slice(0, -1))) ||
  (pattern.startsWith('*') && name.endsWith(pattern.slice(1)));

function valueOf({ variable, template }: ValueFrom, variables: Record<string, unknown>): unknown {
  if (template !== undefined) return parse(renderTemplate(template, variables)) as unknown;
  const path = variable?.match(/[^.[\]]+/g) ?? [];
  let value: unknown = variables;
  for (const key of path) {
    value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
  }
  if (value === undefined)
    throw new Error(`failed to calculate value: variable "${variable ?? ''}" does not exist`);
  return value;
}
