import { describe, expect, it } from 'vitest';
import { parseAddonConfig } from './addon-config.ts';
import type { Finding } from './finding.ts';
import { lintRelease } from './lint.ts';
import type { ReleaseContents } from './release-contents.ts';
import {
  sampleClass,
  sampleDeployment,
  sampleRelease,
  sampleStages,
  sampleTemplates,
} from './sample-release.spec-data.ts';

const namespace = 'lint';
const lines = (findings: Finding[]): string[] =>
  findings.map(
    ({ severity, rule, file, path, message }) => `${severity} ${rule} ${file}: ${path} ${message}`,
  );
const lint = (change: Partial<ReleaseContents>): string[] =>
  lines(lintRelease({ ...sampleRelease(), ...change }, namespace));

/** The release with other objects in the chart of its class. */
const withClassObjects = (...objects: Record<string, unknown>[]): Partial<ReleaseContents> => ({
  classChart: { ...sampleRelease().classChart, objects },
});
const withAddon = (...objects: Record<string, unknown>[]): Partial<ReleaseContents> => ({
  addonCharts: new Map([['cni', { chart: { name: 'cni' }, objects }]]),
});
const withStages = (text: string): Partial<ReleaseContents> => ({ addonConfig: parseAddonConfig(text) });

/** The ClusterClass with one field of its spec replaced, by a path of keys and indexes. */
function changedClass(path: string, value: unknown): Record<string, unknown> {
  const clusterClass = structuredClone(sampleClass());
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  const holder = keys.reduce<Record<string, unknown>>(
    (at, key) => at[key] as Record<string, unknown>,
    clusterClass,
  );
  holder[last] = value;
  return clusterClass;
}
const withClass = (path: string, value: unknown): Partial<ReleaseContents> =>
  withClassObjects(changedClass(path, value), ...sampleTemplates());

it('nothing is said about a release as it should be', () => {
  expect(lint({})).toEqual([]);
});

it('a remedy goes with each finding', () => {
  const findings = lintRelease(
    { ...sampleRelease(), ...withAddon(sampleDeployment('cni')), ...withClassObjects() },
    namespace,
  );
  expect(findings.length).toBeGreaterThan(1);
  for (const { remedy } of findings) expect(remedy).toMatch(/\S/);
});

it('errors come first', () => {
  const severities = lintRelease(
    {
      ...sampleRelease(),
      ...withAddon(sampleDeployment('cni:1'), {
        ...sampleDeployment('cni'),
        metadata: { generateName: 'a-' },
      }),
    },
    namespace,
  ).map(({ severity }) => severity);
  expect(severities).toEqual(['error', 'warning', 'info']);
});

describe('a release and its charts', () => {
  const { metadata, classChart } = sampleRelease();
  it.each<[what: string, change: Partial<ReleaseContents>, finding: string]>([
    [
      'metadata of another version',
      {
        metadata: { ...metadata, clusterStack: 'v2' },
        classChart: { ...classChart, chart: { ...classChart.chart, version: 'v2' } },
      },
      'error file-invalid metadata.yaml: versions.clusterStack is v2, but the release is called v1',
    ],
    [
      'metadata for another Kubernetes',
      { metadata: { ...metadata, kubernetes: 'v1.34.1' } },
      'error file-invalid metadata.yaml: versions.kubernetes is v1.34.1, but the release is for 1.33',
    ],
    [
      'a class chart of another name',
      { classChart: { ...classChart, chart: { name: 'class', version: 'v1' } } },
      'error chart-name cluster-class: Chart.yaml name is class',
    ],
    [
      'a class chart of another version',
      { classChart: { ...classChart, chart: { ...classChart.chart, version: '0.1.0' } } },
      'error chart-version cluster-class: Chart.yaml version is 0.1.0',
    ],
    [
      'a class chart that does not render',
      { classChart: { ...classChart, objects: [], failure: 'cluster-class: nil pointer' } },
      'error chart-render cluster-class:  cluster-class: nil pointer',
    ],
    [
      'an image that anybody could replace',
      { nodeImages: [{ url: 'https://a.example/b', createOpts: { name: 'b' } }] },
      'info image-checksum node-images.yaml: openStackNodeImages[0] https://a.example/b has no checksum',
    ],
  ])('with %s', (_, change, finding) => {
    expect(lint(change)).toEqual([finding]);
  });

  it('with one add-on chart must have one of the right name', () => {
    const { addonConfig: _, ...single } = sampleRelease();
    const chart = { chart: { name: 'dev-sandbox-1-33-cluster-addon', version: 'v1' }, objects: [] };
    expect(
      lines(lintRelease({ ...single, addonCharts: new Map([['cluster-addon', chart]]) }, namespace)),
    ).toEqual([]);
    expect(lines(lintRelease({ ...single, addonCharts: new Map() }, namespace))).toEqual([
      'error stage-chart-missing cluster-addon:  the add-on archive holds no chart',
    ]);
    const other = { chart: { name: 'addons', version: 'v1' }, objects: [] };
    expect(
      lines(lintRelease({ ...single, addonCharts: new Map([['cluster-addon', other]]) }, namespace)),
    ).toEqual(['error chart-name cluster-addon: Chart.yaml name is addons']);
  });
});

