import { describe, expect, it } from 'vitest';
import type { ReleaseContents } from './release-contents.ts';
import { parseReleaseName } from './release-name.ts';
import { diffReleases, type ReleaseDiff } from './release-diff.ts';
import { sampleClass, sampleDeployment, sampleRelease, sampleTemplates } from './sample-release.spec-data.ts';

type Json = Record<string, unknown>;

/** v1 and v2 of the sample, v2 with changes to its objects by path: `KubeadmControlPlaneTemplate`, or the ClusterClass. */
function next(change: (release: { clusterClass: Json; templates: Json[] }) => void): ReleaseContents {
  const release = sampleRelease('v2');
  const parts = { clusterClass: sampleClass('v2'), templates: sampleTemplates('v2') };
  change(parts);
  return {
    ...release,
    classChart: { ...release.classChart, objects: [parts.clusterClass, ...parts.templates] },
  };
}
const diff = (change: Parameters<typeof next>[0]): ReleaseDiff =>
  diffReleases(sampleRelease('v1'), next(change));
const specOf = (object: Json = {}): Json => (object['spec'] as { template: { spec: Json } }).template.spec;
const variablesIn = (clusterClass: Json) =>
  (
    clusterClass['spec'] as {
      variables: { name: string; required: boolean; schema: { openAPIV3Schema: Json } }[];
    }
  ).variables;

describe('two releases that differ in their version alone', () => {
  it('differ in nothing else, and replace no machine', () => {
    expect(diff(() => {})).toEqual({
      from: 'dev-sandbox-1-33-v1',
      to: 'dev-sandbox-1-33-v2',
      versions: [{ part: 'clusterStack', from: 'v1', to: 'v2' }],
      classObjects: [],
      variables: [],
      addons: [],
      nodeImages: [],
      rollouts: [],
      obstacles: [],
    });
  });
});

describe('machines', () => {
  it.each<[what: string, change: Parameters<typeof next>[0], rollouts: ReleaseDiff['rollouts']]>([
    [
      'of the control plane are replaced for its machine template',
      ({ templates }) => (specOf(templates[2])['startup'] = '2s'),
      [
        {
          machines: 'machines of the control plane',
          certainty: 'certain',
          reasons: ['DevMachineTemplate: spec.template.spec.startup'],
        },
      ],
    ],
    [
      'of the control plane are replaced for their configuration',
      ({ templates }) => (specOf(templates[1])['kubeadmConfigSpec'] = { verbosity: 2 }),
      [
        {
          machines: 'machines of the control plane',
          certainty: 'certain',
          reasons: ['KubeadmControlPlaneTemplate: spec.template.spec.kubeadmConfigSpec.verbosity'],
        },
      ],
    ],
    [
      'of the control plane stay for timeouts and strategies',
      ({ templates }) => {
        const spec = specOf(templates[1]);
        spec['machineTemplate'] = { nodeDrainTimeout: '5m', metadata: { labels: { a: 'b' } } };
        spec['rolloutStrategy'] = { type: 'RollingUpdate' };
      },
      [],
    ],
    [
      'of workers are replaced for their bootstrap template',
      ({ templates }) => (specOf(templates[3])['labels'] = 'b'),
      [
        {
          machines: 'workers of class default-worker',
          certainty: 'certain',
          reasons: ['KubeadmConfigTemplate: spec.template.spec.labels'],
        },
      ],
    ],
    [
      'of workers are replaced for their machine template',
      ({ templates }) => Object.assign(specOf(templates[4]), { a: 1, b: 2, c: 3, startup: '2s' }),
      [
        {
          machines: 'workers of class default-worker',
          certainty: 'certain',
          reasons: [
            'DevMachineTemplate: spec.template.spec.startup, spec.template.spec.a, spec.template.spec.b and 1 more fields',
          ],
        },
      ],
    ],
    ['stay for the template of the cluster', ({ templates }) => (specOf(templates[0])['network'] = 'b'), []],
    [
      'of both may be replaced for a default that patches read',
      ({ clusterClass }) => {
        const audit = variablesIn(clusterClass)[1];
        if (audit) audit.schema.openAPIV3Schema['default'] = { maxAge: 7 };
      },
      [
        {
          machines: 'machines of the control plane',
          certainty: 'possible',
          reasons: ['the default of audit differs, which the patch registry reads'],
        },
        {
          machines: 'workers of class default-worker',
          certainty: 'possible',
          reasons: ['the default of audit differs, which the patch registry reads'],
        },
      ],
    ],
    [
      'of both may be replaced for the default of a field',
      ({ clusterClass }) => {
        const audit = variablesIn(clusterClass)[1];
        if (audit)
          audit.schema.openAPIV3Schema['properties'] = {
            maxAge: { type: 'integer', default: 7, minimum: 1 },
          };
      },
      [
        {
          machines: 'machines of the control plane',
          certainty: 'possible',
          reasons: ['the default of audit differs, which the patch registry reads'],
        },
        {
          machines: 'workers of class default-worker',
          certainty: 'possible',
          reasons: ['the default of audit differs, which the patch registry reads'],
        },
      ],
    ],
    [
      'may be replaced for a patch',
      ({ clusterClass }) => {
        const [patch] = (clusterClass['spec'] as { patches: Json[] }).patches;
        if (patch) patch['enabledIf'] = 'true';
      },
      [
        {
          machines: 'machines of the control plane',
          certainty: 'possible',
          reasons: ['the patch registry differs'],
        },
        {
          machines: 'workers of class default-worker',
          certainty: 'possible',
          reasons: ['the patch registry differs'],
        },
      ],
    ],
    [
      'may be replaced for a patch that goes',
      ({ clusterClass }) => ((clusterClass['spec'] as { patches: Json[] }).patches = []),
      [
        {
          machines: 'machines of the control plane',
          certainty: 'possible',
          reasons: ['the patch registry is gone'],
        },
        {
          machines: 'workers of class default-worker',
          certainty: 'possible',
          reasons: ['the patch registry is gone'],
        },
      ],
    ],
  ])('%s', (_, change, rollouts) => {
    expect(diff(change).rollouts).toEqual(rollouts);
  });

  it('of all kinds are replaced for another Kubernetes', () => {
    const to = sampleRelease('v2');
    const rollouts = diffReleases(sampleRelease('v1'), {
      ...to,
      metadata: { ...to.metadata, kubernetes: 'v1.33.7' },
    }).rollouts;
    expect(rollouts).toEqual([
      {
        machines: 'machines of the control plane',
        certainty: 'certain',
        reasons: ['Kubernetes v1.33.6 becomes v1.33.7'],
      },
      {
        machines: 'workers of class default-worker',
        certainty: 'certain',
        reasons: ['Kubernetes v1.33.6 becomes v1.33.7'],
      },
    ]);
  });
});

