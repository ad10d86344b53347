import type { Call } from '@scs/grpc';
import { DomainError } from '@scs/service';

/** Where a resource is: the tenant of its name, and that tenant's namespace. */
export interface Place {
  tenant: string;
  namespace: string;
}

/** Tenants are namespaces: `<prefix><tenant>`. */
export class Tenants {
  readonly #prefix: string;
  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** Of `tenants/{tenant}/…`, for somebody who may see it. Throws `not-found` for another tenant's, as if there were nothing. */
  placeOf(name: string, { caller }: Pick<Call, 'caller'>): Place {
    const tenant = name.split('/')[1] ?? '';
    if (caller.tenant !== null && caller.tenant !== tenant) throw tenantNotFound(tenant);
    return { tenant, namespace: this.#prefix + tenant };
  }

  /** The namespaces that a list is of: one tenant's, or for `tenants/-` all that the caller may see (undefined). */
  listed(parent: string, call: Pick<Call, 'caller'>): Place | undefined {
    const { tenant } = call.caller;
    if (parent !== 'tenants/-') return this.placeOf(parent, call);
    return tenant === null ? undefined : this.placeOf(`tenants/${tenant}`, call);
  }

  /** Undefined for a namespace that is no tenant's. */
  tenantOf(namespace: string): string | undefined {
    if (!namespace.startsWith(this.#prefix)) return undefined;
    return namespace.slice(this.#prefix.length) || undefined;
  }
}

export const tenantNotFound = (tenant: string): DomainError =>
  new DomainError(
    'not-found',
    'TENANT_NOT_FOUND',
    `there is no tenant ${tenant}; the operator makes one by its namespace`,
    { metadata: { tenant } },
  );
