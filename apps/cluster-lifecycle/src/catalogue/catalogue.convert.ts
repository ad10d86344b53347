import { fromJson, type JsonObject, type JsonValue, type MessageInitShape } from '@bufbuild/protobuf';
import { ValueSchema } from '@bufbuild/protobuf/wkt';
import {
  parseReleaseName,
  printClassName,
  printVersion,
  type ClusterStack,
  type ClusterStackRelease,
  type ClusterVariable,
} from '@scs/cluster-stacks';
import {
  ClusterStackSchema,
  ReleaseSchema,
  VariableSchema,
} from '@scs/proto/scs/lifecycle/v1/cluster_stack_pb';
import { toProtoCondition } from '../cluster/cluster.convert.ts';

export const stackName = (tenant: string, stack: string): string =>
  `tenants/${tenant}/clusterStacks/${stack}`;

const refTo = ({ apiVersion, kind, metadata }: ClusterStack | ClusterStackRelease) => ({
  apiVersion,
  kind,
  namespace: metadata.namespace ?? '',
  name: metadata.name,
});

export const toProtoClusterStack = (
  tenant: string,
  stack: ClusterStack,
): MessageInitShape<typeof ClusterStackSchema> => ({
  name: stackName(tenant, stack.metadata.name),
  provider: stack.spec.provider,
  stack: stack.spec.name,
  kubernetesVersion: stack.spec.kubernetesVersion,
  channel: stack.spec.channel ?? 'stable',
  autoSubscribe: stack.spec.autoSubscribe ?? true,
  // `docker-ferrol-1-27-v2 | v1.27.3`
  latestRelease: stack.status?.latestRelease?.split(' | ')[0] ?? '',
  usableVersions: stack.status?.usableVersions?.split(', ').filter(Boolean) ?? [],
  conditions: stack.status?.conditions?.map((condition) => toProtoCondition(condition, refTo(stack))) ?? [],
});

/** A release, with the number of the tenant's clusters that use it. */
export interface CountedRelease {
  release: ClusterStackRelease;
  clusters: number;
}

/** With what a ClusterClass offers, where that is wanted. */
export interface ReleaseOffer {
  variables: readonly ClusterVariable[];
  classes: readonly string[];
}

export function toProtoRelease(
  tenant: string,
  stack: string,
  { release, clusters }: CountedRelease,
  offer?: ReleaseOffer,
): MessageInitShape<typeof ReleaseSchema> {
  const { name } = release.metadata;
  const parsed = parseReleaseName(name);
  return {
    name: `${stackName(tenant, stack)}/releases/${name}`,
    release: name,
    ...(typeof parsed !== 'string' && {
      version: printVersion(parsed.version),
      className: printClassName(parsed),
    }),
    kubernetesVersion: release.status?.kubernetesVersion ?? '',
    ready: release.status?.ready ?? false,
    variables: offer?.variables.map(toProtoVariable) ?? [],
    nodePoolClasses: [...(offer?.classes ?? [])],
    clusters,
    conditions:
      release.status?.conditions?.map((condition) => toProtoCondition(condition, refTo(release))) ?? [],
  };
}

function toProtoVariable(variable: ClusterVariable): MessageInitShape<typeof VariableSchema> {
  const { schema } = variable;
  const type = schema['type'];
  return {
    name: variable.name,
    description: variable.description,
    type: typeof type === 'string' ? type : '',
    required: variable.required,
    ...(variable.default !== undefined && { default: toValue(variable.default) }),
    enum: variable.choices?.map(toValue) ?? [],
    schema: schema as JsonObject,
  };
}

/** JSON of the Kubernetes API. */
const toValue = (value: unknown) => fromJson(ValueSchema, value as JsonValue);
