import { describe, expect, it } from 'vitest';
import { callerOf, isRole, permissions, permissionsOf, roles, tenantRoles, type Permission } from './role.ts';

const everything = Object.keys(roles).filter(isRole);
const platformRoles = everything.filter((role) => !tenantRoles.includes(role));

describe('roles', () => {
  // Said twice on purpose: who widens a role changes it here too.
  const may: Record<Permission, string[]> = {
    'certification.scopes.read': everything,
    'certification.subjects.read': everything.filter((role) => role !== 'billing-integrator'),
    'certification.subjects.write': [
      'platform-admin',
      'operator',
      'certifier',
      'tenant-manager',
      'tenant-member',
    ],
    'certification.evaluations.read': everything.filter((role) => role !== 'billing-integrator'),
    'certification.evaluations.run': [
      'platform-admin',
      'operator',
      'certifier',
      'tenant-manager',
      'tenant-member',
    ],
    'docs.sources.read': ['platform-admin', 'operator', 'auditor'],
    'docs.sources.write': ['platform-admin', 'operator'],
    'docs.analytics.read': ['platform-admin', 'operator', 'auditor'],
    'lifecycle.stacks.read': everything.filter((role) => role !== 'certifier'),
    'lifecycle.clusters.read': everything.filter((role) => role !== 'certifier'),
    'lifecycle.clusters.write': ['platform-admin', 'operator', 'tenant-manager', 'tenant-member'],
    'lifecycle.kubeconfigs.issue': ['platform-admin', 'operator', 'tenant-manager', 'tenant-member'],
    'iam.tokens.read': ['platform-admin', 'operator', 'auditor', 'tenant-manager'],
    'iam.tokens.write': ['platform-admin', 'operator', 'tenant-manager'],
    'iam.tokens.readAll': ['platform-admin', 'auditor'],
    'iam.tokens.revokeAll': ['platform-admin'],
  };

  it.each(permissions)('only the roles that should have it have %s', (permission) => {
    expect(everything.filter((role) => permissionsOf([role]).includes(permission))).toEqual(may[permission]);
  });

  it('permit nothing to nobody', () => {
    expect(permissionsOf([])).toEqual([]);
  });

  it('add up, each permission once', () => {
    expect(permissionsOf(['certifier', 'auditor', 'certifier']).toSorted()).toEqual([
      'certification.evaluations.read',
      'certification.evaluations.run',
      'certification.scopes.read',
      'certification.subjects.read',
      'certification.subjects.write',
      'docs.analytics.read',
      'docs.sources.read',
      'iam.tokens.read',
      'iam.tokens.readAll',
      'lifecycle.clusters.read',
      'lifecycle.stacks.read',
    ]);
  });

  it.each(['', 'admin', 'Operator', 'operator ', 'toString', 'constructor', '__proto__', 'hasOwnProperty'])(
    '“%s” is none',
    (name) => {
      expect(isRole(name)).toBe(false);
      expect(callerOf('somebody', [name], null).roles).toEqual([]);
    },
  );
});

describe('a caller', () => {
  it.each([
    { title: 'without a tenant keeps the platform’s roles alone', tenant: null, kept: platformRoles },
    { title: 'of a tenant keeps the tenant’s roles alone', tenant: 'blue', kept: tenantRoles },
  ])('$title', ({ tenant, kept }) => {
    expect(callerOf('somebody', everything, tenant)).toEqual({ subject: 'somebody', roles: kept, tenant });
  });

  it('has each role once', () => {
    expect(callerOf('somebody', ['operator', 'operator'], null).roles).toEqual(['operator']);
  });
});
