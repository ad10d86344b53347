import type { ApiObject } from '@scs/kubernetes';
import { madeOf, type Blueprint, type WorkerBlueprint } from './blueprint.ts';
import { equal } from '../kubernetes/json.ts';
import {
  annotations,
  clonedFrom,
  finalizers,
  kinds,
  labels,
  ownerReference,
  referenceTo,
  type Cluster,
  type ControlPlane,
  type MachineDeployment,
  type MachineDeploymentTopology,
  type Metadata,
  type Reference,
  type Template,
} from './kinds.ts';
import { uniqueName } from './names.ts';
import type { Scope } from './scope.ts';

const labelsOf = (cluster: Cluster, ...more: (Metadata | undefined)[]): Record<string, string> => ({
  ...Object.assign({}, ...more.map((metadata) => metadata?.labels ?? {})),
  [labels.cluster]: cluster.metadata.name,
  [labels.topologyOwned]: '',
});

/** Makes or changes the infrastructure of the cluster. */
export async function applyInfrastructureCluster(scope: Scope, template: Template): Promise<ApiObject> {
  const { world, cluster } = scope;
  const type = madeOf(template);
  const { namespace, name } = cluster.metadata;
  const reference = cluster.spec.infrastructureRef;
  const current =
    reference && world.get<ApiObject & { spec: Record<string, unknown> }>(type, namespace, reference.name);
  const { controlPlaneEndpoint: _free, ...spec } = template.spec.template.spec;
  if (current) {
    const endpoint = current.spec['controlPlaneEndpoint'];
    return world.change(current, {
      ...current,
      spec: { ...spec, ...(endpoint !== undefined && { controlPlaneEndpoint: endpoint }) },
    });
  }
  return world.create({
    ...type,
    metadata: {
      name: reference?.name ?? uniqueName(name),
      namespace,
      labels: labelsOf(cluster),
      annotations: clonedFrom(template),
      finalizers: [finalizers.infrastructureCluster],
      ownerReferences: [ownerReference(cluster)],
    },
    spec,
  } as ApiObject);
}

/**
 * The copy of a template that a cluster's machines are made from. A copy is never changed: where the template differs, a new copy takes its
 * place, and that is what replaces machines.
 */
async function copyTemplate(
  scope: Scope,
  template: Template,
  current: Reference | undefined,
  base: string,
  more: Record<string, string>,
): Promise<{ copy: Template; old: Template | undefined }> {
  const { world, cluster } = scope;
  const { namespace } = cluster.metadata;
  const known = current && world.get<Template>(template, namespace, current.name);
  if (known && equal(known.spec.template.spec, template.spec.template.spec))
    return { copy: known, old: undefined };
  const copy = await world.create<Template>({
    apiVersion: template.apiVersion,
    kind: template.kind,
    metadata: {
      name: uniqueName(base),
      namespace: namespace ?? '',
      labels: { ...labelsOf(cluster), ...more },
      annotations: clonedFrom(template),
      ownerReferences: [ownerReference(cluster, false)],
    },
    spec: { template: { spec: template.spec.template.spec } },
  });
  return { copy, old: known };
}

/** Makes or changes the control plane. */
export async function applyControlPlane(
  scope: Scope,
  blueprint: Blueprint,
  templates: { controlPlane: Template; machine: Template },
  version: string,
): Promise<ControlPlane> {
  const { world, cluster } = scope;
  const { namespace, name } = cluster.metadata;
  const reference = cluster.spec.controlPlaneRef;
  const current = reference && world.get<ControlPlane>(kinds.controlPlane, namespace, reference.name);
  const wanted = current?.spec.machineTemplate.spec.infrastructureRef;
  const { copy, old } = await copyTemplate(scope, templates.machine, wanted, name, {});
  const topology = cluster.spec.topology?.controlPlane;
  const given = labelsOf(cluster, blueprint.controlPlaneMetadata, topology?.metadata);
  const { machineTemplate: own, ...rest } = templates.controlPlane.spec.template.spec as Partial<
    ControlPlane['spec']
  >;
  const spec: ControlPlane['spec'] = {
    rollout: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } },
    ...rest,
    machineTemplate: {
      ...own,
      metadata: { ...own?.metadata, labels: { ...own?.metadata?.labels, ...given } },
      spec: { ...own?.spec, infrastructureRef: referenceTo(copy) },
    },
    replicas: topology?.replicas ?? current?.spec.replicas ?? 1,
    version,
  };
  if (!current) {
    return world.create<ControlPlane>({
      ...kinds.controlPlane,
      metadata: {
        name: reference?.name ?? uniqueName(name),
        namespace: namespace ?? '',
        labels: given,
        annotations: clonedFrom(templates.controlPlane),
        finalizers: [finalizers.controlPlane],
        ownerReferences: [ownerReference(cluster)],
      },
      spec,
    });
  }
  const changed = await world.change(current, { ...current, spec });
  if (old) await world.delete(old);
  return changed;
}

/** Makes or changes a MachineDeployment with its two templates. */
export async function applyMachineDeployment(
  scope: Scope,
  topology: MachineDeploymentTopology,
  current: MachineDeployment | undefined,
  templates: WorkerBlueprint,
  version: string,
): Promise<MachineDeployment> {
  const { world, cluster } = scope;
  const { namespace, name } = cluster.metadata;
  const own = { [labels.deploymentTopology]: topology.name };
  const base = `${name}-${topology.name}`;
  const before = current?.spec.template.spec;
  const bootstrap = await copyTemplate(scope, templates.bootstrap, before?.bootstrap.configRef, base, own);
  const machine = await copyTemplate(scope, templates.infrastructure, before?.infrastructureRef, base, own);
  const selector = { ...labelsOf(cluster), ...own };
  const spec: MachineDeployment['spec'] = {
    clusterName: name,
    replicas: topology.replicas ?? current?.spec.replicas ?? 1,
    rollout: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } },
    selector: { matchLabels: selector },
    template: {
      metadata: { labels: { ...labelsOf(cluster, templates.metadata, topology.metadata), ...own } },
      spec: {
        bootstrap: { configRef: referenceTo(bootstrap.copy) },
        clusterName: name,
        infrastructureRef: referenceTo(machine.copy),
        version,
      },
    },
  };
  if (!current) {
    return world.create<MachineDeployment>({
      ...kinds.machineDeployment,
      metadata: {
        name: uniqueName(base),
        namespace: namespace ?? '',
        labels: selector,
        annotations: { [annotations.revision]: '1' },
        finalizers: [finalizers.machineDeployment],
        ownerReferences: [ownerReference(cluster, false)],
      },
      spec,
    });
  }
  const changed = await world.change(current, { ...current, spec });
  for (const { old } of [bootstrap, machine]) if (old) await world.delete(old);
  return changed;
}
