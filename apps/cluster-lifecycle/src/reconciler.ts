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
  /**
   * Another watch for a reconciler, by its name, found only while it works. The same type is watched once. Resolves when its objects are known (or
   * after ten seconds): what is looked at then and changes later is told.
   */
  alsoWatch(reconciler: string, watch: Watch): Promise<void>;
}

export interface Key {
  namespace: string;
  name: string;
}

/** A control loop over the objects of one kind: told a key, it looks at what is, and acts. Keys are `namespace/name`. */
export interface Reconciler {
  /** For logs and metrics: `cluster-stack`. */
  name: string;
  concurrency: number;
  /** It starts when all of these are served. */
  watches: Watch[];
  /** Many do without: its kinds need not be there for the service to be ready. */
  optional?: boolean;
  /** Nothing about the past is known but what objects say. Throwing means again later. */
  reconcile(key: Key, signal: AbortSignal): Promise<Again | void>;
  /** Lets go of what it holds open, at the end. */
  close?(this: void): void;
}

/** Made when the operator knows what the API server serves. */
export type CreateReconciler = (operator: Operator) => Reconciler;

export interface Watch {
  /** `Cluster`: Cluster API's, in the version that is in use. */
  type: ObjectType | 'Cluster';
  /** Which keys a change calls for; their own objects where left out. */
  keys?: (change: Change<ApiObject>) => Key[];
}

/** The key of the object itself. */
export const ownKey = ({ object: { metadata } }: Change<ApiObject>): Key[] => [
  { namespace: metadata.namespace ?? '', name: metadata.name },
];

/** Did a person or another program change what is wanted, or is it only a report of status? */
export function isMoreThanStatus(change: Change<ApiObject>): boolean {
  if (change.type !== 'updated') return true;
  const [before, after] = [change.before.metadata, change.object.metadata];
  return (
    before.generation !== after.generation ||
    before.uid !== after.uid ||
    before.deletionTimestamp !== after.deletionTimestamp ||
    (['labels', 'annotations', 'finalizers', 'ownerReferences'] as const).some(
      (field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]),
    )
  );
}
