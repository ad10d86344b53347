import type { ApiObject } from './api-object.ts';
import { forbiddenValue, invalidValue, type FieldProblem } from './failure.ts';
import { at, equal } from './json.ts';

/** Fields of built-in kinds that cannot be changed, as far as those who apply objects meet them. */
const immutable: Record<string, string[]> = {
  Deployment: ['spec.selector'],
  ReplicaSet: ['spec.selector'],
  DaemonSet: ['spec.selector'],
  Job: ['spec.selector', 'spec.template'],
  Secret: ['type'],
  RoleBinding: ['roleRef'],
  ClusterRoleBinding: ['roleRef'],
  StorageClass: ['provisioner', 'parameters', 'reclaimPolicy', 'volumeBindingMode'],
};

/** What an update of a built-in kind may not do. */
export function builtInProblems(object: ApiObject, live: ApiObject): FieldProblem[] {
  const paths = immutable[object.kind] ?? [];
  const problems = paths.flatMap((path) => {
    const [now, before] = [at(object, ...path.split('.')), at(live, ...path.split('.'))];
    if (equal(now, before)) return [];
    return [invalidValue(path, now, path === 'roleRef' ? 'cannot change roleRef' : 'field is immutable')];
  });
  if (live['immutable'] === true && (object.kind === 'ConfigMap' || object.kind === 'Secret'))
    for (const field of ['data', 'binaryData', 'immutable'])
      if (!equal(object[field], live[field]))
        problems.push(forbiddenValue(field, 'field is immutable when `immutable` is set'));
  return problems;
}
