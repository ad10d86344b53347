import { bodyOf } from './answer.ts';
import { ApiError, type ObjectType, type ResourceType } from './client.ts';
import type { Transport } from './transport.ts';

interface ResourceList {
  resources?: { name: string; kind: string; namespaced: boolean; verbs?: string[] }[];
}
interface ApiGroup {
  versions?: { groupVersion: string; version: string }[] | string[];
  preferredVersion?: { version: string };
}

/** Nothing is asked more often than this: a controller that waits for a kind asks all the time. */
const pauseMs = 2_000;

/** Which types an API serves, remembered per group and version. */
export class Discovery {
  readonly #transport: Transport;
  readonly #now: () => number;
  readonly #types = new Map<string, { at: number; types: Promise<Map<string, ResourceType>> }>();
  readonly #versions = new Map<string, { at: number; versions: Promise<string[]> }>();

  constructor(transport: Transport, now: () => number = Date.now) {
    this.#transport = transport;
    this.#now = now;
  }

  /** Undefined where it is not served. Looks again for a kind that is not known. */
  async find({ apiVersion, kind }: ObjectType): Promise<ResourceType | undefined> {
    const known = (await this.#typesOf(apiVersion)).get(kind);
    if (known) return known;
    this.forget(apiVersion);
    return (await this.#typesOf(apiVersion)).get(kind);
  }

  /** Throws {@link ApiError} 404 `NoKindMatch` where it is not served. */
  async need(type: ObjectType): Promise<ResourceType> {
    const found = await this.find(type);
    if (!found) throw noKindMatch(type, this.#transport.server);
    return found;
  }

  /** Looks again at the next question, if the last look is not fresh. */
  forget(apiVersion: string): void {
    const known = this.#types.get(apiVersion);
    if (known && this.#now() - known.at >= pauseMs) this.#types.delete(apiVersion);
  }

  /** In the server's order: the preferred one first. */
  versions(group: string): Promise<string[]> {
    const known = this.#versions.get(group);
    if (known && this.#now() - known.at < pauseMs) return known.versions;
    const versions = this.#readVersions(group);
    this.#versions.set(group, { at: this.#now(), versions });
    versions.catch(() => this.#versions.delete(group));
    return versions;
  }

  async #typesOf(apiVersion: string): Promise<Map<string, ResourceType>> {
    const known = this.#types.get(apiVersion);
    if (known) return known.types;
    const types = this.#readTypes(apiVersion);
    this.#types.set(apiVersion, { at: this.#now(), types });
    try {
      return await types;
    } catch (error) {
      this.#types.delete(apiVersion);
      throw error;
    }
  }

  async #readTypes(apiVersion: string): Promise<Map<string, ResourceType>> {
    const list = await this.#read<ResourceList>(rootOf(apiVersion));
    const types = new Map<string, ResourceType>();
    for (const { name, kind, namespaced, verbs = [] } of list?.resources ?? [])
      // `pods/status` is a part of pods, `serviceaccounts/token` even of another kind.
      if (!name.includes('/')) types.set(kind, { apiVersion, kind, plural: name, namespaced, verbs });
    return types;
  }

  async #readVersions(group: string): Promise<string[]> {
    const { versions = [], preferredVersion } =
      (await this.#read<ApiGroup>(group === '' ? '/api' : `/apis/${group}`)) ?? {};
    const names = versions.map((entry) => (typeof entry === 'string' ? entry : entry.version));
    const first = preferredVersion?.version;
    return first ? [first, ...names.filter((name) => name !== first)] : names;
  }

  /** Undefined for 404: a group or version that is not served. */
  async #read<T>(path: string): Promise<T | undefined> {
    const answer = await this.#transport.send({ method: 'GET', path });
    if (answer.status === 404) return undefined;
    return bodyOf<T>(answer, this.#transport.server);
  }
}

/** Where the types of a group and version are: the core group has a root of its own. */
export const rootOf = (apiVersion: string): string =>
  apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;

export const noKindMatch = ({ apiVersion, kind }: ObjectType, server: string): ApiError =>
  new ApiError(
    404,
    'NoKindMatch',
    `${new URL(server).host} serves no ${kind} of ${apiVersion}; install what defines it, or correct the version`,
  );
