import { describe, expect, it } from 'vitest';
import type { AddonStage } from './addon-config.ts';
import {
  hooksOfRun,
  mergeInventory,
  parseDuration,
  stageDeadlineMs,
  stageWaitMs,
  wantedCharts,
  workOfStage,
} from './addon-stage.ts';

const apply = (name: string): AddonStage => ({ name, action: 'apply' });
const remove = (name: string): AddonStage => ({ name, action: 'delete' });
const multi = (stages: Record<string, AddonStage[]>) => ({
  convention: 'multi' as const,
  stages: new Map(Object.entries(stages)),
});
const named = (parts: ReturnType<typeof hooksOfRun>) =>
  parts.map(({ hook, stages }) => [hook, stages.map(({ name }) => name)]);

describe('hooks of a run', () => {
  it('a new cluster gets the stages of AfterControlPlaneInitialized', () => {
    const release = multi({
      AfterControlPlaneInitialized: [apply('cni')],
      BeforeClusterUpgrade: [apply('csi')],
    });
    expect(named(hooksOfRun(release, 'created'))).toEqual([['AfterControlPlaneInitialized', ['cni']]]);
  });

  it('an upgrade goes through the three hooks in order, those without stages left out', () => {
    const release = multi({
      AfterClusterUpgrade: [apply('metrics')],
      BeforeClusterUpgrade: [apply('cni')],
      name: [apply('slip')],
    });
    expect(named(hooksOfRun(release, 'upgraded'))).toEqual([
      ['BeforeClusterUpgrade', ['cni']],
      ['AfterClusterUpgrade', ['metrics']],
    ]);
  });

  it('the first hook of an upgrade is there without stages too: it prunes', () => {
    const release = multi({
      AfterControlPlaneInitialized: [apply('cni')],
      AfterClusterUpgrade: [apply('csi')],
    });
    expect(named(hooksOfRun(release, 'upgraded'))).toEqual([
      ['BeforeClusterUpgrade', []],
      ['AfterClusterUpgrade', ['csi']],
    ]);
  });

  it('a release without any stage for upgrades is upgraded by those for new clusters, rather than stripped', () => {
    const release = multi({ AfterControlPlaneInitialized: [apply('cni')] });
    expect(named(hooksOfRun(release, 'upgraded'))).toEqual([['BeforeClusterUpgrade', ['cni']]]);
  });

  it('a release of one chart has one nameless stage', () => {
    expect(named(hooksOfRun({ convention: 'single' }, 'upgraded'))).toEqual([['BeforeClusterUpgrade', ['']]]);
  });
});

describe('charts that are wanted', () => {
  it.each([
    ['what is applied', [apply('a'), apply('b')], ['a', 'b']],
    ['not what is deleted later', [apply('a'), remove('a')], []],
    ['what is deleted first and applied then', [remove('a'), apply('a')], ['a']],
    ['a chart once', [apply('a'), apply('b'), apply('a')], ['a', 'b']],
  ])('%s', (_, stages, names) => {
    expect(wantedCharts(stages).map(({ name }) => name)).toEqual(names);
  });
});

describe('work of a stage', () => {
  const plain = apply('a');
  const waiting: AddonStage = { ...plain, waitForPreCondition: { objects: [], conditions: 'true' } };
  it.each([
    ['Pending', plain, 'act'],
    ['Pending', waiting, 'check'],
    ['', waiting, 'check'],
    ['waitingForPreCondition', waiting, 'check'],
    ['applyingOrDeleting', waiting, 'act'],
    ['waitingForPostCondition', waiting, 'act'],
    ['done', waiting, 'none'],
  ] as const)('%s', (phase, stage, work) => {
    expect(workOfStage(stage, phase)).toBe(work);
  });
});

describe('deadlines', () => {
  const [general, special] = [
    'lifecycle.scs.community/stage-deadline',
    'lifecycle.scs.community/stage-deadline.cni',
  ];
  it.each([
    ['15 minutes by default', {}, 15],
    ['of all stages', { [general]: '30m' }, 30],
    ['of one stage before that of all', { [general]: '30m', [special]: '1h30m' }, 90],
    ['of another stage does not count', { [`${general}.csi`]: '1h' }, 15],
    ['in seconds', { [special]: '90s' }, 1.5],
    ['no duration is none', { [special]: 'soon' }, 15],
    ['zero is none', { [general]: '0s' }, 15],
  ])('%s', (_, annotations, minutes) => {
    expect(stageDeadlineMs(annotations, 'cni')).toBe(minutes * 60_000);
  });

  it.each([
    ['1h', 3_600_000],
    ['1.5h', 5_400_000],
    ['2m30s', 150_000],
    ['100ms', 100],
    ['10', undefined],
    ['-5m', undefined],
    ['5 m', undefined],
    ['', undefined],
  ])('%s', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it('waits a little at first, then 20 s as upstream, and a minute when late', () => {
    const deadline = 15 * 60_000;
    expect([1000, 61_000, deadline + 1].map((elapsed) => stageWaitMs(elapsed, deadline))).toEqual([
      5000, 20_000, 60_000,
    ]);
  });
});

describe('inventory', () => {
  it('two kinds of one name are two objects, two versions of one kind are one (defect 3)', () => {
    const inventory = [
      { group: 'apps', version: 'v1beta1', kind: 'Deployment', name: 'x', status: 'synced' as const },
      { group: '', version: 'v1', kind: 'Service', name: 'x', status: 'synced' as const },
    ];
    const changed = [
      {
        group: 'apps',
        version: 'v1',
        kind: 'Deployment',
        name: 'x',
        namespace: 'kube-system',
        status: 'not-synced' as const,
      },
    ];
    expect(mergeInventory(inventory, changed)).toEqual([changed[0], inventory[1]]);
  });
});
