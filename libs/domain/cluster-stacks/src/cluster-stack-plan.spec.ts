import { describe, expect, it } from 'vitest';
import {
  latestReady,
  planClusterStack,
  summarizeClusterStack,
  summarizeConditions,
} from './cluster-stack-plan.ts';
import type { Condition } from './condition.ts';
import { lifecycleVectors } from './lifecycle-vectors.spec-data.ts';
import type { ClusterStack, ClusterStackRelease } from './resources.ts';

const prefix = 'docker-ferrol-1-27';
const aRelease = (version: string, ready = false, more: object = {}): ClusterStackRelease => ({
  apiVersion: 'clusterstack.x-k8s.io/v1alpha1',
  kind: 'ClusterStackRelease',
  metadata: { name: `${prefix}-${version}`, namespace: 'team', ...more },
  spec: {},
  status: { ready, kubernetesVersion: 'v1.27.3' },
});
const spec = (more: Partial<ClusterStack['spec']> = {}): ClusterStack['spec'] => ({
  provider: 'docker',
  name: 'ferrol',
  kubernetesVersion: '1.27',
  channel: 'stable',
  autoSubscribe: true,
  noProvider: true,
  ...more,
});
const plan = (facts: Partial<Parameters<typeof planClusterStack>[0]>) =>
  planClusterStack({
    namespace: 'team',
    spec: spec(),
    existing: [],
    remoteTags: undefined,
    topologies: [],
    ...facts,
  });
const tags = (...versions: string[]) => versions.map((version) => `${prefix}-${version}`);
const cluster = (className: string, classNamespace = 'team') => ({
  className,
  classNamespace,
  version: 'v1.27.3',
});

describe('which releases there are to be', () => {
  it('is the newest at the source, of this provider, stack, Kubernetes version and channel alone', () => {
    const remoteTags = [
      ...tags('v1', 'v2', 'v0-sha-abc'),
      'docker-ferrol-1-28-v9',
      'docker-scs-1-27-v9',
      'openstack-ferrol-1-27-v9',
    ];
    expect(plan({ remoteTags })).toMatchObject({ create: tags('v2'), latest: `${prefix}-v2` });
  });
  it('is the newest by number: v10 comes after v9, alpha.10 after alpha.9 (defect 7)', () => {
    expect(plan({ remoteTags: tags('v9', 'v10', 'v2') }).latest).toBe(`${prefix}-v10`);
    const custom = spec({ channel: 'custom' });
    expect(plan({ spec: custom, remoteTags: tags('v1-alpha-9', 'v1-alpha-10') }).latest).toBe(
      `${prefix}-v1-alpha-10`,
    );
  });
  it('is, for the channel custom, every channel but stable (defect 4)', () => {
    const custom = spec({ channel: 'custom' });
    expect(plan({ spec: custom, remoteTags: tags('v7', 'v0-sha-hipstsw') })).toMatchObject({
      create: tags('v0-sha-hipstsw'),
    });
  });
  it('is those of spec.versions too, whatever the source has', () => {
    expect(plan({ spec: spec({ versions: ['v1', 'v3'] }), remoteTags: tags('v4') }).create).toEqual(
      tags('v1', 'v3', 'v4'),
    );
  });
  it('is only those of spec.versions where the stack does not follow the source', () => {
    const quiet = spec({ autoSubscribe: false, versions: ['v1'] });
    expect(plan({ spec: quiet, remoteTags: tags('v4') })).toMatchObject({ wanted: tags('v1') });
  });
  it('goes on without versions that cannot be read, and names them (defect 9)', () => {
    expect(plan({ spec: spec({ versions: ['v1', '1', 'v1-alpha-1'] }) })).toMatchObject({
      create: tags('v1'),
      invalidVersions: ['1', 'v1-alpha-1'],
    });
  });
  it('names tags that cannot be read, and goes on with the others', () => {
    expect(plan({ remoteTags: ['openstack-csp-helper-v0.2.0', ...tags('v1')] })).toMatchObject({
      create: tags('v1'),
      unreadableTags: ['openstack-csp-helper-v0.2.0'],
    });
  });
});

