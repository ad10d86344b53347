import { describe, expect, it } from 'vitest';
import { decideAdmission, type AdmissionLookup, type AdmissionRequest } from './admission.ts';
import { lifecycleVectors } from './lifecycle-vectors.spec-data.ts';
import type { ClusterStackRelease, KubernetesObject } from './resources.ts';

interface Vectors {
  clusterStackCreate: { name: string; spec: object; allowed: boolean; field?: string; by?: string }[];
  clusterStackDelete: { stack: object; clusterClassInSameNamespace: string; allowed: boolean }[];
  clusterStackReleaseDelete: {
    release: string;
    clusterClassInSameNamespace: string;
    allowed: boolean;
    warning: boolean;
  }[];
  clusterCreate: {
    cls: string;
    version: string;
    release: { name: string; kubernetesVersion: string } | null;
    allowed: boolean;
    warning?: boolean;
  }[];
  clusterUpdate: { old: string; new: string; allowed: boolean; why: string }[];
}
const vectors = lifecycleVectors<Vectors>('webhook-cases.json', {
  clusterStackCreate: [],
  clusterStackDelete: [],
  clusterStackReleaseDelete: [],
  clusterCreate: [],
  clusterUpdate: [],
});

const namespace = 'team';
const object = (
  kind: string,
  spec: object,
  apiVersion = 'clusterstack.x-k8s.io/v1alpha1',
): KubernetesObject => ({
  apiVersion,
  kind,
  metadata: { name: 'one', namespace },
  spec,
});
const aCluster = (className: string, version = '', more: object = {}): KubernetesObject =>
  object('Cluster', { topology: { class: className, version, ...more } }, 'cluster.x-k8s.io/v1beta1');
const aRelease = (name: string, kubernetesVersion?: string, in_ = namespace): ClusterStackRelease => ({
  apiVersion: 'clusterstack.x-k8s.io/v1alpha1',
  kind: 'ClusterStackRelease',
  metadata: { name, namespace: in_ },
  spec: {},
  status: kubernetesVersion ? { kubernetesVersion } : {},
});
const world = (clusters: KubernetesObject[], releases: ClusterStackRelease[] = []): AdmissionLookup => ({
  clusters: () => clusters,
  release: (in_, name) =>
    releases.find(({ metadata }) => metadata.namespace === in_ && metadata.name === name),
});
const empty = world([]);
const away: AdmissionLookup = {
  clusters: () => Promise.reject(new Error('the API server does not answer')),
  release: () => Promise.reject(new Error('the API server does not answer')),
};

function ask(
  operation: AdmissionRequest['operation'],
  after: KubernetesObject | undefined,
  lookup: AdmissionLookup = empty,
  before?: KubernetesObject,
) {
  const some = after ?? before;
  const [group = '', version = ''] = some?.apiVersion.split('/') ?? [];
  return decideAdmission(
    {
      uid: 'u',
      kind: { group, version, kind: some?.kind ?? '' },
      operation,
      name: some?.metadata.name ?? '',
      namespace,
      object: after ?? null,
      oldObject: before ?? null,
    },
    lookup,
  );
}
const remove = (before: KubernetesObject, lookup: AdmissionLookup) =>
  ask('DELETE', undefined, lookup, before);
const change = (before: KubernetesObject, after: KubernetesObject, lookup = empty) =>
  ask('UPDATE', after, lookup, before);

describe.skipIf(vectors.clusterStackCreate.length === 0)('the decisions of the vectors', () => {
  // What the schema refuses never reaches a webhook.
  it.each(vectors.clusterStackCreate.filter(({ by }) => by === undefined))(
    'creating a ClusterStack: $name',
    async ({ spec, allowed, field }) => {
      const decision = await ask('CREATE', object('ClusterStack', spec));
      expect(decision.allowed).toBe(allowed);
      if (field) expect(decision.message).toContain(field);
    },
  );
  it.each(vectors.clusterStackDelete)(
    'deleting a ClusterStack beside a cluster of $clusterClassInSameNamespace',
    async ({ stack, clusterClassInSameNamespace, allowed }) => {
      const decision = await remove(
        object('ClusterStack', stack),
        world([aCluster(clusterClassInSameNamespace)]),
      );
      expect(decision.allowed).toBe(allowed);
    },
  );
  it.each(vectors.clusterStackReleaseDelete)(
    'deleting release $release beside a cluster of $clusterClassInSameNamespace',
    async ({ release, clusterClassInSameNamespace, allowed, warning }) => {
      const decision = await remove(aRelease(release), world([aCluster(clusterClassInSameNamespace)]));
      expect(decision.allowed).toBe(allowed);
      expect(decision.warnings.length > 0).toBe(warning);
    },
  );
  it.each(vectors.clusterCreate)(
    'creating a cluster of $cls with $version, release $release',
    async ({ cls, version, release, allowed, warning = false }) => {
      const releases = release ? [aRelease(release.name, release.kubernetesVersion)] : [];
      const decision = await ask('CREATE', aCluster(cls, version), world([], releases));
      expect(decision.allowed).toBe(allowed);
      expect(decision.warnings.length > 0).toBe(warning);
    },
  );
  it.each(vectors.clusterUpdate)(
    'moving a cluster from $old to $new ($why)',
    async ({ old, new: next, allowed }) => {
      const decision = await change(
        aCluster(old, 'v1.27.3'),
        aCluster(next, 'v1.27.3'),
        world([], [aRelease(next, 'v1.27.3')]),
      );
      expect(decision.allowed).toBe(allowed);
    },
  );
});

