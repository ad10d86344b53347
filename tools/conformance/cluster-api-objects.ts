import type { ApiObject } from '@scs/kubernetes';

const infrastructure = 'infrastructure.cluster.x-k8s.io/v1beta2';
const controlPlane = 'controlplane.cluster.x-k8s.io/v1beta2';
const bootstrap = 'bootstrap.cluster.x-k8s.io/v1beta2';
const core = 'cluster.x-k8s.io/v1beta2';

export const types = {
  cluster: { apiVersion: core, kind: 'Cluster' },
  machineDeployment: { apiVersion: core, kind: 'MachineDeployment' },
  machineSet: { apiVersion: core, kind: 'MachineSet' },
  machine: { apiVersion: core, kind: 'Machine' },
  controlPlane: { apiVersion: controlPlane, kind: 'KubeadmControlPlane' },
  bootstrapConfig: { apiVersion: bootstrap, kind: 'KubeadmConfig' },
  bootstrapTemplate: { apiVersion: bootstrap, kind: 'KubeadmConfigTemplate' },
  devCluster: { apiVersion: infrastructure, kind: 'DevCluster' },
  devMachine: { apiVersion: infrastructure, kind: 'DevMachine' },
  devMachineTemplate: { apiVersion: infrastructure, kind: 'DevMachineTemplate' },
  secret: { apiVersion: 'v1', kind: 'Secret' },
} as const;

/** What a cluster leaves behind would be of these. */
export const ownedTypes = Object.values(types);

interface ClassOptions {
  name: string;
  namespace: string;
  /** A label of every node: another value is another template, and so other machines. */
  generation: string;
}

/** A ClusterClass for the development provider, with its templates: two variables, one of them with a default. */
export function clusterClass({ name, namespace, generation }: ClassOptions): ApiObject[] {
  const metadata = { name, namespace };
  const reference = (apiVersion: string, kind: string) => ({ templateRef: { apiVersion, kind, name } });
  const registration = {
    nodeRegistration: {
      kubeletExtraArgs: [{ name: 'node-labels', value: `generation.test/is=${generation}` }],
    },
  };
  const part = { provisioning: { startupDuration: '500ms' } };
  return [
    {
      apiVersion: infrastructure,
      kind: 'DevClusterTemplate',
      metadata,
      spec: { template: { spec: { backend: { inMemory: {} } } } },
    },
    {
      apiVersion: infrastructure,
      kind: 'DevMachineTemplate',
      metadata,
      spec: {
        template: { spec: { backend: { inMemory: { vm: part, node: part, apiServer: part, etcd: part } } } },
      },
    },
    {
      apiVersion: controlPlane,
      kind: 'KubeadmControlPlaneTemplate',
      metadata,
      spec: {
        template: {
          spec: {
            kubeadmConfigSpec: {
              clusterConfiguration: { apiServer: { certSANs: ['localhost', '127.0.0.1'] } },
              initConfiguration: registration,
              joinConfiguration: registration,
            },
          },
        },
      },
    },
    {
      apiVersion: bootstrap,
      kind: 'KubeadmConfigTemplate',
      metadata,
      spec: { template: { spec: { joinConfiguration: registration } } },
    },
    {
      apiVersion: core,
      kind: 'ClusterClass',
      metadata,
      spec: {
        infrastructure: reference(infrastructure, 'DevClusterTemplate'),
        controlPlane: {
          ...reference(controlPlane, 'KubeadmControlPlaneTemplate'),
          machineInfrastructure: reference(infrastructure, 'DevMachineTemplate'),
        },
        workers: {
          machineDeployments: [
            {
              class: 'worker',
              bootstrap: reference(bootstrap, 'KubeadmConfigTemplate'),
              infrastructure: reference(infrastructure, 'DevMachineTemplate'),
            },
          ],
        },
        variables: [
          {
            name: 'registry',
            required: false,
            schema: {
              openAPIV3Schema: { type: 'string', default: 'registry.test/kubernetes', pattern: '^[a-z./]+$' },
            },
          },
          {
            name: 'audit',
            required: false,
            schema: {
              openAPIV3Schema: {
                type: 'object',
                default: {},
                properties: { maxAge: { type: 'integer', default: 30, maximum: 365 } },
              },
            },
          },
        ],
        patches: [
          {
            name: 'registry',
            definitions: [
              {
                selector: {
                  apiVersion: controlPlane,
                  kind: 'KubeadmControlPlaneTemplate',
                  matchResources: { controlPlane: true },
                },
                jsonPatches: [
                  {
                    op: 'add',
                    path: '/spec/template/spec/kubeadmConfigSpec/clusterConfiguration/imageRepository',
                    valueFrom: { variable: 'registry' },
                  },
                  {
                    op: 'add',
                    path: '/spec/template/spec/kubeadmConfigSpec/clusterConfiguration/apiServer/extraArgs',
                    valueFrom: {
                      template:
                        '- {name: audit-log-maxage, value: "{{ .audit.maxAge }}"}\n- {name: audit-log-path, value: "/var/log/{{ .builtin.cluster.name }}.log"}\n',
                    },
                  },
                ],
              },
            ],
          },
        ],
      },
    },
  ];
}

interface ClusterOptions {
  name: string;
  namespace: string;
  class: string;
  version: string;
  workers: number;
}

export function clusterOf({
  name,
  namespace,
  class: className,
  version,
  workers,
}: ClusterOptions): ApiObject {
  return {
    ...types.cluster,
    metadata: { name, namespace },
    spec: {
      clusterNetwork: {
        services: { cidrBlocks: ['10.128.0.0/12'] },
        pods: { cidrBlocks: ['192.168.0.0/16'] },
        serviceDomain: 'cluster.local',
      },
      topology: {
        classRef: { name: className },
        version,
        controlPlane: { replicas: 1 },
        workers: { machineDeployments: [{ class: 'worker', name: 'md-0', replicas: workers }] },
      },
    },
  };
}
