/** The minor version of Kubernetes 1 that no longer serves an API, from the life cycles in k8s.io/api; those that charts still use. */
const removals: readonly [apiVersion: string, kinds: string, minor: number][] = [
  ['extensions/v1beta1', 'DaemonSet Deployment NetworkPolicy ReplicaSet', 16],
  ['extensions/v1beta1', 'Ingress', 22],
  ['apps/v1beta1', 'Deployment StatefulSet', 16],
  ['apps/v1beta2', 'DaemonSet Deployment ReplicaSet StatefulSet', 16],
  ['networking.k8s.io/v1beta1', 'Ingress IngressClass', 22],
  ['networking.k8s.io/v1beta1', 'IPAddress ServiceCIDR', 37],
  ['rbac.authorization.k8s.io/v1beta1', 'ClusterRole ClusterRoleBinding Role RoleBinding', 22],
  ['apiextensions.k8s.io/v1beta1', 'CustomResourceDefinition', 22],
  ['apiregistration.k8s.io/v1beta1', 'APIService', 22],
  ['admissionregistration.k8s.io/v1beta1', 'MutatingWebhookConfiguration ValidatingWebhookConfiguration', 22],
  ['admissionregistration.k8s.io/v1beta1', 'ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding', 34],
  ['admissionregistration.k8s.io/v1beta1', 'MutatingAdmissionPolicy MutatingAdmissionPolicyBinding', 40],
  ['certificates.k8s.io/v1beta1', 'CertificateSigningRequest', 22],
  ['certificates.k8s.io/v1beta1', 'ClusterTrustBundle', 39],
  ['coordination.k8s.io/v1beta1', 'Lease', 22],
  ['scheduling.k8s.io/v1beta1', 'PriorityClass', 22],
  ['storage.k8s.io/v1beta1', 'CSIDriver CSINode StorageClass VolumeAttachment', 22],
  ['storage.k8s.io/v1beta1', 'CSIStorageCapacity', 27],
  ['storage.k8s.io/v1beta1', 'VolumeAttributesClass', 37],
  ['batch/v1beta1', 'CronJob', 25],
  ['discovery.k8s.io/v1beta1', 'EndpointSlice', 25],
  ['events.k8s.io/v1beta1', 'Event', 25],
  ['node.k8s.io/v1beta1', 'RuntimeClass', 25],
  ['policy/v1beta1', 'PodDisruptionBudget PodSecurityPolicy', 25],
  ['autoscaling/v2beta1', 'HorizontalPodAutoscaler', 25],
  ['autoscaling/v2beta2', 'HorizontalPodAutoscaler', 26],
  ['flowcontrol.apiserver.k8s.io/v1beta1', 'FlowSchema PriorityLevelConfiguration', 26],
  ['flowcontrol.apiserver.k8s.io/v1beta2', 'FlowSchema PriorityLevelConfiguration', 29],
  ['flowcontrol.apiserver.k8s.io/v1beta3', 'FlowSchema PriorityLevelConfiguration', 32],
  ['resource.k8s.io/v1beta1', 'DeviceClass ResourceClaim ResourceClaimTemplate', 38],
  ['resource.k8s.io/v1beta2', 'DeviceClass ResourceClaim ResourceClaimTemplate', 39],
];

/** Which minor version of Kubernetes 1 removes an API. Undefined: none that is known. */
export const removedIn = (apiVersion: string, kind: string): number | undefined =>
  removals.find(([version, kinds]) => version === apiVersion && kinds.split(' ').includes(kind))?.[2];