const stack = (spec: object = {}) =>
  object('ClusterStack', {
    provider: 'docker',
    name: 'ferrol',
    kubernetesVersion: '1.27',
    channel: 'stable',
    noProvider: true,
    ...spec,
  });

describe('a ClusterStack', () => {
  it('is refused without a providerRef unless noProvider says so', async () => {
    const decision = await ask('CREATE', stack({ noProvider: false }));
    expect(decision).toMatchObject({ allowed: false });
    expect(decision.message).toMatch(/^spec\.providerRef: .*noProvider/);
    expect(await ask('CREATE', stack({ noProvider: false, providerRef: { name: 'x' } }))).toMatchObject({
      allowed: true,
    });
  });
  it.each([
    ['provider', 'openstack'],
    ['name', 'scs'],
    ['channel', 'custom'],
    ['kubernetesVersion', '1.28'],
  ])('keeps its %s', async (field, value) => {
    const decision = await change(stack(), stack({ [field]: value }));
    expect(decision.allowed).toBe(false);
    expect(decision.message).toContain(`spec.${field}: is immutable`);
  });
  it('is refused a version that cannot be read, on update as on creation (defect 9)', async () => {
    expect((await change(stack(), stack({ versions: ['v1', 'v1-alpha'] }))).allowed).toBe(false);
    expect((await change(stack(), stack({ versions: ['v1', 'v1-alpha.1'] }))).allowed).toBe(true);
  });
  it('that has had a bad version all along can still be changed otherwise', async () => {
    const decision = await change(
      stack({ versions: ['1'] }),
      stack({ versions: ['1'], autoSubscribe: false }),
    );
    expect(decision).toMatchObject({ allowed: true, warnings: [expect.stringContaining('spec.versions')] });
  });
  it('of channel custom is protected by clusters of any channel that is not stable (defect 4)', async () => {
    const custom = stack({ channel: 'custom' });
    const used = world([aCluster('docker-ferrol-1-27-v0-sha.hipstsw')]);
    expect(await remove(custom, used)).toMatchObject({
      allowed: false,
      message: expect.stringContaining('in use by one') as string,
    });
    expect((await remove(stack(), used)).allowed).toBe(true);
    expect((await remove(custom, world([aCluster('docker-ferrol-1-27-v1')]))).allowed).toBe(true);
  });
  it('is not protected by a cluster that takes its class from another namespace', async () => {
    const elsewhere = aCluster('docker-ferrol-1-27-v1', '', { classNamespace: 'stacks' });
    expect((await remove(stack(), world([elsewhere]))).allowed).toBe(true);
  });
  it('can be deleted, with a warning, while nobody can say who uses it', async () => {
    expect(await remove(stack(), away)).toMatchObject({
      allowed: true,
      warnings: [expect.stringContaining('does not answer')],
    });
  });
});

describe('a ClusterStackRelease', () => {
  it('is protected even beside a cluster whose class is no stack’s', async () => {
    const clusters = world([aCluster('my-own'), aCluster('docker-ferrol-1-27-v1')]);
    expect((await remove(aRelease('docker-ferrol-1-27-v1'), clusters)).allowed).toBe(false);
  });
  it('of a custom version is protected too: dots and dashes name the same release (defect 5)', async () => {
    const clusters = world([aCluster('docker-ferrol-1-27-v0-sha.hipstsw')]);
    expect((await remove(aRelease('docker-ferrol-1-27-v0-sha-hipstsw'), clusters)).allowed).toBe(false);
  });
});

