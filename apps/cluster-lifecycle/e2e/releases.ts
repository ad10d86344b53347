import { join } from 'node:path';
import { parseStackConfig } from '@scs/cluster-stacks';
import { packRelease } from '@scs/release-sources';

export interface TestRelease {
  version?: string;
  /** Full; the minor is part of the release's name. */
  kubernetes?: string;
  /** Templates of the class chart by file name, in place of {@link classTemplates}. */
  templates?: Record<string, string>;
  /** Templates of the one add-on chart, and its cluster-addon-values.yaml. */
  addon?: Record<string, string>;
  values?: string;
}

/** A class and one template of machines, named as upstream's stacks name them. */
export const classTemplates = (size = 'small'): Record<string, string> => ({
  'class.yaml': `apiVersion: cluster.x-k8s.io/v1beta2
kind: ClusterClass
metadata:
  name: {{ .Release.Name }}-{{ .Chart.Version }}
spec:
  size: ${size}
`,
  'machine.yaml': `apiVersion: infrastructure.cluster.x-k8s.io/v1beta2
kind: ToyMachineTemplate
metadata:
  name: {{ .Release.Name }}-{{ .Chart.Version }}-worker
spec:
  size: ${size}
---
apiVersion: bootstrap.cluster.x-k8s.io/v1beta2
kind: ToyConfigTemplate
metadata:
  name: {{ .Release.Name }}-{{ .Chart.Version }}-worker
spec:
  size: ${size}
`,
});

const chart = (part: string, templates: Record<string, string>): [string, string][] => [
  [`${part}/Chart.yaml`, `apiVersion: v2\nname: toy-ferrol-1-27-${part}\nversion: v0\n`],
  ...Object.entries(templates).map(([file, text]): [string, string] => [`${part}/templates/${file}`, text]),
];

const defaultAddon = {
  'settings.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {a: "1"}\n',
};

/** Packs `toy-ferrol-1-27-<version>` into a folder of releases; gives the tag. */
export async function writeRelease(
  folder: string,
  {
    version = 'v1',
    kubernetes = 'v1.27.3',
    templates = classTemplates(),
    addon = defaultAddon,
    values = 'values: ""\n',
  }: TestRelease = {},
): Promise<string> {
  const config = `apiVersion: csctl.clusterstack.x-k8s.io/v1alpha1
config:
  kubernetesVersion: ${kubernetes}
  clusterStackName: ferrol
  provider: {type: toy, apiVersion: toy.csctl.clusterstack.x-k8s.io/v1alpha1}
`;
  const files: [string, string][] = [
    ['csctl.yaml', config],
    ...chart('cluster-class', templates),
    ...chart('cluster-addon', addon),
    ['cluster-addon-values.yaml', values],
  ];
  const { tag } = await packRelease(
    {
      folder: join(folder, 'sources'),
      config: parseStackConfig(config, 'csctl.yaml'),
      files: new Map(files.map(([path, text]) => [path, Buffer.from(text)])),
    },
    { clusterStack: version, kubernetes, clusterAddon: version, nodeImage: '' },
    folder,
  );
  return tag;
}
