import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { OpenStackError, readCloudConfig, type CloudConfig } from '@scs/openstack';
import { DomainError, type Caller } from '@scs/service';

/** What a subject says about how to reach it. */
export interface CredentialReference {
  osCloud: string | null;
  kubeconfig: string | null;
}

interface Places {
  OS_CLIENT_CONFIG_FILE?: string | undefined;
  KUBECONFIG_DIR?: string | undefined;
}

/** The credentials that the operator gave this service: clouds by name in clouds.yaml, clusters by file. */
export class Credentials {
  readonly #places: Places;
  constructor(places: Places) {
    this.#places = places;
  }

  /** Throws `invalid` where there is none of that name or the caller may not name it. */
  async check(reference: CredentialReference, caller: Caller): Promise<void> {
    const name = reference.osCloud ?? reference.kubeconfig ?? '';
    // Without this a tenant could have other people's clouds read for it.
    if (caller.tenant !== null && !isOfTenant(name, caller.tenant)) {
      throw unknown(
        reference,
        `a tenant’s credentials are named ${caller.tenant}.NAME; ask the operator for one`,
      );
    }
    await (reference.osCloud === null
      ? this.kubeconfig(name, caller.tenant)
      : this.cloud(name, caller.tenant));
  }

  /** Throws `invalid` where clouds.yaml lacks the cloud or what it needs; a tenant is told no more than that. */
  cloud(name: string, tenant: string | null): Promise<CloudConfig> {
    return discreet({ osCloud: name }, tenant, this.#cloud(name));
  }

  /** The file, under the same terms. */
  kubeconfig(name: string, tenant: string | null): Promise<string> {
    return discreet({ kubeconfig: name }, tenant, this.#kubeconfig(name));
  }

  async #cloud(name: string): Promise<CloudConfig> {
    const { OS_CLIENT_CONFIG_FILE: file } = this.#places;
    if (file === undefined)
      throw unknown({ osCloud: name }, 'this service has no clouds.yaml; set OS_CLIENT_CONFIG_FILE');
    try {
      return await readCloudConfig({
        cloud: name,
        env: { OS_CLIENT_CONFIG_FILE: file },
        cwd: '/',
        home: '/',
      });
    } catch (error) {
      if (!(error instanceof OpenStackError)) throw error;
      throw unknown({ osCloud: name }, error.message);
    }
  }

  async #kubeconfig(name: string): Promise<string> {
    const { KUBECONFIG_DIR: folder } = this.#places;
    if (folder === undefined)
      throw unknown(
        { kubeconfig: name },
        'this service has no folder of kubeconfig files; set KUBECONFIG_DIR',
      );
    const file = join(folder, name);
    await access(file).catch(() => {
      throw unknown(
        { kubeconfig: name },
        `there is no kubeconfig ${name} in the service’s folder; put it there`,
      );
    });
    return file;
  }
}

/** `acme.prod` belongs to tenant acme; `acme.x.prod` to acme.x. */
const isOfTenant = (name: string, tenant: string): boolean =>
  name.startsWith(`${tenant}.`) && !name.slice(tenant.length + 1).includes('.');

/** The operator’s list of clouds is nothing that a tenant should read. */
async function discreet<T>(
  reference: Partial<CredentialReference>,
  tenant: string | null,
  found: Promise<T>,
): Promise<T> {
  try {
    return await found;
  } catch (error) {
    if (!(error instanceof DomainError) || tenant === null) throw error;
    const name = reference.osCloud ?? reference.kubeconfig;
    throw unknown(
      reference,
      `there is no credential ${name} that can be used; ask the operator for one`,
      error,
    );
  }
}

function unknown(reference: Partial<CredentialReference>, message: string, cause?: unknown): DomainError {
  const field = reference.osCloud ? 'subject.os_cloud' : 'subject.kubeconfig';
  return new DomainError('invalid', 'CREDENTIAL_UNKNOWN', message, {
    metadata: { credential: reference.osCloud ?? reference.kubeconfig ?? '' },
    violations: [{ field, description: message }],
    cause,
  });
}
