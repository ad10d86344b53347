/** As much of the OpenAPI schema of a custom resource as ours need. */
export interface Schema {
  type: 'object' | 'array' | 'string' | 'boolean' | 'integer';
  description?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  additionalProperties?: Schema;
  default?: boolean | string | Record<string, string>;
  enum?: string[];
  pattern?: string;
  minLength?: number;
  format?: 'date-time';
  'x-kubernetes-map-type'?: 'atomic';
}

export const text = (description: string, rules: Partial<Schema> = {}): Schema => ({
  type: 'string',
  description,
  ...rules,
});
export const flag = (description: string, preset?: boolean): Schema => ({
  type: 'boolean',
  description,
  ...(preset !== undefined && { default: preset }),
});
export const integer = (description: string): Schema => ({ type: 'integer', description });
export const list = (description: string, items: Schema): Schema => ({ type: 'array', description, items });
export const object = (
  description: string,
  properties: Record<string, Schema> = {},
  required: string[] = [],
): Schema => ({
  type: 'object',
  description,
  ...(Object.keys(properties).length > 0 && { properties }),
  ...(required.length > 0 && { required: required.toSorted() }),
});

/** Kubernetes' own reference to another object; a reference is replaced as a whole. */
export const objectReference = (description: string): Schema => ({
  ...object(description, {
    apiVersion: text('Group and version of what is referred to.'),
    fieldPath: text('Path of a part of it, where not the whole object is meant.'),
    kind: text('Kind of what is referred to.'),
    name: text('Name of what is referred to.'),
    namespace: text('Namespace of what is referred to.'),
    resourceVersion: text('The very version that is meant, if any.'),
    uid: text('UID of what is referred to.'),
  }),
  'x-kubernetes-map-type': 'atomic',
});

/** `status.conditions` in the shape of Cluster API v1beta1. */
export const conditions: Schema = list(
  'What is known about the object; Ready sums up all others.',
  object(
    'One aspect of the object.',
    {
      lastTransitionTime: text('When status, reason, severity or message last changed.', {
        format: 'date-time',
      }),
      message: text('One line for people: what is wrong, and what helps.'),
      reason: text('One word for programs.'),
      severity: text('Error, Warning or Info; only where the status is False.'),
      status: text('True, False or Unknown.'),
      type: text('Name of the aspect.'),
    },
    ['lastTransitionTime', 'status', 'type'],
  ),
);

/** `status.resources`: the inventory of what was applied. */
export const appliedResources: Schema = list(
  'Every object that was put into the cluster, and whether it is as it should be.',
  object('One object.', {
    error: text('Why it is not as it should be.'),
    group: text('API group of the object; empty for the core group.'),
    kind: text('Kind of the object.'),
    name: text('Name of the object.'),
    namespace: text('Namespace in the manifest; empty where it names none.'),
    status: text('synced or not-synced.'),
    version: text('API version of the object.'),
  }),
);

export const identityRef = (preset?: Record<string, string>): Schema => ({
  ...object(
    'What holds the credentials for OpenStack, in the same namespace.',
    {
      kind: text('Kind of the identity: Secret.', { minLength: 1 }),
      name: text('Name of the identity.'),
    },
    ['kind', 'name'],
  ),
  ...(preset && { default: preset }),
});
