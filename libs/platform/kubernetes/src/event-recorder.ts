import type { ApiObject, KubernetesClient } from './client.ts';

/** Writes Events about objects; repeats are counted up in one Event (same object, type, reason and message within 10 minutes). */
export interface EventRecorder {
  record(object: ApiObject, type: 'Normal' | 'Warning', reason: string, message: string): void;
  /** Waits for what is on its way. An Event that cannot be written is logged and forgotten. */
  flush(): Promise<void>;
}

/** `core/v1` Events. At most one write a second goes out for one object, ten for all; what is more is dropped and counted. */
export function createEventRecorder(
  _client: KubernetesClient,
  _options: { component: string; onError?: (error: unknown) => void },
): EventRecorder {
  throw new Error('to be written');
}