describe('a ClusterClass', () => {
  const [, ...others] = sampleTemplates();
  it.each<[what: string, change: Partial<ReleaseContents>, findings: string[]]>([
    [
      'that is not there',
      withClassObjects(),
      ['error class-number cluster-class:  the chart renders 0 ClusterClasses'],
    ],
    [
      'that is there twice',
      withClassObjects(sampleClass(), ...sampleTemplates(), { ...sampleClass(), metadata: { name: 'b' } }),
      ['error class-number cluster-class:  the chart renders 2 ClusterClasses'],
    ],
    [
      'of another name',
      withClass('metadata.name', 'dev'),
      ['error class-name cluster-class: ClusterClass dev metadata.name is dev'],
    ],
    [
      'whose template is missing',
      withClassObjects(sampleClass(), ...others),
      [
        'error reference-missing cluster-class: ClusterClass dev-sandbox-1-33-v1 spec.infrastructure.templateRef names DevClusterTemplate dev-sandbox-1-33-v1-cluster, which the chart does not render',
      ],
    ],
    [
      'with a template too many',
      withClassObjects(sampleClass(), ...sampleTemplates(), {
        apiVersion: 'infrastructure.cluster.x-k8s.io/v1beta2',
        kind: 'DevMachineTemplate',
        metadata: { name: 'gpu' },
      }),
      [
        'warning template-unused cluster-class: ClusterClass dev-sandbox-1-33-v1 does not use DevMachineTemplate gpu',
      ],
    ],
  ])('%s', (_, change, findings) => {
    expect(lint(change)).toEqual(findings);
  });

  it('of v1beta1 is read as well', () => {
    const ref = (apiVersion: string, kind: string, name: string) => ({
      ref: { apiVersion, kind, name: `dev-sandbox-1-33-v1-${name}` },
    });
    const old = {
      ...sampleClass(),
      apiVersion: 'cluster.x-k8s.io/v1beta1',
      spec: {
        infrastructure: ref('infrastructure.cluster.x-k8s.io/v1beta2', 'DevClusterTemplate', 'cluster'),
        controlPlane: {
          ...ref('controlplane.cluster.x-k8s.io/v1beta2', 'KubeadmControlPlaneTemplate', 'control-plane'),
          machineInfrastructure: ref(
            'infrastructure.cluster.x-k8s.io/v1beta2',
            'DevMachineTemplate',
            'control-plane',
          ),
        },
        workers: {
          machineDeployments: [
            {
              class: 'default-worker',
              template: {
                bootstrap: ref(
                  'bootstrap.cluster.x-k8s.io/v1beta2',
                  'KubeadmConfigTemplate',
                  'default-worker',
                ),
                infrastructure: ref('infrastructure.cluster.x-k8s.io/v1beta2', 'DevMachineTemplate', 'gone'),
              },
            },
          ],
        },
      },
    };
    expect(lint(withClassObjects(old, ...sampleTemplates()))).toEqual([
      'error reference-missing cluster-class: ClusterClass dev-sandbox-1-33-v1 spec.workers.machineDeployments[0].template.infrastructure.ref names DevMachineTemplate dev-sandbox-1-33-v1-gone, which the chart does not render',
      'warning template-unused cluster-class: ClusterClass dev-sandbox-1-33-v1 does not use DevMachineTemplate dev-sandbox-1-33-v1-default-worker',
    ]);
  });
});

