import { DomainError, isRole, permissionsOf, roles, tenantRoles, type Caller, type Role } from '@scs/service';

/** What the bearer of a token will be. */
export interface Grant {
  roles: Role[];
  tenant: string | null;
}

/** Roles that exist and go with the tenant: a tenant's role means nothing without one, a platform's role nothing inside one. */
export function checkGrant(asked: readonly string[], tenant: string | null): Grant {
  const unknown = asked.find((name) => !isRole(name));
  if (unknown !== undefined)
    throw invalid(
      'ROLE_UNKNOWN',
      'roles',
      `there is no role “${unknown}”; the roles are ${Object.keys(roles).join(', ')}`,
    );
  const granted = [...new Set(asked.filter(isRole))];
  const misplaced = granted.find((role) => tenantRoles.includes(role) === (tenant === null));
  if (misplaced !== undefined)
    throw invalid(
      'ROLE_MISPLACED',
      'roles',
      tenant === null
        ? `the role ${misplaced} needs a tenant; name one in tenant`
        : `the role ${misplaced} is none of a tenant’s; a tenant’s roles are ${tenantRoles.join(', ')}`,
    );
  return { roles: granted, tenant };
}

/** What a caller may grant: nothing above its own permissions, nothing outside its own tenant. */
export function checkGrantBy(caller: Caller, asked: readonly string[], tenant: string | null): Grant {
  if (caller.tenant !== null && tenant !== null && tenant !== caller.tenant)
    throw new DomainError('forbidden', 'TENANT_FOREIGN', 'a token of yours can only be of your own tenant');
  const grant = checkGrant(asked, caller.tenant ?? tenant);
  const own = permissionsOf(caller.roles);
  const above = grant.roles.find((role) => permissionsOf([role]).some((needed) => !own.includes(needed)));
  if (above !== undefined)
    throw new DomainError(
      'forbidden',
      'ROLE_ABOVE_OWN',
      `the role ${above} permits more than your own roles do; grant a lesser one`,
      { metadata: { role: above } },
    );
  return grant;
}

const invalid = (reason: string, field: string, description: string) =>
  new DomainError('invalid', reason, description, { violations: [{ field, description }] });
