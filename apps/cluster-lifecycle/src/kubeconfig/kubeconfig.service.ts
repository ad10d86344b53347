import { Injectable } from '@nestjs/common';
import type { Call } from '@scs/grpc';
import { Audit } from '../audit.ts';
import { ClusterReader } from '../cluster/cluster.reader.ts';
import { refuse } from '../cluster/requests.ts';
import { KubeconfigMaker, type Access, type Issued } from './kubeconfig-maker.ts';

export interface Wish {
  access: Access;
  /** One hour when left out. */
  ttlMs: number | undefined;
}

const hourMs = 3_600_000;
const shortestMs = 10 * 60_000;
const longestMs = 24 * hourMs;

/** Kubeconfigs for callers. */
@Injectable()
export class KubeconfigService {
  readonly #maker: KubeconfigMaker;
  readonly #reader: ClusterReader;
  readonly #audit: Audit;
  constructor(maker: KubeconfigMaker, reader: ClusterReader, audit: Audit) {
    this.#maker = maker;
    this.#reader = reader;
    this.#audit = audit;
  }

  /** Who got one is written down before it is given out. */
  async issue(name: string, { access, ttlMs = hourMs }: Wish, call: Call): Promise<Issued> {
    if (ttlMs < shortestMs || ttlMs > longestMs)
      refuse('TTL_INVALID', [
        { field: 'ttl', description: 'must be at least 10 minutes and at most 24 hours' },
      ]);
    const { cluster } = await this.#reader.find(name, call);
    const issued = await this.#maker.make(cluster, access, ttlMs, call.caller.subject);
    await this.#audit.require(call, `issue-${access}-kubeconfig`, name);
    return issued;
  }
}