describe('variables and patches', () => {
  const variable = (schema: object, name = 'registry') => ({
    name,
    required: false,
    schema: { openAPIV3Schema: schema },
  });
  const patch = 'spec.patches.0.definitions.0.jsonPatches.0';
  const selector = 'spec.patches.0.definitions.0.selector';
  it.each<[what: string, path: string, value: unknown, findings: string[]]>([
    [
      'a default that does not fit',
      'spec.variables.0',
      variable({ type: 'string', default: 3 }),
      ['error variable-default spec.variables[0] the default of registry is 3, but must be a text'],
    ],
    [
      'a variable that may or may not be required',
      'spec.variables.0.required',
      undefined,
      ['error variable-required spec.variables[0] does not say whether registry is required'],
    ],
    [
      'a schema without a type',
      'spec.variables.0',
      variable({ default: 'a' }),
      ['error variable-type spec.variables[0].schema.openAPIV3Schema registry has no type'],
    ],
    [
      'a list of nobody knows what',
      'spec.variables.0',
      variable({ type: 'array' }),
      [
        'error variable-type spec.variables[0].schema.openAPIV3Schema registry does not say what its entries are',
      ],
    ],
    [
      'a format at a list',
      'spec.variables.0',
      variable({ type: 'array', format: 'uuid4', items: { type: 'string' } }),
      [
        'warning variable-keyword-idle spec.variables[0].schema.openAPIV3Schema format of registry has no effect on type array',
      ],
    ],
    [
      'required fields at a list',
      'spec.variables.0',
      variable({
        type: 'array',
        required: ['name'],
        items: { type: 'object', properties: { name: { type: 'string' } } },
      }),
      [
        'warning variable-keyword-idle spec.variables[0].schema.openAPIV3Schema required of registry has no effect on type array',
      ],
    ],
    [
      'a bound at a text, deep inside',
      'spec.variables.0',
      variable({ type: 'object', properties: { a: { type: 'string', minimum: 1 } } }),
      [
        'warning variable-keyword-idle spec.variables[0].schema.openAPIV3Schema.properties.a minimum of registry.a has no effect on type string',
      ],
    ],
    [
      'a reserved name',
      'spec.variables.0.name',
      'builtin',
      [
        'error variable-undefined spec.patches[0].definitions[0].jsonPatches[0].valueFrom.variable reads the variable registry, which is not defined',
        'error variable-name spec.variables[0] is called builtin',
        'warning variable-undefined spec.patches[0].enabledIf reads the variable registry, which is not defined',
      ],
    ],
    [
      'a patch that reads what is not defined',
      `${patch}.valueFrom`,
      { variable: 'regstry' },
      [
        'error variable-undefined spec.patches[0].definitions[0].jsonPatches[0].valueFrom.variable reads the variable regstry, which is not defined',
      ],
    ],
    [
      'a patch that reads a field that is not there',
      `${patch}.valueFrom`,
      { variable: 'audit.maxSize' },
      [
        'error variable-undefined spec.patches[0].definitions[0].jsonPatches[0].valueFrom.variable reads a field that audit does not have',
      ],
    ],
    [
      'a patch that reads an entry of what is no list',
      `${patch}.valueFrom`,
      { variable: 'registry[0]' },
      [
        'error variable-undefined spec.patches[0].definitions[0].jsonPatches[0].valueFrom.variable reads a field that registry does not have',
      ],
    ],
    [
      'a condition that Helm filled in',
      'spec.patches.0.enabledIf',
      'true',
      ['warning patch-constant spec.patches[0].enabledIf is always "true"'],
    ],
    [
      'a template that reads what is not defined',
      `${patch}.valueFrom`,
      { template: '{{ range .audit }}{{ .maxAge }}{{ $.workers }}{{ end }}' },
      [
        'warning variable-undefined spec.patches[0].definitions[0].jsonPatches[0].valueFrom.template reads the variable workers, which is not defined',
      ],
    ],
    [
      'a condition that reads what is not defined',
      'spec.patches.0.enabledIf',
      '{{ if and .registry (eq .mode ".x") }}true{{ end }}',
      ['warning variable-undefined spec.patches[0].enabledIf reads the variable mode, which is not defined'],
    ],
    [
      'a path outside of spec',
      `${patch}.path`,
      '/metadata/labels',
      ['error patch-path spec.patches[0].definitions[0].jsonPatches[0].path is "/metadata/labels"'],
    ],
    [
      'an operation that is none',
      `${patch}.op`,
      'test',
      ['error patch-operation spec.patches[0].definitions[0].jsonPatches[0].op is "test"'],
    ],
    [
      'a patch with two values',
      `${patch}.value`,
      3,
      ['error patch-value spec.patches[0].definitions[0].jsonPatches[0] has 2 values'],
    ],
    [
      'a selector of another version',
      `${selector}.apiVersion`,
      'controlplane.cluster.x-k8s.io/v1beta1',
      [
        'error patch-selector spec.patches[0].definitions[0].selector.matchResources.controlPlane means KubeadmControlPlaneTemplate (controlplane.cluster.x-k8s.io/v1beta1), which the class does not use there',
      ],
    ],
    [
      'a selector for workers that do not exist',
      'spec.patches.0.definitions.1.selector.matchResources',
      { machineDeploymentClass: { names: ['gpu'] } },
      [
        'error patch-selector spec.patches[0].definitions[1].selector.matchResources.machineDeploymentClass.names gpu means DevMachineTemplate (infrastructure.cluster.x-k8s.io/v1beta2), which the class does not use there',
      ],
    ],
    [
      'a selector that selects nothing',
      `${selector}.matchResources`,
      {},
      ['error patch-selector spec.patches[0].definitions[0].selector selects nothing'],
    ],
  ])('%s', (_, path, value, findings) => {
    const prefix = 'cluster-class: ClusterClass dev-sandbox-1-33-v1 ';
    expect(lint(withClass(path, value)).map((line) => line.replace(prefix, ''))).toEqual(findings);
  });

  it.each<[what: string, schema: object, path: string]>([
    [
      'an entry of a list',
      { type: 'array', items: { type: 'object', properties: { a: { type: 'string' } } } },
      'registry[0].a',
    ],
    ['an entry of a map', { type: 'object', additionalProperties: { type: 'string' } }, 'registry.any'],
    [
      'whatever an open object has',
      { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
      'registry.a.b',
    ],
  ])('a patch may read %s', (_, schema, path) => {
    const clusterClass = changedClass('spec.variables.0', variable(schema));
    const [first] = (clusterClass['spec'] as { patches: { definitions: { jsonPatches: object[] }[] }[] })
      .patches;
    Object.assign(first?.definitions[0]?.jsonPatches[0] ?? {}, { valueFrom: { variable: path } });
    expect(lint(withClassObjects(clusterClass, ...sampleTemplates()))).toEqual([]);
  });

  it('a variable that no patch reads', () => {
    const variables = [
      ...(sampleClass()['spec'] as { variables: unknown[] }).variables,
      variable({ type: 'string' }, 'idle'),
    ];
    expect(lint(withClass('spec.variables', variables))).toEqual([
      'warning variable-unused cluster-class: ClusterClass dev-sandbox-1-33-v1 spec.variables[2] defines idle, which no patch reads',
    ]);
  });

  it('a variable that an external patch may read', () => {
    expect(lint(withClass('spec.patches', [{ name: 'outside', external: {} }]))).toEqual([]);
  });

  it('a variable and a patch that are there twice', () => {
    const { variables, patches } = sampleClass()['spec'] as { variables: unknown[]; patches: unknown[] };
    const twice = changedClass('spec.variables', [...variables, variables[0]]);
    (twice['spec'] as { patches: unknown[] }).patches = [...patches, patches[0]];
    expect(
      lint(withClassObjects(twice, ...sampleTemplates())).map((line) =>
        line.split(' ').slice(0, 2).join(' '),
      ),
    ).toEqual(['error patch-name', 'error variable-name']);
  });
});

describe('objects in the management cluster', () => {
  const object = (apiVersion: string, kind: string, metadata: object = { name: 'a' }) => ({
    apiVersion,
    kind,
    metadata,
  });
  it.each<[what: string, object: Record<string, unknown>, findings: string[]]>([
    [
      'that the operator has no right to',
      object('addons.cluster.x-k8s.io/v1beta2', 'ClusterResourceSet'),
      [
        'error object-forbidden ClusterResourceSet a the operator has no right to create ClusterResourceSet (addons.cluster.x-k8s.io/v1beta2) in the management cluster',
      ],
    ],
    [
      'that are of no group',
      object('v1', 'Secret'),
      [
        'error object-forbidden Secret a the operator has no right to create Secret (v1) in the management cluster',
      ],
    ],
    [
      'that are of the whole cluster',
      object('rbac.authorization.k8s.io/v1', 'ClusterRole'),
      [
        'error object-cluster-scoped ClusterRole a ClusterRole belongs to all tenants of the management cluster',
      ],
    ],
    ['that upstream allows by default', object('openstack.k-orc.cloud/v1alpha1', 'Image'), []],
    ['that are of Cluster API', object('cluster.x-k8s.io/v1beta2', 'MachineHealthCheck'), []],
    [
      'that are of a provider in a group of Cluster API, and have a version of their own',
      object('bootstrap.cluster.x-k8s.io/v1alpha1', 'RKE2Config'),
      [],
    ],
    [
      'that are of kubeadm, in a version that is gone',
      object('bootstrap.cluster.x-k8s.io/v1alpha4', 'KubeadmConfig'),
      [
        'error api-removed KubeadmConfig a apiVersion is bootstrap.cluster.x-k8s.io/v1alpha4, which Cluster API no longer serves',
      ],
    ],
    [
      'that are in another namespace',
      object('cluster.x-k8s.io/v1beta2', 'MachineHealthCheck', { name: 'a', namespace: 'b' }),
      ['error object-namespace MachineHealthCheck b/a metadata.namespace is b'],
    ],
    [
      'that are in the namespace of the release',
      object('cluster.x-k8s.io/v1beta2', 'MachineHealthCheck', { name: 'a', namespace }),
      [],
    ],
    [
      'whose name is yet to be made',
      object('cluster.x-k8s.io/v1beta2', 'MachineHealthCheck', { generateName: 'a-' }),
      ['error object-name MachineHealthCheck  metadata.name is missing'],
    ],
    [
      'of a version that is gone',
      object('cluster.x-k8s.io/v1alpha4', 'MachineHealthCheck'),
      [
        'error api-removed MachineHealthCheck a apiVersion is cluster.x-k8s.io/v1alpha4, which Cluster API no longer serves',
      ],
    ],
  ])('%s', (_, other, findings) => {
    const found = lint(withClassObjects(sampleClass(), ...sampleTemplates(), other));
    expect(found.map((line) => line.replace('cluster-class: ', ''))).toEqual(findings);
  });
});

describe('objects of add-ons', () => {
  const cronJob = (image: string) => ({
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'a' },
    spec: { jobTemplate: { spec: { template: { spec: { initContainers: [{ image }] } } } } },
  });
  it.each<[what: string, objects: Record<string, unknown>[], findings: string[]]>([
    [
      'whose image has no version',
      [sampleDeployment('registry.example:5000/cni')],
      [
        'warning image-moving Deployment kube-system/cni spec.template.spec.containers[0].image is "registry.example:5000/cni", which is another image tomorrow',
      ],
    ],
    [
      'whose image is the latest',
      [cronJob('cni:latest')],
      [
        'warning image-moving CronJob a spec.jobTemplate.spec.template.spec.initContainers[0].image is "cni:latest", which is another image tomorrow',
      ],
    ],
    [
      'whose image has a version only',
      [
        {
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: { name: 'a' },
          spec: { containers: [{ image: 'cni:1.2' }] },
        },
      ],
      ['info image-digest Pod a spec.containers[0].image is "cni:1.2" without a digest'],
    ],
    [
      'that are rendered twice',
      [sampleDeployment(), { ...sampleDeployment(), metadata: { name: 'cni' } }],
      ['error object-twice Deployment cni is rendered twice'],
    ],
    [
      'that are in another namespace',
      [{ ...sampleDeployment(), metadata: { name: 'cni', namespace: 'cni' } }],
      ['info object-namespace Deployment cni/cni metadata.namespace is cni'],
    ],
    [
      'that are of the whole cluster',
      [
        {
          apiVersion: 'rbac.authorization.k8s.io/v1',
          kind: 'ClusterRole',
          metadata: { name: 'a', namespace: 'b' },
        },
      ],
      [],
    ],
    [
      'of a version that is gone',
      [{ apiVersion: 'flowcontrol.apiserver.k8s.io/v1beta3', kind: 'FlowSchema', metadata: { name: 'a' } }],
      [
        'error api-removed FlowSchema a apiVersion is flowcontrol.apiserver.k8s.io/v1beta3, which Kubernetes 1.32 removed',
      ],
    ],
    [
      'of a version that goes next',
      [
        {
          apiVersion: 'admissionregistration.k8s.io/v1beta1',
          kind: 'ValidatingAdmissionPolicy',
          metadata: { name: 'a' },
        },
      ],
      [
        'warning api-deprecated ValidatingAdmissionPolicy a apiVersion is admissionregistration.k8s.io/v1beta1, which Kubernetes 1.34 removes',
      ],
    ],
    [
      'of a version that stays',
      [{ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'a' } }],
      [],
    ],
  ])('%s', (_, objects, findings) => {
    expect(lint(withAddon(...objects)).map((line) => line.replace('cni: ', ''))).toEqual(findings);
  });

  it('with values that differ each time', () => {
    const random = new Map([[0, ['/spec/replicas']]]);
    const addonCharts = new Map([['cni', { chart: { name: 'cni' }, objects: [sampleDeployment()], random }]]);
    expect(lint({ addonCharts })).toEqual([
      'info value-random cni: Deployment kube-system/cni /spec/replicas has a value that differs each time the chart is rendered',
    ]);
  });
});

