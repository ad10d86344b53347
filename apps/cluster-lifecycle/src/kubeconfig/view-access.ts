import type { ApiObject } from '@scs/kubernetes';

/** Group of those who may look. */
export const viewGroup = 'lifecycle.scs.community:viewers';

const rbac = 'rbac.authorization.k8s.io';
const binding = (name: string, role: string): ApiObject => ({
  apiVersion: `${rbac}/v1`,
  kind: 'ClusterRoleBinding',
  metadata: { name },
  roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: role },
  subjects: [{ apiGroup: rbac, kind: 'Group', name: viewGroup }],
});

const nodesRole = 'lifecycle.scs.community:nodes';

/** Kubernetes' own role `view`, and nodes, which that leaves out and certification looks at. */
export const viewObjects: readonly ApiObject[] = [
  {
    apiVersion: `${rbac}/v1`,
    kind: 'ClusterRole',
    metadata: { name: nodesRole },
    rules: [{ apiGroups: [''], resources: ['nodes'], verbs: ['get', 'list', 'watch'] }],
  },
  binding(viewGroup, 'view'),
  binding(nodesRole, nodesRole),
];
