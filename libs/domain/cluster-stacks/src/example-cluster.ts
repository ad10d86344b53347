import { fieldsAt, templateReferences } from './cluster-class.ts';
import { clusterClassesIn, identityOf } from './release-contents.ts';
import type { Fields } from './release-file.ts';
import { printClassName, type ReleaseName } from './release-name.ts';
import { variablesOf } from './variables.ts';

/** What values of add-ons are templated from: whole objects, each absent where a cluster has none. */
export interface ValuesData {
  Cluster: Fields;
  ControlPlane?: Fields;
  InfraCluster?: Fields;
}

/** A made-up cluster of a release, with the defaults of its variables, for rendering add-ons where no cluster is at hand. */
export function exampleCluster(
  release: ReleaseName,
  kubernetes: string,
  classObjects: readonly Fields[],
): ValuesData {
  const metadata = { name: 'example', namespace: 'default' };
  const [clusterClass = {}] = clusterClassesIn(classObjects);
  const made = (of: 'cluster' | 'control-plane'): Fields => {
    const reference = templateReferences(clusterClass).find(({ role }) => role.of === of);
    const template = classObjects.find((object) => {
      const { kind, name } = identityOf(object);
      return kind === reference?.kind && name === reference.name;
    });
    const spec = fieldsAt(fieldsAt(fieldsAt(template ?? {}, 'spec'), 'template'), 'spec');
    const kind = (reference?.kind ?? '').replace(/Template$/, '');
    return { apiVersion: reference?.apiVersion ?? '', kind, metadata, spec };
  };
  const id = '00000000-0000-4000-8000-000000000000';
  return {
    Cluster: {
      apiVersion: 'cluster.x-k8s.io/v1beta1',
      kind: 'Cluster',
      metadata,
      spec: {
        clusterNetwork: {
          pods: { cidrBlocks: ['192.168.0.0/16'] },
          services: { cidrBlocks: ['10.96.0.0/12'] },
        },
        controlPlaneEndpoint: { host: '192.0.2.10', port: 6443 },
        topology: {
          class: printClassName(release),
          classRef: { name: printClassName(release) },
          version: kubernetes,
          controlPlane: { replicas: 1 },
          variables: variablesOf(clusterClass)
            .filter((variable) => variable.default !== undefined)
            .map(({ name, default: value }) => ({ name, value })),
        },
      },
    },
    ControlPlane: { ...made('control-plane'), status: { version: kubernetes, replicas: 1 } },
    InfraCluster: {
      ...made('cluster'),
      status: { ready: true, network: { id, name: 'example' }, externalNetwork: { id, name: 'external' } },
    },
  };
}

/** The Cluster among objects of a management cluster, with the objects that it refers to. Undefined: none, or several. */
export function valuesDataOf(objects: readonly Fields[]): ValuesData | undefined {
  const clusters = objects.filter((object) => object['kind'] === 'Cluster');
  const [cluster] = clusters;
  if (!cluster || clusters.length > 1) return undefined;
  const referred = (field: string): Fields | undefined => {
    const ref = fieldsAt(fieldsAt(cluster, 'spec'), field);
    return objects.find((object) => {
      const { kind, name } = identityOf(object);
      return kind === ref['kind'] && name === ref['name'];
    });
  };
  const [controlPlane, infraCluster] = [referred('controlPlaneRef'), referred('infrastructureRef')];
  return {
    Cluster: cluster,
    ...(controlPlane && { ControlPlane: controlPlane }),
    ...(infraCluster && { InfraCluster: infraCluster }),
  };
}
