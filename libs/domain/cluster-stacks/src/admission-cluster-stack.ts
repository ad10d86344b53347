import { decide, fieldOf, reasonOf, textOf } from './admission-request.ts';
import type { AdmissionDecision, AdmissionLookup, AdmissionRequest } from './admission-request.ts';
import { topologyOf } from './cluster.ts';
import { isOfStack, releaseOfClass } from './cluster-stack-plan.ts';
import { parseReleaseName, printReleaseName, type ReleaseName } from './release-name.ts';
import type { KubernetesObject } from './resources.ts';
import { parseVersion } from './version.ts';

const immutable = ['provider', 'name', 'channel', 'kubernetesVersion'] as const;

export async function decideClusterStack(
  request: AdmissionRequest,
  lookup: AdmissionLookup,
): Promise<AdmissionDecision> {
  const { object, oldObject } = request;
  switch (request.operation) {
    case 'CREATE':
      return object ? judgeNew(object) : decide([]);
    case 'UPDATE':
      return object && oldObject ? judgeChange(oldObject, object) : decide([]);
    case 'DELETE':
      return oldObject ? judgeStackDeletion(request, oldObject, lookup) : decide([]);
    case 'CONNECT':
      return decide([]);
  }
}

function judgeNew(stack: KubernetesObject): AdmissionDecision {
  const problems = invalidVersions(stack).map(versionProblem);
  if (lacksProvider(stack))
    problems.push(
      'spec.providerRef: is missing; name the template of the provider, or set spec.noProvider to true',
    );
  const warnings = (['provider', 'name'] as const)
    .filter((field) => textOf(stack, 'spec', field).includes('-'))
    .map(
      (field) =>
        `spec.${field}: ${textOf(stack, 'spec', field)} has a dash, and the names of releases are split there: none will be found`,
    );
  return decide(problems, warnings);
}

/** What was wrong before must not stand in the way of other changes: it is only warned of. */
function judgeChange(before: KubernetesObject, after: KubernetesObject): AdmissionDecision {
  const problems = immutable
    .filter((field) => valueOf(before, field) !== valueOf(after, field))
    .map(
      (field) =>
        `spec.${field}: is immutable (${valueOf(before, field)}, not ${valueOf(after, field)}); create another ClusterStack`,
    );
  const known = new Set(invalidVersions(before));
  const invalid = invalidVersions(after);
  problems.push(...invalid.filter((version) => !known.has(version)).map(versionProblem));
  const warnings = invalid.filter((version) => known.has(version)).map(versionProblem);
  if (lacksProvider(after))
    warnings.push(
      'spec.providerRef: is missing; no release gets ready until it is there or noProvider is true',
    );
  return decide(problems, warnings);
}

const valueOf = (stack: KubernetesObject, field: (typeof immutable)[number]): string =>
  textOf(stack, 'spec', field) || (field === 'channel' ? 'stable' : '');

function invalidVersions(stack: KubernetesObject): string[] {
  const versions = fieldOf(stack, 'spec', 'versions');
  return (Array.isArray(versions) ? versions : []).map(String).filter((version) => !parseVersion(version));
}

const versionProblem = (version: string): string =>
  `spec.versions: ${version} is no version; write it like v1 or v1-alpha.1`;

const lacksProvider = (stack: KubernetesObject): boolean =>
  !fieldOf(stack, 'spec', 'providerRef') && fieldOf(stack, 'spec', 'noProvider') !== true;

/** Who uses classes of a namespace, and which classes are no stack's. */
async function usersOf(namespace: string, lookup: AdmissionLookup) {
  const users: { cluster: string; release: ReleaseName }[] = [];
  const foreign: string[] = [];
  for (const cluster of await lookup.clusters(namespace)) {
    const topology = topologyOf(cluster);
    if (!topology || topology.classNamespace !== namespace) continue;
    const release = releaseOfClass(topology.className);
    const { name, namespace: own = namespace } = cluster.metadata;
    if (release) users.push({ cluster: own === namespace ? name : `${own}/${name}`, release });
    else foreign.push(topology.className);
  }
  return { users, foreign };
}

async function judgeStackDeletion(
  request: AdmissionRequest,
  stack: KubernetesObject,
  lookup: AdmissionLookup,
): Promise<AdmissionDecision> {
  const channel = valueOf(stack, 'channel') === 'custom' ? 'custom' : 'stable';
  const key = {
    provider: textOf(stack, 'spec', 'provider'),
    name: textOf(stack, 'spec', 'name'),
    kubernetesVersion: textOf(stack, 'spec', 'kubernetesVersion'),
    channel,
  } as const;
  try {
    const { users } = await usersOf(namespaceOf(request, stack), lookup);
    const clusters = users.filter(({ release }) => isOfStack(release, key)).map(({ cluster }) => cluster);
    return decide(refuseUsed('the cluster stack', clusters));
  } catch (error) {
    return decide([], [uncheckedUse(error)]);
  }
}

export async function decideClusterStackRelease(
  request: AdmissionRequest,
  lookup: AdmissionLookup,
): Promise<AdmissionDecision> {
  const { operation, oldObject } = request;
  if (operation !== 'DELETE') return decide([]);
  const name = request.name || oldObject?.metadata.name || '';
  const release = parseReleaseName(name);
  if (typeof release === 'string') return decide([]);
  try {
    const { users, foreign } = await usersOf(namespaceOf(request, oldObject), lookup);
    const clusters = users
      .filter((user) => printReleaseName(user.release) === printReleaseName(release))
      .map(({ cluster }) => cluster);
    return decide(
      refuseUsed('the release', clusters),
      [...new Set(foreign)].map(
        (className) => `ClusterClass ${className} is no cluster stack’s; it was not looked at`,
      ),
    );
  } catch (error) {
    return decide([], [uncheckedUse(error)]);
  }
}

const namespaceOf = (request: AdmissionRequest, object: KubernetesObject | null | undefined): string =>
  request.namespace || object?.metadata.namespace || '';

const refuseUsed = (what: string, clusters: readonly string[]): string[] =>
  clusters.length > 0
    ? [
        `${what} is in use by ${clusters.join(', ')}; move these clusters to another release or delete them first`,
      ]
    : [];

const uncheckedUse = (error: unknown): string =>
  `it could not be checked whether clusters still use it (${reasonOf(error)}); objects may be left behind`;
