import { addonNamespace } from './addon-stage.ts';
import { containerImages, imageVersion } from './container-images.ts';
import type { Finding, Note } from './finding.ts';
import { apiVersionOf, resourceKey } from './inventory.ts';
import { identityOf, printIdentity, type ChartContents, type ObjectIdentity } from './release-contents.ts';
import { removedIn } from './removed-apis.ts';

/** Groups whose objects upstream's operator may create in the management cluster. */
const managementGroups = [
  'bootstrap.cluster.x-k8s.io',
  'cluster.x-k8s.io',
  'controlplane.cluster.x-k8s.io',
  'infrastructure.cluster.x-k8s.io',
  'infrastructure.clusterstack.x-k8s.io',
];

const clusterScoped = new Set([
  'Namespace',
  'Node',
  'PersistentVolume',
  'ClusterRole',
  'ClusterRoleBinding',
  'CustomResourceDefinition',
  'APIService',
  'StorageClass',
  'CSIDriver',
  'IngressClass',
  'GatewayClass',
  'PriorityClass',
  'RuntimeClass',
  'VolumeSnapshotClass',
  'MutatingWebhookConfiguration',
  'ValidatingWebhookConfiguration',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
]);

/** Objects that a chart renders, whichever they are. `namespace`: what it was rendered for. */
export function lintObjects(
  contents: ChartContents,
  file: string,
  { namespace, kubernetes }: { namespace: string; kubernetes: string },
): Finding[] {
  const findings: Finding[] = [];
  const seen = new Set<string>();
  for (const [index, object] of contents.objects.entries()) {
    const identity = identityOf(object);
    const note: Note = (severity, rule, path, message, remedy) =>
      findings.push({
        severity,
        rule,
        file,
        path: `${printIdentity(identity)} ${path}`.trim(),
        message,
        remedy,
      });
    const key = resourceKey(identity, namespace);
    if (seen.has(key))
      note(
        'error',
        'object-twice',
        '',
        'is rendered twice',
        'keep one: the later one would overwrite the other',
      );
    seen.add(key);
    lintNamespace(identity, namespace, note);
    lintVersion(identity, kubernetes, note);
    for (const { path, image } of containerImages(object)) lintImage(image, path, note);
    for (const pointer of contents.random?.get(index) ?? [])
      note(
        'info',
        'value-random',
        pointer,
        'has a value that differs each time the chart is rendered',
        'it is written once and then kept; take it from a Secret to control it',
      );
  }
  return findings;
}

function lintNamespace(identity: ObjectIdentity, namespace: string, note: Note): void {
  if (identity.name === '')
    note(
      'error',
      'object-name',
      'metadata.name',
      'is missing',
      'name the object: generated names cannot be applied again',
    );
  if (identity.namespace === '' || identity.namespace === namespace || clusterScoped.has(identity.kind))
    return;
  if (namespace === addonNamespace)
    note(
      'info',
      'object-namespace',
      'metadata.namespace',
      `is ${identity.namespace}`,
      `it is put there; the upstream operator puts add-ons into ${namespace} alone, and leaves this one out`,
    );
  else
    note(
      'error',
      'object-namespace',
      'metadata.namespace',
      `is ${identity.namespace}`,
      'leave it out: the objects of a class are put into the namespace of the release',
    );
}

function lintVersion(identity: ObjectIdentity, kubernetes: string, note: Note): void {
  const apiVersion = apiVersionOf(identity);
  const removed = removedIn(apiVersion, identity.kind);
  const minor = Number(/^v1\.(\d+)\./.exec(kubernetes)?.[1] ?? Number.NaN);
  if (removed === undefined || Number.isNaN(minor)) return;
  if (minor >= removed)
    note(
      'error',
      'api-removed',
      'apiVersion',
      `is ${apiVersion}, which Kubernetes 1.${removed} removed`,
      'write the version that is served now',
    );
  else if (minor + 1 >= removed)
    note(
      'warning',
      'api-deprecated',
      'apiVersion',
      `is ${apiVersion}, which Kubernetes 1.${removed} removes`,
      'write the newer version before the next release',
    );
}

function lintImage(image: string, path: string, note: Note): void {
  const { tag, digest } = imageVersion(image);
  if (digest !== undefined) return;
  if (tag === undefined || tag === 'latest')
    note(
      'warning',
      'image-moving',
      path,
      `is "${image}", which is another image tomorrow`,
      'name a version, or a digest',
    );
  else
    note(
      'info',
      'image-digest',
      path,
      `is "${image}" without a digest`,
      'add @sha256:… so that nobody can replace it',
    );
}

/** Objects that do not belong into the management cluster. */
export function lintManagementObjects(contents: ChartContents, file: string): Finding[] {
  return contents.objects.map(identityOf).flatMap((identity): Finding[] => {
    const { group, kind } = identity;
    // The chart of upstream's operator adds this one by default.
    const isAllowed =
      managementGroups.includes(group) || (group === 'openstack.k-orc.cloud' && kind === 'Image');
    if (isAllowed) return lintClusterApiVersion(identity, file);
    const apiVersion = apiVersionOf(identity);
    return [
      {
        severity: 'error',
        rule: clusterScoped.has(kind) ? 'object-cluster-scoped' : 'object-forbidden',
        file,
        path: printIdentity(identity),
        message: clusterScoped.has(kind)
          ? `${kind} belongs to all tenants of the management cluster`
          : `the operator has no right to create ${kind} (${apiVersion}) in the management cluster`,
        remedy: 'move it into an add-on, or grant the right in additionalRules of the operator’s chart',
      },
    ];
  });
}

/**
 * v1alpha3 and v1alpha4 of Cluster API's own kinds are gone since 1.8. Providers of control planes and bootstrapping share its groups, and count
 * their versions themselves: KamajiControlPlaneTemplate is v1alpha1.
 */
function lintClusterApiVersion(identity: ObjectIdentity, file: string): Finding[] {
  const { group, kind, version } = identity;
  const isOwn =
    group === 'cluster.x-k8s.io' ||
    (/^(bootstrap|controlplane)\.cluster\.x-k8s\.io$/.test(group) && kind.startsWith('Kubeadm'));
  if (!isOwn || !version.startsWith('v1alpha')) return [];
  return [
    {
      severity: 'error',
      rule: 'api-removed',
      file,
      path: `${printIdentity(identity)} apiVersion`,
      message: `is ${group}/${version}, which Cluster API no longer serves`,
      remedy: 'write v1beta2, or v1beta1 for Cluster API before 1.11',
    },
  ];
}
