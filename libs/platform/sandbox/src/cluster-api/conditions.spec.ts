import { describe, expect, it } from 'vitest';
import { aggregate, isFalse, isTrue, isUnknown, nameList, settle, summarize } from './conditions.ts';

// The expected texts were read from clusters of Cluster API 1.12.5.
const reasons = { issue: 'NotReady', unknown: 'ReadyUnknown', info: 'Ready' };

describe('a summary of an object’s conditions', () => {
  const summary = {
    type: 'Ready',
    reasons,
    of: ['Deleting', 'VMProvisioned', 'NodeProvisioned'],
    negative: ['Deleting'],
  };

  it('is true and silent when all is well', () => {
    const all = [
      isFalse('Deleting', 'NotDeleting'),
      isTrue('VMProvisioned', 'Provisioned'),
      isTrue('NodeProvisioned', 'Provisioned'),
    ];
    expect(summarize(all, summary)).toEqual({ type: 'Ready', status: 'True', reason: 'Ready', message: '' });
  });

  it('names what is missing by its message, or by its reason where it has none', () => {
    const all = [
      isFalse('Deleting', 'NotDeleting'),
      isFalse('VMProvisioned', 'InstanceCreateFailed', 'no such image'),
      isFalse('NodeProvisioned', 'WaitingForVMProvisioned'),
    ];
    expect(summarize(all, summary)).toMatchObject({
      status: 'False',
      reason: 'NotReady',
      message: '* VMProvisioned: no such image\n* NodeProvisioned: WaitingForVMProvisioned',
    });
  });

  it('puts lists below their heading, and paragraphs one step further', () => {
    const findings = [
      isFalse('WorkersAvailable', 'NotAvailable', '* MachineDeployment a: 0 available replicas'),
      isFalse(
        'TopologyReconciled',
        'ClusterUpgrading',
        'Cluster is upgrading to v1.34.3\n  * KubeadmControlPlane upgrading',
      ),
    ];
    expect(
      summarize(findings, { type: 'Available', reasons, of: ['WorkersAvailable', 'TopologyReconciled'] })
        .message,
    ).toBe(
      [
        '* WorkersAvailable:',
        '  * MachineDeployment a: 0 available replicas',
        '* TopologyReconciled:',
        '  * Cluster is upgrading to v1.34.3',
        '      * KubeadmControlPlane upgrading',
      ].join('\n'),
    );
  });

  it('is unknown where one is not reported, and says so', () => {
    expect(
      summarize([isTrue('VMProvisioned', 'Provisioned')], {
        type: 'Ready',
        reasons,
        of: ['VMProvisioned', 'Other'],
      }),
    ).toMatchObject({
      status: 'Unknown',
      reason: 'ReadyUnknown',
      message: '* Other: Condition not yet reported',
    });
  });
});

describe('one condition of many objects', () => {
  const of = (name: string, ...findings: Parameters<typeof summarize>[0][number][]) => ({
    kind: 'Machine',
    name,
    findings,
  });

  it('names together those who say the same', () => {
    const machines = [
      of('b', isFalse('UpToDate', 'NotUpToDate', '* Version v1.33.6, v1.34.3 required')),
      of('a', isFalse('UpToDate', 'NotUpToDate', '* Version v1.33.6, v1.34.3 required')),
      of('c', isTrue('UpToDate', 'UpToDate')),
    ];
    expect(aggregate(machines, { type: 'MachinesUpToDate', of: 'UpToDate', reasons })).toEqual({
      type: 'MachinesUpToDate',
      status: 'False',
      reason: 'NotReady',
      message: '* Machines a, b:\n  * Version v1.33.6, v1.34.3 required',
    });
  });

  it('tells issues before what is unknown', () => {
    const machines = [
      of('a', isUnknown('Ready', 'X', 'unknown')),
      of('b', isFalse('Ready', 'X', 'broken')),
      of('c'),
    ];
    expect(aggregate(machines, { type: 'MachinesReady', of: 'Ready', reasons }).message).toBe(
      '* Machine b: broken\n* Machine a: unknown\n* Machine c: Condition Ready not yet reported',
    );
  });

  it('is true where one moves, when moving is what is remarkable', () => {
    const objects = [
      of('a', isTrue('RollingOut', 'RollingOut', 'Rolling out')),
      of('b', isFalse('RollingOut', 'NotRollingOut')),
    ];
    const movement = {
      type: 'RollingOut',
      of: 'RollingOut',
      negative: true,
      reasons: { issue: 'RollingOut', unknown: 'RollingOutUnknown', info: 'NotRollingOut' },
    };
    expect(aggregate(objects, movement)).toMatchObject({
      status: 'True',
      reason: 'RollingOut',
      message: '* Machine a: Rolling out',
    });
  });

  it.each([
    [['a'], 'Machine a'],
    [['a', 'b', 'c'], 'Machines a, b, c'],
    [['a', 'b', 'c', 'd', 'e'], 'Machines a, b, c, ... (2 more)'],
  ])('lists %j as %s', (names, text) => expect(nameList('Machine', names)).toBe(text));
});

it('moves a condition’s time when its status does, and only then', () => {
  const first = settle(undefined, [isFalse('Ready', 'A', 'one')], '2026-01-01T00:00:00Z', 1);
  const same = settle(first, [isFalse('Ready', 'B', 'two')], '2026-01-02T00:00:00Z', 2);
  const other = settle(same, [isTrue('Ready', 'C')], '2026-01-03T00:00:00Z', 3);
  expect(same[0]).toMatchObject({
    reason: 'B',
    message: 'two',
    lastTransitionTime: '2026-01-01T00:00:00Z',
    observedGeneration: 2,
  });
  expect(other[0]).toMatchObject({ status: 'True', lastTransitionTime: '2026-01-03T00:00:00Z' });
});