describe('stages', () => {
  const upgrade = 'BeforeClusterUpgrade: [{name: cni, action: apply}]';
  const condition = (expression: string) =>
    `addonStages: {BeforeClusterUpgrade: [{name: cni, action: apply, waitForPreCondition: {objects: [{key: a, apiVersion: v1, kind: Node, name: n}], conditions: "${expression}"}}]}`;
  it.each<[what: string, text: string, findings: string[]]>([
    [
      'whose chart is missing',
      `addonStages: {BeforeClusterUpgrade: [{name: cni, action: apply}, {name: csi, action: delete}]}`,
      [
        'error stage-chart-missing addonStages.BeforeClusterUpgrade[1].name is csi, for which the add-on archive has no chart',
      ],
    ],
    [
      'that leave a chart out',
      'addonStages: {}',
      ['warning chart-unused addonStages has no stage for the chart cni'],
    ],
    [
      'of a hook that nobody calls',
      `addonStages: {${upgrade}, name: [{name: cni, action: apply}]}`,
      ['warning hook-unknown addonStages.name is no hook that is ever called'],
    ],
    [
      'that come twice',
      'addonStages: {BeforeClusterUpgrade: [{name: cni, action: apply}, {name: cni, action: apply}]}',
      ['warning stage-twice addonStages.BeforeClusterUpgrade[1] is the second stage cni of this hook'],
    ],
    [
      'that never upgrade anything',
      'addonStages: {AfterControlPlaneInitialized: [{name: cni, action: apply}]}',
      ['warning hook-missing addonStages.BeforeClusterUpgrade is missing, so add-ons are never upgraded'],
    ],
    [
      'that wait for an object that is not listed',
      condition('b.status == 1'),
      [
        'error condition-invalid addonStages.BeforeClusterUpgrade[0].waitForPreCondition.conditions names b, but objects have the keys a',
      ],
    ],
    ['that wait as they should', condition('has(a.status) && a.metadata.labels.all(l, l.size() > 0)'), []],
  ])('%s', (_, text, findings) => {
    expect(lint(withStages(text)).map((line) => line.replace('clusteraddon.yaml: ', ''))).toEqual(findings);
  });

  it('whose expression does not parse', () => {
    expect(lint(withStages(condition('a.status =='))).join()).toMatch(
      /^error condition-invalid clusteraddon\.yaml: addonStages\.BeforeClusterUpgrade\[0\]\.waitForPreCondition\.conditions is no CEL expression \(at 1:/,
    );
  });

  it('of the sample are all right', () => {
    expect(lint(withStages(sampleStages))).toEqual([]);
  });
});
