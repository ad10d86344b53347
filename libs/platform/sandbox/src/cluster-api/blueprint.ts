import type { ApiObject, ObjectType } from '@scs/kubernetes';
import type { ClassVariable } from './class-variables.ts';
import {
  groupOf,
  isDeleting,
  kinds,
  type Cluster,
  type Metadata,
  type Template,
  type Topology,
} from './kinds.ts';
import type { Condition } from './conditions.ts';
import type { ClassPatch } from './patches.ts';
import type { Scope } from './scope.ts';
import type { World } from './world.ts';

/** Where a template is: as v1beta2 (templateRef) and v1beta1 (ref) name it. */
export interface TemplateReference extends ObjectType {
  name: string;
}

interface TemplateHolder {
  templateRef?: TemplateReference;
  ref?: TemplateReference;
}

interface WorkerHolder {
  class: string;
  metadata?: Metadata;
  bootstrap?: TemplateHolder;
  infrastructure?: TemplateHolder;
  /** v1beta1 */
  template?: { metadata?: Metadata; bootstrap?: TemplateHolder; infrastructure?: TemplateHolder };
}

export interface ClusterClass extends ApiObject {
  spec: {
    infrastructure?: TemplateHolder;
    controlPlane?: TemplateHolder & { metadata?: Metadata; machineInfrastructure?: TemplateHolder };
    workers?: { machineDeployments?: WorkerHolder[] };
    variables?: ClassVariable[];
    patches?: ClassPatch[];
  };
  status?: { conditions?: Condition[]; observedGeneration?: number; [field: string]: unknown };
}

export interface WorkerBlueprint {
  class: string;
  metadata: Metadata;
  bootstrap: Template;
  infrastructure: Template;
}

/** A ClusterClass with its templates, in whichever version it was written. */
export interface Blueprint {
  infrastructure: Template;
  controlPlane: Template;
  controlPlaneMetadata: Metadata;
  machineInfrastructure: Template;
  workers: WorkerBlueprint[];
  variables: ClassVariable[];
  patches: ClassPatch[];
}

/** Where a topology's class is, in either version's words. */
export const classOf = ({ classRef, class: name, classNamespace }: Topology, cluster: ApiObject) => ({
  name: classRef?.name ?? name ?? '',
  namespace: classRef?.namespace ?? classNamespace ?? cluster.metadata.namespace ?? '',
});

/** The class of a cluster; undefined where it is not there, or is going. */
export const findClass = (world: World, cluster: Cluster): ClusterClass | undefined => {
  if (!cluster.spec.topology) return undefined;
  const { namespace, name } = classOf(cluster.spec.topology, cluster);
  const found = world.get<ClusterClass>(kinds.clusterClass, namespace, name);
  return found && !isDeleting(found) ? found : undefined;
};

/** The names of its classes of workers. */
export const workerClasses = (clusterClass: ClusterClass): string[] =>
  clusterClass.spec.workers?.machineDeployments?.map((worker) => worker.class) ?? [];

/** Reads a ClusterClass and its templates. Throws, in Cluster API's words, where one is missing. */
export async function readBlueprint(
  { client, world }: Scope,
  clusterClass: ClusterClass,
): Promise<Blueprint> {
  const { namespace, name } = clusterClass.metadata;
  const read = async (holder: TemplateHolder | undefined, what: string): Promise<Template> => {
    const reference = holder?.templateRef ?? holder?.ref;
    // A kind that nobody serves would never be there to be followed.
    if (reference && (await client.resourceType(reference))) {
      await world.follow(reference);
      await world.follow(ownType(madeOf(reference)));
    }
    const found = reference && world.get<Template>(reference, namespace, reference.name);
    if (found) return found;
    const which = reference ? `${reference.kind} ${namespace}/${reference.name}` : `the reference`;
    throw new Error(
      `error reading the ClusterClass: failed to get ${what} for ClusterClass ${namespace}/${name}: ${which} not found`,
    );
  };
  const { infrastructure, controlPlane, workers, variables = [], patches = [] } = clusterClass.spec;
  return {
    infrastructure: await read(infrastructure, 'infrastructure cluster template'),
    controlPlane: await read(controlPlane, 'control plane template'),
    controlPlaneMetadata: controlPlane?.metadata ?? {},
    machineInfrastructure: await read(controlPlane?.machineInfrastructure, 'control plane machine template'),
    workers: await Promise.all(
      (workers?.machineDeployments ?? []).map(async (worker) => ({
        class: worker.class,
        metadata: worker.metadata ?? worker.template?.metadata ?? {},
        bootstrap: await read(worker.bootstrap ?? worker.template?.bootstrap, 'bootstrap machine template'),
        infrastructure: await read(
          worker.infrastructure ?? worker.template?.infrastructure,
          'infrastructure machine template',
        ),
      })),
    ),
    variables,
    patches,
  };
}

/** The kind that a template is a template of. */
export const madeOf = ({ apiVersion, kind }: ObjectType): ObjectType => ({
  apiVersion,
  kind: kind.replace(/Template$/, ''),
});

/** A type that the simulator itself has objects of, in the version that it writes. */
export function ownType(type: ObjectType): ObjectType {
  const own = Object.values(kinds).find(
    ({ apiVersion, kind }) => kind === type.kind && groupOf(apiVersion) === groupOf(type.apiVersion),
  );
  return own ?? type;
}
