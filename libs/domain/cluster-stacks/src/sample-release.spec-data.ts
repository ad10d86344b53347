// A release in which nothing is to be found, for tests that change one thing about it.
import { parseAddonConfig } from './addon-config.ts';
import type { ReleaseContents } from './release-contents.ts';
import { parseReleaseName } from './release-name.ts';

type Json = Record<string, unknown>;

const infrastructure = 'infrastructure.cluster.x-k8s.io/v1beta2';
const bootstrap = 'bootstrap.cluster.x-k8s.io/v1beta2';
const controlPlane = 'controlplane.cluster.x-k8s.io/v1beta2';

const template = (apiVersion: string, kind: string, name: string, spec: Json = {}): Json => ({
  apiVersion,
  kind,
  metadata: { name },
  spec: { template: { spec } },
});

export function sampleClass(version = 'v1'): Json {
  const prefix = `dev-sandbox-1-33-${version}`;
  const ref = (apiVersion: string, kind: string, name: string) => ({
    templateRef: { apiVersion, kind, name: `${prefix}-${name}` },
  });
  return {
    apiVersion: 'cluster.x-k8s.io/v1beta2',
    kind: 'ClusterClass',
    metadata: { name: prefix },
    spec: {
      infrastructure: ref(infrastructure, 'DevClusterTemplate', 'cluster'),
      controlPlane: {
        ...ref(controlPlane, 'KubeadmControlPlaneTemplate', 'control-plane'),
        machineInfrastructure: ref(infrastructure, 'DevMachineTemplate', 'control-plane'),
      },
      workers: {
        machineDeployments: [
          {
            class: 'default-worker',
            bootstrap: ref(bootstrap, 'KubeadmConfigTemplate', 'default-worker'),
            infrastructure: ref(infrastructure, 'DevMachineTemplate', 'default-worker'),
          },
        ],
      },
      variables: [
        {
          name: 'registry',
          required: false,
          schema: { openAPIV3Schema: { type: 'string', default: 'registry.example' } },
        },
        {
          name: 'audit',
          required: false,
          schema: {
            openAPIV3Schema: {
              type: 'object',
              default: {},
              properties: { maxAge: { type: 'integer', default: 30, minimum: 1 } },
            },
          },
        },
      ],
      patches: [
        {
          name: 'registry',
          enabledIf: '{{ if .registry }}true{{ end }}',
          definitions: [
            {
              selector: {
                apiVersion: controlPlane,
                kind: 'KubeadmControlPlaneTemplate',
                matchResources: { controlPlane: true },
              },
              jsonPatches: [
                { op: 'add', path: '/spec/template/spec/a', valueFrom: { variable: 'registry' } },
                {
                  op: 'add',
                  path: '/spec/template/spec/b',
                  valueFrom: { template: '{{ .audit.maxAge }} {{ .builtin.cluster.name }}' },
                },
              ],
            },
            {
              selector: {
                apiVersion: infrastructure,
                kind: 'DevMachineTemplate',
                matchResources: { controlPlane: true, machineDeploymentClass: { names: ['default-*'] } },
              },
              jsonPatches: [
                {
                  op: 'replace',
                  path: '/spec/template/spec/startup',
                  valueFrom: { variable: 'audit.maxAge' },
                },
              ],
            },
          ],
        },
      ],
    },
  };
}

export function sampleTemplates(version = 'v1'): Json[] {
  const prefix = `dev-sandbox-1-33-${version}`;
  return [
    template(infrastructure, 'DevClusterTemplate', `${prefix}-cluster`),
    template(controlPlane, 'KubeadmControlPlaneTemplate', `${prefix}-control-plane`, {
      kubeadmConfigSpec: { verbosity: 1 },
    }),
    template(infrastructure, 'DevMachineTemplate', `${prefix}-control-plane`, { startup: '1s' }),
    template(bootstrap, 'KubeadmConfigTemplate', `${prefix}-default-worker`, { labels: 'a' }),
    template(infrastructure, 'DevMachineTemplate', `${prefix}-default-worker`, { startup: '1s' }),
  ];
}

export const sampleDeployment = (image = `registry.example/cni:1.2@sha256:${'a'.repeat(64)}`): Json => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'cni', namespace: 'kube-system' },
  spec: { replicas: 1, template: { spec: { containers: [{ name: 'cni', image }] } } },
});

export const sampleStages = `
addonStages:
  AfterControlPlaneInitialized:
    - {name: cni, action: apply}
  BeforeClusterUpgrade:
    - name: cni
      action: apply
      waitForPostCondition:
        objects: [{key: cni, apiVersion: apps/v1, kind: Deployment, name: cni, namespace: kube-system}]
        conditions: cni.status.readyReplicas == cni.spec.replicas && [1].exists(one, one == int(cni.spec.replicas))
`;

export function sampleRelease(version = 'v1'): ReleaseContents {
  const name = parseReleaseName(`dev-sandbox-1-33-${version}`);
  if (typeof name === 'string') throw new Error(name);
  return {
    name,
    metadata: { clusterStack: version, kubernetes: 'v1.33.6', clusterAddon: 'v1', nodeImage: 'v1' },
    files: [],
    classChart: {
      chart: { name: 'dev-sandbox-1-33-cluster-class', version },
      objects: [sampleClass(version), ...sampleTemplates(version)],
    },
    addonCharts: new Map([
      ['cni', { chart: { name: 'cni', version: '0.1.0' }, objects: [sampleDeployment()] }],
    ]),
    addonConfig: parseAddonConfig(sampleStages),
    nodeImages: [],
  };
}