describe('an existing release', () => {
  it('goes when it is neither newest, newest ready, in the spec nor in use', () => {
    expect(
      plan({ existing: [aRelease('v1', true), aRelease('v2', true)], remoteTags: tags('v2') }),
    ).toMatchObject({ delete: tags('v1'), wanted: tags('v2'), create: [] });
  });
  it('stays while it is the newest that is ready, though a newer one is on its way', () => {
    expect(plan({ existing: [aRelease('v1', true), aRelease('v2')], remoteTags: tags('v2') })).toMatchObject({
      delete: [],
      wanted: tags('v1', 'v2'),
    });
  });
  it.each(['v0-sha.hipstsw', 'v1'])('stays while a cluster uses it: %s (defect 5)', (version) => {
    const existing = [
      aRelease(version.replace('.', '-'), true),
      aRelease('v9-zeta-9', true),
      aRelease('v9', true),
    ];
    const kept = plan({
      spec: spec({ channel: version.includes('.') ? 'custom' : 'stable' }),
      existing,
      remoteTags: tags('v9', 'v9-zeta-9'),
      topologies: [cluster(`${prefix}-${version}`)],
    });
    expect(kept.wanted).toContain(`${prefix}-${version.replace('.', '-')}`);
    expect(kept.delete).not.toContain(`${prefix}-${version.replace('.', '-')}`);
  });
  it('stays when it is a custom one and the newest that is ready (defect 5)', () => {
    const custom = spec({ channel: 'custom', autoSubscribe: false });
    expect(plan({ spec: custom, existing: [aRelease('v0-sha-hipstsw', true)] }).delete).toEqual([]);
  });
  it('is not kept by a cluster whose class of the same name is in another namespace', () => {
    expect(
      plan({
        existing: [aRelease('v1', true), aRelease('v2', true)],
        remoteTags: tags('v2'),
        topologies: [cluster(`${prefix}-v1`, 'elsewhere')],
      }).delete,
    ).toEqual(tags('v1'));
  });
  it('that is the newest known stays while the source does not answer (defect 10)', () => {
    expect(plan({ existing: [aRelease('v1', true), aRelease('v2')], remoteTags: undefined }).delete).toEqual(
      [],
    );
  });
  it('that is leaving already is not told to leave again', () => {
    const leaving = aRelease('v1', false, { deletionTimestamp: '2026-01-01T00:00:00Z' });
    expect(plan({ existing: [leaving, aRelease('v2', true)], remoteTags: tags('v2') }).delete).toEqual([]);
  });
});

describe('what a ClusterStack says', () => {
  const existing = [
    aRelease('v10', true),
    aRelease('v9', true),
    aRelease('v11'),
    aRelease('v0-sha-hipstsw', true),
  ];
  it('is its releases in order, the usable ones, and the newest of these', () => {
    const said = summarizeClusterStack(tags('v12'), existing);
    expect(said.summary?.map(({ name }) => name)).toEqual(['v0-sha-hipstsw', 'v9', 'v10', 'v11', 'v12']);
    expect(said.usableVersions).toBe('v0-sha.hipstsw, v9, v10');
    expect(said.latestRelease).toBe(`${prefix}-v10 | v1.27.3`);
  });
  it('names the newest ready release with a dot where it is a custom one', () => {
    expect(summarizeClusterStack([], [aRelease('v0-sha-hipstsw', true)]).latestRelease).toBe(
      `${prefix}-v0-sha.hipstsw | v1.27.3`,
    );
  });
  it('has no newest release before one is ready', () => {
    expect(latestReady([aRelease('v1')])).toBeUndefined();
    expect(summarizeClusterStack([], [aRelease('v1')])).not.toHaveProperty('latestRelease');
  });
});

interface PhaseCase {
  conditions: [type: string, status: Condition['status'], reason?: string][];
  ready: boolean;
  phase: string;
  message: string;
}
it.each(lifecycleVectors<PhaseCase[]>('summary-phase.json', []))(
  'the phase of a release with $conditions is "$phase"',
  ({ conditions, ready, phase, message }) => {
    const given = conditions.map(([type, status, reason]): Condition => ({
      type,
      status,
      ...(reason && { reason }),
      lastTransitionTime: '2026-01-01T00:00:00Z',
    }));
    expect(summarizeConditions(given)).toEqual({ ready, phase, message });
  },
);
