/** Everything that can be permitted. RPCs name one of these; a role has a set of them. */
export const permissions = [
  'certification.scopes.read',
  'certification.subjects.read',
  'certification.subjects.write',
  'certification.evaluations.read',
  'certification.evaluations.run',
  'docs.sources.read',
  'docs.sources.write',
  'docs.analytics.read',
  'lifecycle.stacks.read',
  'lifecycle.clusters.read',
  'lifecycle.clusters.write',
  'lifecycle.kubeconfigs.issue',
  'iam.tokens.read',
  'iam.tokens.write',
  // Asked for by no RPC: with these the two above go beyond the caller's own tokens.
  'iam.tokens.readAll',
  'iam.tokens.revokeAll',
] as const;
export type Permission = (typeof permissions)[number];

const read = [
  'certification.scopes.read',
  'certification.subjects.read',
  'certification.evaluations.read',
] as const satisfies Permission[];
const certify = [
  ...read,
  'certification.subjects.write',
  'certification.evaluations.run',
] as const satisfies Permission[];
const writeDocs = [
  'docs.sources.read',
  'docs.sources.write',
  'docs.analytics.read',
] as const satisfies Permission[];
const readClusters = ['lifecycle.stacks.read', 'lifecycle.clusters.read'] as const satisfies Permission[];
const runClusters = [
  ...readClusters,
  'lifecycle.clusters.write',
  'lifecycle.kubeconfigs.issue',
] as const satisfies Permission[];
const tokens = ['iam.tokens.read', 'iam.tokens.write'] as const satisfies Permission[];

/**
 * The one table of roles. Whether a caller sees all or only its own tenant's things depends on the caller's tenant, not on the role.
 */
export const roles = {
  'platform-admin': permissions,
  operator: [...certify, ...writeDocs, ...runClusters, ...tokens],
  auditor: [
    ...read,
    ...readClusters,
    'docs.sources.read',
    'docs.analytics.read',
    'iam.tokens.read',
    'iam.tokens.readAll',
  ],
  certifier: certify,
  // Explains a bill by what there is; changes nothing, and gets into no cluster.
  'billing-integrator': ['certification.scopes.read', ...readClusters],
  'tenant-manager': [...certify, ...runClusters, ...tokens],
  'tenant-member': [...certify, ...runClusters],
  'tenant-reader': [...read, ...readClusters],
} as const satisfies Record<string, readonly Permission[]>;
export type Role = keyof typeof roles;

export const isRole = (name: string): name is Role => Object.hasOwn(roles, name);

/** Roles that only make sense inside a tenant; without one they permit nothing. */
export const tenantRoles: readonly Role[] = ['tenant-manager', 'tenant-member', 'tenant-reader'];

export const permissionsOf = (names: readonly Role[]): Permission[] => [
  ...new Set(names.flatMap((name) => [...roles[name]])),
];

/** Who calls, as far as authorization is concerned. */
export interface Caller {
  subject: string;
  roles: Role[];
  /** Null: the operator's own people and tools. */
  tenant: string | null;
}

/**
 * The caller that verified words make: roles that exist, and fit. A tenant's role without a tenant would see everything; a platform's
 * role inside a tenant would leave it.
 */
export function callerOf(subject: string, names: readonly string[], tenant: string | null): Caller {
  const fitting = names.filter(isRole).filter((role) => tenantRoles.includes(role) === (tenant !== null));
  return { subject, roles: [...new Set(fitting)], tenant };
}
