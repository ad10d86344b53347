import { describe, expect, it } from 'vitest';
import { judgeHookServer, judgeStage, withConditions, type StageTrouble } from './addon-status.ts';
import { findCondition } from './condition.ts';
import type { ClusterAddon } from './resources.ts';

const minute = 60_000;
const clock = (elapsedMs: number, deadlineMs = 15 * minute) => ({
  hook: 'BeforeClusterUpgrade',
  stage: 'cni',
  elapsedMs,
  deadlineMs,
});
const waits: StageTrouble = {
  trouble: 'post-condition',
  outcome: { outcome: 'not-yet', message: 'a.spec.replicas == 3 is false (a.spec.replicas is 2)' },
};
const invalid: StageTrouble = {
  trouble: 'pre-condition',
  outcome: { outcome: 'invalid', message: 'a. is no CEL expression' },
};

describe('conditions of a stage', () => {
  const rows: [string, StageTrouble, number, string, string, string][] = [
    [
      'a post-condition that is waited for',
      waits,
      1,
      'EvaluatedCEL',
      'FailedToEvaluatePostCondition',
      'Info',
    ],
    [
      'a post-condition past its deadline (defect 18)',
      waits,
      16,
      'EvaluatedCEL',
      'FailedToEvaluatePostCondition',
      'Error',
    ],
    [
      'a pre-condition that is no expression',
      invalid,
      0,
      'EvaluatedCEL',
      'FailedToEvaluatePreCondition',
      'Error',
    ],
    [
      'objects that are refused (defect 12)',
      { trouble: 'unsynced', message: 'Deployment x: no' },
      1,
      'HelmChartApplied',
      'FailedToApplyObjects',
      'Info',
    ],
    [
      'objects that are refused for long',
      { trouble: 'unsynced', message: 'Deployment x: no' },
      16,
      'HelmChartApplied',
      'FailedToApplyObjects',
      'Error',
    ],
    [
      'objects that do not go',
      { trouble: 'not-deleted', message: 'Job x: is being deleted' },
      1,
      'HelmChartDeleted',
      'FailedToDeleteObjects',
      'Info',
    ],
    [
      'a chart that is not in the release (defect 18)',
      { trouble: 'chart-missing', message: 'no folder cni' },
      0,
      'HelmChartFound',
      'HelmChartMissing',
      'Error',
    ],
    [
      'values that cannot be templated',
      { trouble: 'values', message: 'bad' },
      0,
      'HelmChartTemplated',
      'TemplateNewClusterStackOverwriteFailed',
      'Error',
    ],
    [
      'a chart that cannot be rendered',
      { trouble: 'template', message: 'bad' },
      0,
      'HelmChartTemplated',
      'TemplateNewClusterStackFailed',
      'Error',
    ],
  ];
  it.each(rows)('%s', (_, trouble, minutes, type, reason, severity) => {
    const { states } = judgeStage(trouble, clock(minutes * minute));
    expect(states).toContainEqual(expect.objectContaining({ type, status: 'False', reason, severity }));
    expect(states.find((state) => state.type === type)?.message).toContain(
      'stage cni of BeforeClusterUpgrade',
    );
    // Whatever it is, the add-ons are not all applied.
    expect(states).toContainEqual(expect.objectContaining({ type: 'HelmChartApplied', status: 'False' }));
  });

  it('a late stage is named with expression, last values and remedy, and is tried again more slowly', () => {
    const { states, againMs } = judgeStage(waits, clock(16 * minute));
    const message = states.find(({ type }) => type === 'EvaluatedCEL')?.message ?? '';
    for (const part of [
      'stage cni',
      '15m',
      'a.spec.replicas == 3',
      'a.spec.replicas is 2',
      'lifecycle.scs.community/stage-deadline.cni',
    ])
      expect(message).toContain(part);
    expect(againMs).toBeGreaterThan(judgeStage(waits, clock(14 * minute)).againMs);
  });

  it('what an attempt said goes when the next one says something else, or when the stage is through', () => {
    const addon = {
      apiVersion: '',
      kind: 'ClusterAddon',
      metadata: { name: 'x' },
      spec: { clusterRef: {} },
    } as ClusterAddon;
    const apply = (trouble: StageTrouble | undefined, before: ClusterAddon) => {
      const { states, remove } = judgeStage(trouble, clock(0));
      return withConditions(before, states, new Date(0), remove);
    };
    const first = apply({ trouble: 'template', message: 'bad' }, addon);
    const second = apply(waits, first);
    expect(findCondition(second.status?.conditions, 'HelmChartTemplated')).toBeUndefined();
    expect(findCondition(second.status?.conditions, 'EvaluatedCEL')?.status).toBe('False');
    const third = apply(undefined, second);
    expect(findCondition(third.status?.conditions, 'EvaluatedCEL')).toBeUndefined();
    expect(findCondition(third.status?.conditions, 'HelmChartFound')?.status).toBe('True');
  });
});

describe('the hook server', () => {
  const run = {
    className: 'c2',
    kind: 'upgraded',
    version: 'v1',
    kubernetesVersion: 'v1.28.2',
    through: [],
    hook: 'BeforeClusterUpgrade',
  };
  const judge = (
    controlPlaneVersion: string | undefined,
    request?: object,
    hook = 'BeforeClusterUpgrade',
  ) => {
    const annotations = {
      'lifecycle.scs.community/addon-run': JSON.stringify({ ...run, hook }),
      ...(request && { 'lifecycle.scs.community/hook-request': JSON.stringify(request) }),
    };
    const addon: ClusterAddon = {
      apiVersion: '',
      kind: 'ClusterAddon',
      metadata: { name: 'x', annotations },
      spec: { clusterRef: {} },
    };
    return judgeHookServer(addon, {
      className: 'c2',
      kubernetesVersion: 'v1.28.2',
      release: { version: 'v1', kubernetesVersion: 'v1.28.2', addons: { convention: 'single' } },
      controlPlaneVersion,
      topologyReconciled: false,
    });
  };
  const asked = { hook: 'BeforeClusterUpgrade', classTo: 'c2', to: 'v1.28.2' };

  it('is missed when the control plane is to be upgraded and nobody has asked', () => {
    const missed = [
      expect.objectContaining({
        type: 'HookServerReady',
        status: 'False',
        severity: 'Info',
        reason: 'HookServerUnresponsive',
      }),
    ];
    expect(judge('v1.27.3')).toEqual(missed);
    expect(judge('v1.27.3', { ...asked, to: 'v1.27.9' })).toEqual(missed);
    expect(judge('v1.27.3', asked)).toEqual([{ type: 'HookServerReady', status: 'True' }]);
  });

  it.each([
    ['without another Kubernetes version nobody will ask', 'v1.28.2', undefined],
    ['without a control plane that says its version', undefined, undefined],
    ['after the first hook', 'v1.27.3', 'AfterControlPlaneUpgrade'],
  ])('is not spoken of %s', (_, version, hook) => {
    expect(judge(version, undefined, hook)).toEqual([]);
  });
});
