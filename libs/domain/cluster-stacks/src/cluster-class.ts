import { isFields, type Fields } from './release-file.ts';

/** What a template of a ClusterClass is for. */
export type TemplateRole =
  | { of: 'cluster' }
  | { of: 'control-plane'; part: 'control-plane' | 'machine' }
  | { of: 'workers'; class: string; part: 'bootstrap' | 'machine' };

/** A template that a ClusterClass names. */
export interface TemplateReference {
  role: TemplateRole;
  /** In the ClusterClass: `spec.controlPlane.ref`. */
  path: string;
  apiVersion: string;
  kind: string;
  name: string;
}

/** All templates that a ClusterClass names, in v1beta1 (`ref`, workers in `template`) or v1beta2 (`templateRef`). */
export function templateReferences(clusterClass: Fields): TemplateReference[] {
  const spec = fieldsAt(clusterClass, 'spec');
  const controlPlane = fieldsAt(spec, 'controlPlane');
  return [
    ...reference(fieldsAt(spec, 'infrastructure'), 'spec.infrastructure', { of: 'cluster' }),
    ...reference(controlPlane, 'spec.controlPlane', { of: 'control-plane', part: 'control-plane' }),
    ...reference(fieldsAt(controlPlane, 'machineInfrastructure'), 'spec.controlPlane.machineInfrastructure', {
      of: 'control-plane',
      part: 'machine',
    }),
    ...workerClasses(clusterClass).flatMap(({ name, path, fields }) => {
      const isNested = isFields(fields['template']);
      const template = isNested ? fieldsAt(fields, 'template') : fields;
      const prefix = isNested ? `${path}.template` : path;
      return [
        ...reference(fieldsAt(template, 'bootstrap'), `${prefix}.bootstrap`, {
          of: 'workers',
          class: name,
          part: 'bootstrap',
        }),
        ...reference(fieldsAt(template, 'infrastructure'), `${prefix}.infrastructure`, {
          of: 'workers',
          class: name,
          part: 'machine',
        }),
      ];
    }),
  ];
}

/** Classes of machine deployments and machine pools. */
export function workerClasses(
  clusterClass: Fields,
): { name: string; kind: 'machineDeployments' | 'machinePools'; path: string; fields: Fields }[] {
  const workers = fieldsAt(fieldsAt(clusterClass, 'spec'), 'workers');
  return (['machineDeployments', 'machinePools'] as const).flatMap((kind) =>
    listAt(workers, kind).map((fields, index) => ({
      name: textAt(fields, 'class'),
      kind,
      path: `spec.workers.${kind}[${index}]`,
      fields,
    })),
  );
}

function reference(holder: Fields, path: string, role: TemplateRole): TemplateReference[] {
  for (const field of ['templateRef', 'ref']) {
    const ref = holder[field];
    if (!isFields(ref)) continue;
    const [apiVersion, kind, name] = [textAt(ref, 'apiVersion'), textAt(ref, 'kind'), textAt(ref, 'name')];
    return [{ role, path: `${path}.${field}`, apiVersion, kind, name }];
  }
  return [];
}

export const fieldsAt = (object: Fields, field: string): Fields => {
  const value = object[field];
  return isFields(value) ? value : {};
};

export const listAt = (object: Fields, field: string): Fields[] => {
  const value = object[field];
  return Array.isArray(value) ? value.filter(isFields) : [];
};

export const textAt = (object: Fields, field: string): string => {
  const value = object[field];
  return typeof value === 'string' ? value : '';
};
