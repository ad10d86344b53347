import type { KubernetesRequest } from './call.ts';
import type { WatchEvent } from './watches.ts';

/** What happens to a request instead of, or beside, its true answer. */
export interface KubernetesInterference {
  /** Answered instead of the true answer, with a `Status` of the fitting reason. */
  status?: number;
  message?: string;
  /** `Retry-After` of the status. */
  retryAfterSeconds?: number;
  /** Before anything else happens. */
  delayMs?: number;
  /** The connection is cut before the request is handled, or after it was: then a write is stored, and nobody hears of it. */
  cut?: 'before' | 'after';
  watch?: WatchInterference;
}

/** What happens to the events of a watch. */
export interface WatchInterference {
  /** Events that are lost. */
  drop?: (event: WatchEvent) => boolean;
  /** How late events come. They keep their order unless `reorder` says otherwise. */
  delayMs?: number;
  /** So many events are collected and sent last first; what is left over goes out after 100 ms of silence. */
  reorder?: number;
  /** After so many events the connection is cut… */
  cutAfter?: number;
  /** …or a 410 comes. */
  expireAfter?: number;
}

export type InterferenceRule = (request: KubernetesRequest) => KubernetesInterference | undefined;

/** Several rules may be at work; the first that says something counts. */
export interface Interferences {
  add(rule: InterferenceRule): () => void;
  of(request: KubernetesRequest): KubernetesInterference | undefined;
}

export function createInterferences(): Interferences {
  const rules = new Set<InterferenceRule>();
  return {
    add(rule) {
      rules.add(rule);
      return () => void rules.delete(rule);
    },
    of(request) {
      for (const rule of rules) {
        const found = rule(request);
        if (found) return found;
      }
      return undefined;
    },
  };
}

export const reasons: Record<number, string> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  409: 'Conflict',
  410: 'Expired',
  422: 'Invalid',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout',
};