describe('objects of the class', () => {
  it('are the same object in both releases, whatever version their name carries', () => {
    expect(diff(({ templates }) => (specOf(templates[2])['startup'] = '2s')).classObjects).toEqual([
      {
        change: 'changed',
        object: 'DevMachineTemplate {class}-control-plane',
        fields: [{ path: 'spec.template.spec.startup', from: '1s', to: '2s' }],
      },
    ]);
  });

  it('come and go', () => {
    const extra = {
      apiVersion: 'cluster.x-k8s.io/v1beta2',
      kind: 'MachineHealthCheck',
      metadata: { name: 'a' },
    };
    const changes = diff(({ templates }) => templates.splice(0, 1, extra)).classObjects;
    expect(changes.map(({ change, object }) => `${change} ${object}`)).toEqual([
      'removed DevClusterTemplate {class}-cluster',
      'added MachineHealthCheck a',
    ]);
  });
});

describe('variables', () => {
  const added = (required: boolean) => ({
    name: 'region',
    required,
    schema: { openAPIV3Schema: { type: 'string' } },
  });
  it.each<
    [
      what: string,
      change: (variables: ReturnType<typeof variablesIn>) => void,
      variables: ReleaseDiff['variables'],
      obstacles: string[],
    ]
  >([
    ['that come', (list) => list.push(added(false)), [{ name: 'region', change: 'added', details: [] }], []],
    [
      'that come and are required',
      (list) => list.push(added(true)),
      [{ name: 'region', change: 'added', details: ['it is required'] }],
      ['the variable region is required: every cluster must set it with the change'],
    ],
    [
      'that go',
      (list) => list.splice(0, 1),
      [{ name: 'registry', change: 'removed', details: [] }],
      ['the variable registry is gone: clusters that set it must remove it with the change'],
    ],
    [
      'that have another default and type',
      (list) => Object.assign(list[0]?.schema ?? {}, { openAPIV3Schema: { type: 'integer', default: 1 } }),
      [
        {
          name: 'registry',
          change: 'changed',
          details: ['a text becomes a whole number', 'the default "registry.example" becomes 1'],
        },
      ],
      [],
    ],
    [
      'that lose their default and are required',
      (list) =>
        Object.assign(list[0] ?? {}, { required: true, schema: { openAPIV3Schema: { type: 'string' } } }),
      [
        {
          name: 'registry',
          change: 'changed',
          details: ['it is now required', 'the default "registry.example" becomes none'],
        },
      ],
      ['the variable registry is required: every cluster must set it with the change'],
    ],
    [
      'that allow something else',
      (list) =>
        Object.assign(list[0]?.schema.openAPIV3Schema ?? {}, { pattern: '^a', description: 'New words.' }),
      [{ name: 'registry', change: 'changed', details: ['its schema differs: pattern'] }],
      [],
    ],
  ])('%s', (_, change, variables, obstacles) => {
    const found = diff(({ clusterClass }) => change(variablesIn(clusterClass)));
    expect([found.variables, found.obstacles]).toEqual([variables, obstacles]);
  });
});

