import { Injectable } from '@nestjs/common';
import type { Call } from '@scs/grpc';
import { DomainError } from '@scs/service';
import { Fleet } from '../fleet.ts';
import { fingerprint, type ClusterView } from './cluster.convert.ts';
import { ClusterReader } from './cluster.reader.ts';

/** Follows single clusters. */
@Injectable()
export class ClusterWatch {
  readonly #reader: ClusterReader;
  readonly #fleet: Fleet;
  constructor(reader: ClusterReader, fleet: Fleet) {
    this.#reader = reader;
    this.#fleet = fleet;
  }

  /** The cluster as it is, then each change that a caller can see, until it is gone or nobody listens. */
  async *follow(name: string, call: Call): AsyncGenerator<ClusterView> {
    const { signal } = call;
    const first = await this.#reader.find(name, call);
    const { uid } = first.cluster.metadata;
    let changed = Promise.withResolvers<void>();
    const wake = (): void => changed.resolve();
    const forget = this.#fleet.listen({
      seen: ({ cluster }) => {
        if (cluster.metadata.uid === uid) wake();
      },
      gone: ({ cluster }) => {
        if (cluster.metadata.uid === uid) wake();
      },
    });
    signal.addEventListener('abort', wake);
    try {
      let told = '';
      while (!signal.aborted) {
        // Before the look: what changes meanwhile is looked at next.
        changed = Promise.withResolvers<void>();
        const view = await this.#reader.get(name, call).catch(ifGone);
        if (view?.facts.cluster.metadata.uid !== uid) return;
        const seen = view && fingerprint(view);
        if (view && seen !== undefined && seen !== told) yield view;
        told = seen ?? '';
        await changed.promise;
      }
    } finally {
      forget();
      signal.removeEventListener('abort', wake);
    }
  }
}

function ifGone(error: unknown): undefined {
  if (error instanceof DomainError && error.kind === 'not-found') return undefined;
  throw error;
}
