import {
  checkVariables,
  decideAdmission,
  parseReleaseName,
  printClassName,
  variablesOf,
  workerClasses,
  type ClusterStackRelease,
  type ClusterVariable,
  type KubernetesObject,
  type Pool,
  type VariableValue,
} from '@scs/cluster-stacks';
import { DomainError } from '@scs/service';
import { admissionLookup } from '../admission/admission-lookup.ts';
import { asked } from '../kubernetes-failure.ts';
import { releaseType, type Management } from '../management.ts';

export interface Violation {
  field: string;
  description: string;
}

/** One of several fields that are wrong: all of them are told. */
export function refuse(reason: string, violations: readonly Violation[]): void {
  const [first] = violations;
  if (!first) return;
  const more = violations.length > 1 ? ` (and ${violations.length - 1} more)` : '';
  throw new DomainError('invalid', reason, `${first.field}: ${first.description}${more}`, {
    violations: [...violations],
  });
}

/** What clusters of a release are made of. */
export interface UsableRelease {
  tag: string;
  className: string;
  kubernetesVersion: string;
  variables: ClusterVariable[];
  /** Of node pools. */
  classes: string[];
}

/** A release that clusters can be made of; throws `invalid` where there is none of that tag, `wrong-state` where it is not ready. */
export async function usableRelease(
  management: Management,
  namespace: string,
  tag: string,
  field: string,
): Promise<UsableRelease> {
  const name = parseReleaseName(tag);
  const release =
    typeof name === 'string'
      ? undefined
      : await asked(() =>
          management.client.get<ClusterStackRelease>({ ...releaseType, namespace, name: tag }),
        );
  if (!release || typeof name === 'string') {
    refuse('RELEASE_UNKNOWN', [
      { field, description: `there is no release ${tag}; list the releases of your cluster stacks` },
    ]);
    throw new Error('unreachable');
  }
  const className = printClassName(name);
  const kubernetesVersion = release.status?.kubernetesVersion ?? '';
  const type = await management.core('ClusterClass');
  const clusterClass = await management.find(type, namespace, className);
  if (release.status?.ready !== true || kubernetesVersion === '' || !clusterClass)
    throw new DomainError(
      'wrong-state',
      'RELEASE_NOT_READY',
      `the release ${tag} is not ready${reasonOf(release)}; wait for it, or choose another one`,
      { metadata: { release: tag } },
    );
  return {
    tag,
    className,
    kubernetesVersion,
    variables: variablesOf(clusterClass),
    classes: poolClasses(clusterClass),
  };
}

function reasonOf({ status }: ClusterStackRelease): string {
  const trouble = status?.conditions?.find((condition) => condition.status === 'False' && condition.message);
  return trouble ? ` (${trouble.message})` : '';
}

export const poolClasses = (clusterClass: KubernetesObject): string[] =>
  workerClasses(clusterClass)
    .filter(({ kind }) => kind === 'machineDeployments')
    .map(({ name }) => name);

export const variableViolations = (
  values: readonly VariableValue[],
  { variables }: UsableRelease,
  field: string,
): Violation[] =>
  checkVariables(values, variables).map(({ path, message }) => ({
    field: `${field}.${path}`,
    description: message,
  }));

/** Pools of a new cluster, or one that is added or changed. */
export function poolViolations(
  pool: Pool,
  release: Pick<UsableRelease, 'variables' | 'classes'>,
  field: string,
): Violation[] {
  const classes = release.classes.join(', ');
  return [
    ...(pool.id === '' ? [{ field: `${field}.id`, description: 'is missing; give the pool a name' }] : []),
    ...(release.classes.includes(pool.class)
      ? []
      : [
          {
            field: `${field}.class`,
            description: `there is no class ${pool.class || '""'}; choose one of: ${classes}`,
          },
        ]),
    // A pool gives what differs, so nothing is required of it.
    ...checkVariables(
      pool.variables,
      release.variables.map((variable) => ({ ...variable, required: false })),
    ).map(({ path, message }) => ({ field: `${field}.variables.${path}`, description: message })),
  ];
}

/** etcd has a majority of an odd number. */
export const replicaViolations = (replicas: number, field: string): Violation[] =>
  replicas % 2 === 1 ? [] : [{ field, description: 'must be odd, as etcd needs a majority; take 1, 3 or 5' }];

/** The rules of the admission webhook, also where it is not installed. Throws `wrong-state`. */
export async function judge(
  management: Management,
  object: KubernetesObject,
  oldObject?: KubernetesObject,
): Promise<void> {
  const { name, namespace } = object.metadata;
  const version = await management.version();
  const decision = await decideAdmission(
    {
      uid: '',
      kind: { group: 'cluster.x-k8s.io', version, kind: 'Cluster' },
      operation: oldObject ? 'UPDATE' : 'CREATE',
      name,
      ...(namespace && { namespace }),
      object,
      oldObject: oldObject ?? null,
    },
    admissionLookup(management.client, () => Promise.resolve(version)),
  );
  if (!decision.allowed)
    throw new DomainError('wrong-state', 'CHANGE_REFUSED', decision.message ?? 'the change is refused');
}