describe('obstacles', () => {
  it.each<[what: string, from: string, to: string, obstacles: string[]]>([
    ['none to the next minor version', 'dev-sandbox-1-33-v2', 'dev-sandbox-1-34-v1', []],
    [
      'the stack',
      'dev-sandbox-1-33-v1',
      'dev-other-1-33-v1',
      ['dev-sandbox and dev-other are two stacks: no cluster can be moved'],
    ],
    [
      'the way back',
      'dev-sandbox-1-34-v1',
      'dev-sandbox-1-33-v1',
      ['Kubernetes 1.34 becomes 1.33: only the next minor version is possible'],
    ],
    [
      'two minor versions at once',
      'dev-sandbox-1-33-v1',
      'dev-sandbox-1-35-v1',
      ['Kubernetes 1.33 becomes 1.35: only the next minor version is possible'],
    ],
  ])('are %s', (_, from, to, obstacles) => {
    const [one, other] = [from, to].map(parseReleaseName).map((name) => {
      if (typeof name === 'string') throw new Error(name);
      return { ...sampleRelease(), name };
    });
    expect(one && other && diffReleases(one, other).obstacles).toEqual(obstacles);
  });

  it('are classes of workers that are gone', () => {
    const obstacles = diff(({ clusterClass }) => ((clusterClass['spec'] as Json)['workers'] = {})).obstacles;
    expect(obstacles).toEqual([
      'the class default-worker of workers is gone: clusters that use it cannot be moved',
    ]);
  });

  it('are other kinds of infrastructure and control plane', () => {
    const { obstacles } = diff(({ clusterClass }) => {
      const spec = clusterClass['spec'] as Record<string, { templateRef: Json }>;
      if (spec['infrastructure']) spec['infrastructure'].templateRef['kind'] = 'DockerClusterTemplate';
      if (spec['controlPlane']) spec['controlPlane'].templateRef['kind'] = 'KamajiControlPlaneTemplate';
    });
    expect(obstacles).toEqual([
      'DevClusterTemplate becomes DockerClusterTemplate: no cluster can be moved',
      'KubeadmControlPlaneTemplate becomes KamajiControlPlaneTemplate: no cluster can be moved',
    ]);
  });
});

describe('add-ons and images', () => {
  const addons = (...stages: [string, Json[]][]): ReleaseContents => ({
    ...sampleRelease('v2'),
    addonCharts: new Map(stages.map(([stage, objects]) => [stage, { chart: {}, objects }])),
  });
  const config = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } };

  it.each<[what: string, to: ReleaseContents, expected: ReleaseDiff['addons']]>([
    [
      'stay as they are, also where the namespace is only written out',
      addons(['cni', [{ ...sampleDeployment(), metadata: { name: 'cni', namespace: 'kube-system' } }]]),
      [],
    ],
    [
      'change in a stage',
      addons(['cni', [{ ...sampleDeployment(), spec: { replicas: 2 } }]]),
      [
        {
          stage: 'cni',
          change: 'changed',
          objects: [
            {
              change: 'changed',
              object: 'Deployment kube-system/cni',
              fields: [
                { path: 'spec.replicas', from: 1, to: 2 },
                { path: 'spec.template', from: expect.any(Object), to: undefined },
              ],
            },
          ],
        },
      ],
    ],
    [
      'come and go in a stage',
      addons(['cni', [config]]),
      [
        {
          stage: 'cni',
          change: 'changed',
          objects: [
            { change: 'removed', object: 'Deployment kube-system/cni', fields: [] },
            { change: 'added', object: 'ConfigMap a', fields: [] },
          ],
        },
      ],
    ],
    [
      'come and go with a stage',
      addons(['csi', [config]]),
      [
        {
          stage: 'cni',
          change: 'removed',
          objects: [{ change: 'removed', object: 'Deployment kube-system/cni', fields: [] }],
        },
        { stage: 'csi', change: 'added', objects: [{ change: 'added', object: 'ConfigMap a', fields: [] }] },
      ],
    ],
  ])('%s', (_, to, expected) => {
    expect(diffReleases(sampleRelease('v1'), to).addons).toEqual(expected);
  });

  it('of values that differ each time nothing is said', () => {
    const release = (version: string, value: string): ReleaseContents => {
      const objects = [{ ...config, data: { 'a/b': value, c: 'd' } }];
      const chart = { chart: {}, objects, random: new Map([[0, ['/data/a~1b']]]) };
      return { ...sampleRelease(version), addonCharts: new Map([['cni', chart]]) };
    };
    const [from, to] = [release('v1', '0'), release('v2', '1')];
    expect(diffReleases(from, to).addons).toEqual([]);
  });

  it('are told by name', () => {
    const image = (name: string, url: string) => ({ url, createOpts: { name } });
    const from = {
      ...sampleRelease('v1'),
      nodeImages: [image('a', 'https://x/a'), image('b', 'https://x/b')],
    };
    const to = { ...sampleRelease('v2'), nodeImages: [image('a', 'https://y/a'), image('c', 'https://x/c')] };
    expect(diffReleases(from, to).nodeImages).toEqual([
      { name: 'a', change: 'changed', fields: [{ path: 'url', from: 'https://x/a', to: 'https://y/a' }] },
      { name: 'b', change: 'removed', fields: [] },
      { name: 'c', change: 'added', fields: [] },
    ]);
  });
});
