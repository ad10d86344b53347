// `scs crds` and `scs admission review` as a child process. What is allowed is tested in @scs/cluster-stacks.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { buildScs, start, temporaryFile } from './scs.ts';

let scs: Awaited<ReturnType<typeof buildScs>>;
beforeAll(async () => {
  scs = await buildScs();
});
afterAll(() => scs.remove());

const review = (request: object) =>
  temporaryFile(
    'review.json',
    JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request }),
  );
const run = (...args: string[]) => start(scs.bin, ['admission', 'review', ...args]).done;

const deletion = {
  uid: 'u1',
  kind: { group: 'clusterstack.x-k8s.io', version: 'v1alpha1', kind: 'ClusterStackRelease' },
  operation: 'DELETE',
  name: 'docker-ferrol-1-27-v1',
  namespace: 'acme',
  oldObject: {
    apiVersion: 'clusterstack.x-k8s.io/v1alpha1',
    kind: 'ClusterStackRelease',
    metadata: { name: 'docker-ferrol-1-27-v1', namespace: 'acme' },
    spec: {},
  },
};
const cluster = (namespace: string) =>
  temporaryFile(
    'clusters.yaml',
    `apiVersion: v1\nkind: List\nitems:\n- apiVersion: cluster.x-k8s.io/v1beta1\n  kind: Cluster\n  metadata: {name: c, namespace: ${namespace}}\n  spec: {topology: {class: docker-ferrol-1-27-v1, version: v1.27.3}}\n`,
  );

describe('scs admission review', () => {
  it('answers yes with the uid of the question', async () => {
    const { stdout, code } = await run('-f', review(deletion));
    expect(JSON.parse(stdout)).toEqual({
      apiVersion: 'admission.k8s.io/v1',
      kind: 'AdmissionReview',
      response: { uid: 'u1', allowed: true },
    });
    expect(code).toBe(0);
  });

  it('looks at the other objects that it is given', async () => {
    const { stdout, code } = await run('-f', review(deletion), '-f', cluster('acme'));
    expect(JSON.parse(stdout)).toMatchObject({
      response: {
        uid: 'u1',
        allowed: false,
        status: { code: 403, message: expect.stringContaining('in use by c') },
      },
    });
    expect(code).toBe(1);
    expect((await run('-f', review(deletion), '-f', cluster('other'))).code).toBe(0);
  });

  it('judges by the schema too, as the API server does before it asks a webhook', async () => {
    const question = review({
      uid: 'u3',
      kind: { group: 'clusterstack.x-k8s.io', version: 'v1alpha1', kind: 'ClusterStack' },
      operation: 'CREATE',
      namespace: 'acme',
      object: {
        apiVersion: 'clusterstack.x-k8s.io/v1alpha1',
        kind: 'ClusterStack',
        metadata: { name: 's', namespace: 'acme' },
        spec: {
          provider: '',
          name: 'ferrol',
          kubernetesVersion: '1.27',
          noProvider: true,
          versions: ['v1-a-1'],
        },
      },
    });
    const { stdout, code } = await run('-f', question);
    expect(JSON.parse(stdout)).toMatchObject({
      response: {
        allowed: false,
        status: {
          message: expect.stringMatching(/^spec\.provider: .*; spec\.versions: v1-a-1 is no version/),
        },
      },
    });
    expect(code).toBe(1);
  });

  it('judges a Cluster by its release', async () => {
    const object = {
      apiVersion: 'cluster.x-k8s.io/v1beta1',
      kind: 'Cluster',
      metadata: { name: 'c', namespace: 'acme' },
      spec: { topology: { class: 'docker-ferrol-1-27-v1', version: 'v1.27.4' } },
    };
    const question = review({
      uid: 'u2',
      kind: { group: 'cluster.x-k8s.io', version: 'v1beta1', kind: 'Cluster' },
      operation: 'CREATE',
      namespace: 'acme',
      object,
    });
    const release = temporaryFile(
      'release.yaml',
      'apiVersion: clusterstack.x-k8s.io/v1alpha1\nkind: ClusterStackRelease\nmetadata: {name: docker-ferrol-1-27-v1, namespace: acme}\nspec: {}\nstatus: {kubernetesVersion: v1.27.3, ready: true}\n',
    );
    const { stdout } = await run('-f', question, '-f', release, '--output', 'yaml');
    expect(stdout).toContain('allowed: false\n');
    expect(stdout).toContain('v1.27.3');
    // Nothing is known of the release: a warning, and yes.
    const { response } = JSON.parse((await run('-f', question)).stdout) as {
      response: { allowed: boolean; warnings: string[] };
    };
    expect([response.allowed, response.warnings.length]).toEqual([true, 1]);
  });

  it.each<[what: string, args: () => string[], message: RegExp]>([
    ['nothing', () => [], /which review\? name its file with -f FILE/],
    ['no review', () => ['-f', cluster('acme')], /has 0 AdmissionReviews; give one/],
    ['two reviews', () => ['-f', review(deletion), '-f', review(deletion)], /has 2 AdmissionReviews/],
    [
      'a review of v1beta1',
      () => [
        '-f',
        temporaryFile(
          'a.yaml',
          'apiVersion: admission.k8s.io/v1beta1\nkind: AdmissionReview\nrequest: {uid: a}\n',
        ),
      ],
      /is of admission\.k8s\.io\/v1beta1; write admission\.k8s\.io\/v1/,
    ],
    [
      'a review without a request',
      () => ['-f', temporaryFile('a.yaml', 'apiVersion: admission.k8s.io/v1\nkind: AdmissionReview\n')],
      /has no request/,
    ],
    [
      'an operation that is none',
      () => ['-f', review({ ...deletion, operation: 'PATCH' })],
      /operation must be CREATE/,
    ],
    [
      'an object that is none',
      () => ['-f', review({ ...deletion, object: 'x' })],
      /request\.object is no object of Kubernetes/,
    ],
    ['broken YAML', () => ['-f', temporaryFile('a.yaml', 'a: {')], /is no valid YAML/],
    ['a text', () => ['-f', temporaryFile('a.yaml', 'hello')], /has something that is no object/],
    ['a file that is not there', () => ['-f', '/nowhere.yaml'], /cannot read \/nowhere\.yaml/],
  ])('refuses %s', async (_, args, message) => {
    const { stderr, code } = await run(...args());
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^scs: [^\n]+\n$/);
    expect(code).toBe(64);
  });
});

describe('scs crds', () => {
  it('prints what kubectl applies', async () => {
    const { stdout, code } = await start(scs.bin, ['crds']).done;
    const objects = parseAllDocuments(stdout).map(
      (document) => document.toJS() as { kind: string; metadata: { name: string } },
    );
    expect(new Set(objects.map(({ kind }) => kind))).toEqual(new Set(['CustomResourceDefinition']));
    expect(objects.map(({ metadata }) => metadata.name).toSorted()).toEqual([
      'clusteraddons.clusterstack.x-k8s.io',
      'clusterstackreleases.clusterstack.x-k8s.io',
      'clusterstacks.clusterstack.x-k8s.io',
      'openstackclusterstackreleases.infrastructure.clusterstack.x-k8s.io',
      'openstackclusterstackreleasetemplates.infrastructure.clusterstack.x-k8s.io',
      'openstacknodeimagereleases.infrastructure.clusterstack.x-k8s.io',
    ]);
    expect(code).toBe(0);
  });
});
