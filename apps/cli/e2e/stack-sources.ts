import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const template = (apiVersion: string, kind: string, name: string, spec: string) => `---
apiVersion: ${apiVersion}
kind: ${kind}
metadata: {name: "{{ .Release.Name }}-{{ .Chart.Version }}-${name}"}
spec: {template: {spec: ${spec}}}
`;
const ref = (apiVersion: string, kind: string, name: string) =>
  `templateRef: {apiVersion: ${apiVersion}, kind: ${kind}, name: "{{ .Release.Name }}-{{ .Chart.Version }}-${name}"}`;
const [infrastructure, controlPlane, bootstrap] = ['infrastructure', 'controlplane', 'bootstrap'].map(
  (group) => `${group}.cluster.x-k8s.io/v1beta2`,
) as [string, string, string];

/** Sources of a small stack in which nothing is wrong: one class, one add-on in a stage. */
export const smallStack: Readonly<Record<string, string>> = {
  'csctl.yaml': 'config: {kubernetesVersion: v1.33.6, clusterStackName: small, provider: {type: dev}}\n',
  'cluster-class/Chart.yaml': 'apiVersion: v2\nname: dev-small-1-33-cluster-class\nversion: v0\n',
  'cluster-class/values.yaml': 'startup: 1s\n',
  'cluster-class/templates/class.yaml': `apiVersion: cluster.x-k8s.io/v1beta2
kind: ClusterClass
metadata: {name: "{{ .Release.Name }}-{{ .Chart.Version }}"}
spec:
  infrastructure: {${ref(infrastructure, 'DevClusterTemplate', 'cluster')}}
  controlPlane:
    ${ref(controlPlane, 'KubeadmControlPlaneTemplate', 'control-plane')}
    machineInfrastructure: {${ref(infrastructure, 'DevMachineTemplate', 'machine')}}
  workers:
    machineDeployments:
      - class: worker
        bootstrap: {${ref(bootstrap, 'KubeadmConfigTemplate', 'worker')}}
        infrastructure: {${ref(infrastructure, 'DevMachineTemplate', 'machine')}}
  variables:
    - {name: mtu, required: false, schema: {openAPIV3Schema: {type: integer, default: 1450}}}
  patches:
    - name: mtu
      definitions:
        - selector: {apiVersion: ${infrastructure}, kind: DevClusterTemplate, matchResources: {infrastructureCluster: true}}
          jsonPatches: [{op: add, path: /spec/template/spec/mtu, valueFrom: {variable: mtu}}]
${template(infrastructure, 'DevClusterTemplate', 'cluster', '{}')}${template(controlPlane, 'KubeadmControlPlaneTemplate', 'control-plane', '{}')}${template(infrastructure, 'DevMachineTemplate', 'machine', '{startup: {{ .Values.startup }}}')}${template(bootstrap, 'KubeadmConfigTemplate', 'worker', '{}')}`,
  'cluster-addon/cni/Chart.yaml': 'apiVersion: v2\nname: cni\nversion: 0.1.0\n',
  'cluster-addon/cni/values.yaml': 'mtu: 0\n',
  'cluster-addon/cni/overwrite.yaml':
    'values: |\n  cluster: {{ .Cluster.metadata.name }}\n{{- range .Cluster.spec.topology.variables }}{{ if eq .name "mtu" }}\n  mtu: {{ .value }}\n{{- end }}{{ end }}\n',
  'cluster-addon/cni/templates/settings.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: cni}\ndata: {cluster: "{{ .Values.cluster }}", mtu: "{{ .Values.mtu }}"}\n',
  'clusteraddon.yaml':
    'addonStages: {AfterControlPlaneInitialized: [{name: cni, action: apply}], BeforeClusterUpgrade: [{name: cni, action: apply}]}\n',
};

let root: string | undefined;

/** A folder with these files, which lives as long as this test process. */
export function folderOf(files: Readonly<Record<string, string>>): string {
  if (root === undefined) {
    const created = mkdtempSync(join(tmpdir(), 'scs-stack-'));
    process.once('exit', () => rmSync(created, { recursive: true, force: true }));
    root = created;
  }
  const folder = mkdtempSync(join(root, 'folder-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}
