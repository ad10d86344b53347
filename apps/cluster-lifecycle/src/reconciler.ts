import type {
  Again,
  ApiObject,
  Change,
  EventRecorder,
  Informer,
  KubernetesClient,
  ObjectType,
} from '@scs/kubernetes';
import type { Logger } from '@scs/service';

/** What every reconciler works with. */
export interface Operator {
  client: KubernetesClient;
  events: EventRecorder;
  logger: Logger;
  clock: () => Date;
  /** The shared, started informer of a type; one for all reconcilers. */
  informer<T extends ApiObject>(type: ObjectType): Informer<T>;
  /** Cluster API's newest version that the server serves and we know (`v1beta2`, `v1beta1`). */
  clusterApiVersion: () => Promise<'v1beta1' | 'v1beta2' | undefined>;
}

/** A control loop over the objects of one kind: told a key, it looks at what is, and acts. Keys are `namespace/name`. */
export interface Reconciler {
  /** For logs and metrics: `cluster-stack`. */
  name: string;
  concurrency: number;
  watches: Watch[];
  /** Nothing about the past is known but what objects say. Throwing means again later. */
  reconcile(key: { namespace: string; name: string }, signal: AbortSignal): Promise<Again | void>;
}

export interface Watch {
  type: ObjectType;
  /** Which keys a change calls for; their own objects where left out. */
  keys?: (change: Change<ApiObject>) => { namespace: string; name: string }[];
}