describe('a Cluster', () => {
  const release = aRelease('docker-ferrol-1-27-v1', 'v1.27.3');
  it.each([
    ['without a topology', object('Cluster', {}, 'cluster.x-k8s.io/v1beta1')],
    ['of a class that is no stack’s', aCluster('test-cluster-class', 'v1.27.3')],
  ])('%s is left alone, created and changed (defect 17)', async (_, cluster) => {
    expect(await ask('CREATE', cluster, away)).toEqual({ allowed: true, warnings: [] });
    expect(await change(cluster, cluster, away)).toEqual({ allowed: true, warnings: [] });
  });
  it('that gets a topology only now is judged as a new one (defect 17)', async () => {
    const bare = object('Cluster', {}, 'cluster.x-k8s.io/v1beta1');
    const good = aCluster('docker-ferrol-1-27-v1', 'v1.27.3');
    const bad = aCluster('docker-ferrol-1-27-v1', 'v1.27.4');
    expect((await change(bare, good, world([], [release]))).allowed).toBe(true);
    expect((await change(bare, bad, world([], [release]))).allowed).toBe(false);
  });
  it('needs the very version of Kubernetes that the release is made for, and is told which', async () => {
    const decision = await ask('CREATE', aCluster('docker-ferrol-1-27-v1', 'v1.27.4'), world([], [release]));
    expect(decision).toMatchObject({ allowed: false });
    expect(decision.message).toContain('set the version to v1.27.3');
  });
  it('is judged by the release in the namespace of its class', async () => {
    const shared = aRelease('docker-ferrol-1-27-v1', 'v1.27.9', 'stacks');
    const ref = { classRef: { name: 'docker-ferrol-1-27-v1', namespace: 'stacks' }, version: 'v1.27.3' };
    const cluster = object('Cluster', { topology: ref }, 'cluster.x-k8s.io/v1beta2');
    expect((await ask('CREATE', cluster, world([], [release, shared]))).allowed).toBe(false);
    expect((await ask('CREATE', cluster, world([], [release]))).warnings).toHaveLength(1);
  });
  it('with a version that does not fit can still get labels and lose finalizers', async () => {
    const cluster = aCluster('docker-ferrol-1-27-v1', 'v1.27.4');
    const labelled = { ...cluster, metadata: { ...cluster.metadata, labels: { a: 'b' } } };
    expect(await change(cluster, labelled, world([], [release]))).toEqual({ allowed: true, warnings: [] });
  });
  it('that is being deleted is not held up', async () => {
    const cluster = aCluster('docker-ferrol-1-27-v1', 'v1.27.4');
    const leaving = {
      ...cluster,
      metadata: { ...cluster.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' },
    };
    expect((await change(aCluster('docker-scs-1-29-v1'), leaving, world([], [release]))).allowed).toBe(true);
  });
  it('is created with a warning while the release cannot be looked up', async () => {
    const decision = await ask('CREATE', aCluster('docker-ferrol-1-27-v1', 'v1.27.3'), away);
    expect(decision).toMatchObject({ allowed: true, warnings: [expect.stringContaining('not checked')] });
  });
  it('may go up one minor version, and not down', async () => {
    const releases = world(
      [],
      [aRelease('docker-ferrol-1-28-v1', 'v1.28.1'), aRelease('docker-ferrol-1-26-v9', 'v1.26.9')],
    );
    const before = aCluster('docker-ferrol-1-27-v1', 'v1.27.3');
    expect((await change(before, aCluster('docker-ferrol-1-28-v1', 'v1.28.1'), releases)).allowed).toBe(true);
    expect((await change(before, aCluster('docker-ferrol-1-26-v9', 'v1.26.9'), releases)).allowed).toBe(
      false,
    );
  });
});

describe('a ClusterAddon', () => {
  const addon = (clusterRef?: object) => object('ClusterAddon', clusterRef ? { clusterRef } : {});
  const ref = { kind: 'Cluster', name: 'a', namespace };
  it.each([
    ['names no cluster', addon(), 'spec.clusterRef'],
    ['refers to a Machine', addon({ ...ref, kind: 'Machine' }), 'spec.clusterRef.kind'],
  ])('is refused when it %s', async (_, created, field) => {
    const decision = await ask('CREATE', created);
    expect(decision.allowed).toBe(false);
    expect(decision.message).toContain(field);
  });
  it.each([
    ['name', 'b'],
    ['kind', 'Machine'],
    ['namespace', 'other'],
  ])('cannot change the %s of its cluster', async (field, value) => {
    const decision = await change(addon(ref), addon({ ...ref, [field]: value }));
    expect(decision.allowed).toBe(false);
    expect(decision.message).toContain(`spec.clusterRef.${field}`);
  });
  it('is otherwise free to change', async () => {
    expect((await change(addon(ref), addon({ ...ref, uid: 'x' }))).allowed).toBe(true);
  });
});
