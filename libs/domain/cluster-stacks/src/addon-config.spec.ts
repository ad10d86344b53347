import { describe, expect, it } from 'vitest';
import { parseAddonConfig } from './addon-config.ts';

describe('clusteraddon.yaml', () => {
  it('orders stages by hook, with what they wait for', () => {
    const config = parseAddonConfig(`
apiVersion: clusteraddonconfig.x-k8s.io/v1alpha1
clusterAddonVersion: clusteraddons.clusterstack.x-k8s.io/v1alpha1
addonStages:
  AfterControlPlaneInitialized:
    - {name: cni, action: apply}
    - name: metrics-server
      action: apply
      waitForPostCondition:
        objects:
          - {key: server, apiVersion: apps/v1, kind: Deployment, name: metrics-server, namespace: kube-system}
          - {key: node, apiVersion: v1, kind: Node, name: first}
        conditions: server.status.readyReplicas == server.spec.replicas
  BeforeClusterUpgrade:
    - {name: old, action: delete}
`);
    expect([...config.stages.keys()]).toEqual(['AfterControlPlaneInitialized', 'BeforeClusterUpgrade']);
    expect(config.stages.get('BeforeClusterUpgrade')).toEqual([{ name: 'old', action: 'delete' }]);
    expect(config.stages.get('AfterControlPlaneInitialized')).toEqual([
      { name: 'cni', action: 'apply' },
      {
        name: 'metrics-server',
        action: 'apply',
        waitForPostCondition: {
          objects: [
            {
              key: 'server',
              apiVersion: 'apps/v1',
              kind: 'Deployment',
              name: 'metrics-server',
              namespace: 'kube-system',
            },
            { key: 'node', apiVersion: 'v1', kind: 'Node', name: 'first', namespace: '' },
          ],
          conditions: 'server.status.readyReplicas == server.spec.replicas',
        },
      },
    ]);
  });

  it.each<[what: string, text: string, hooks: string[]]>([
    ['a hook that nobody calls', 'addonStages: {name: [{name: cni, action: apply}]}', ['name']],
    ['a hook without stages', 'addonStages: {BeforeClusterUpgrade: }', ['BeforeClusterUpgrade']],
    ['no stages at all', 'addonStages:', []],
    ['an empty condition', 'addonStages: {A: [{name: cni, action: apply, waitForPreCondition: {}}]}', ['A']],
  ])('may have %s', (_, text, hooks) => {
    expect([...parseAddonConfig(text).stages.keys()]).toEqual(hooks);
  });

  it.each<[what: string, stage: string, message: RegExp]>([
    [
      'an action that does not exist',
      '{name: cni, action: upgrade}',
      /A\[0\]\.action is "upgrade"; write apply or delete/,
    ],
    ['no action', '{name: cni}', /A\[0\]\.action is missing/],
    ['no name', '{action: apply}', /A\[0\]\.name is missing/],
    ['a path as name', '{name: ../cni, action: apply}', /A\[0\]\.name is "\.\.\/cni"; name a folder/],
    ['a bare word', 'cni', /A\[0\] must be a mapping/],
    [
      'objects and no expression',
      '{name: cni, action: apply, waitForPreCondition: {objects: [{key: a, apiVersion: v1, kind: Node, name: n}]}}',
      /waitForPreCondition\.conditions is missing/,
    ],
    [
      'an object without a kind',
      '{name: cni, action: apply, waitForPostCondition: {conditions: "true", objects: [{key: a, apiVersion: v1, name: n}]}}',
      /waitForPostCondition\.objects\[0\]\.kind is missing/,
    ],
    [
      'two objects of one key',
      '{name: cni, action: apply, waitForPostCondition: {conditions: "true", objects: [{key: a, apiVersion: v1, kind: Node, name: n}, {key: a, apiVersion: v1, kind: Node, name: m}]}}',
      /two objects with the key a/,
    ],
    [
      'an expression that is a list',
      '{name: cni, action: apply, waitForPostCondition: {conditions: [a]}}',
      /conditions must be a text/,
    ],
  ])('is refused with a stage with %s', (_, stage, message) => {
    expect(() => parseAddonConfig(`addonStages: {A: [${stage}]}`)).toThrow(message);
  });

  it('is refused where stages are no list', () => {
    expect(() => parseAddonConfig('addonStages: {A: {name: cni}}')).toThrow('addonStages.A must be a list');
  });
});
