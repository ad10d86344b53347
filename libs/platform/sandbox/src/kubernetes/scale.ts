import type { ApiObject } from './api-object.ts';
import { at, type Fields } from './json.ts';
import { stepsOf, withValueAt } from './resource.ts';
import type { Target } from './state.ts';

/** The `Scale` of an object. */
export function scaleOf(object: ApiObject, { version: { scale } }: Target): Fields {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const number = (path: string | undefined) => {
    const value = path && at(object, ...stepsOf(path));
    return typeof value === 'number' ? value : 0;
  };
  const selector = scale?.labelSelectorPath && at(object, ...stepsOf(scale.labelSelectorPath));
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, ...(namespace && { namespace }), uid, resourceVersion, creationTimestamp },
    spec: { replicas: number(scale?.specReplicasPath) },
    status: {
      replicas: number(scale?.statusReplicasPath),
      ...(typeof selector === 'string' && { selector }),
    },
  };
}

/** The object with the replicas of a `Scale`. */
export function withScale(object: ApiObject, scale: unknown, { version }: Target): ApiObject {
  const replicas = at(scale, 'spec', 'replicas');
  const path = stepsOf(version.scale?.specReplicasPath ?? '.spec.replicas');
  return withValueAt(object, path, typeof replicas === 'number' ? replicas : 0) as ApiObject;
}
