import { OpenStackError } from '@scs/openstack';
import type { Input } from '@scs/standards';

/** Does a piece of the work, and tells of it before and after. */
export type Progress = <T>(step: string, work: () => Promise<T>) => Promise<T>;

/** Runs work; what the API did wrong becomes an input error. */
export async function capture<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<Input<T>> {
  try {
    return { value: await work() };
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof OpenStackError)) throw error;
    return { error: { reason: error.reason, message: error.message } };
  }
}
