import { ApiError, KubernetesError } from '@scs/kubernetes';
import { DomainError } from '@scs/service';

/** What the Kubernetes API said, in the words of our own API. Other errors stay as they are. */
export function asDomainError(error: unknown): unknown {
  if (error instanceof KubernetesError)
    return new DomainError(
      'unavailable',
      'KUBERNETES_UNAVAILABLE',
      'the management cluster does not answer; try again soon',
      { cause: error },
    );
  if (!(error instanceof ApiError)) return error;
  const message = withoutPrefix(error.message);
  const details = { cause: error };
  if (error.reason === 'NoKindMatch')
    return new DomainError(
      'unavailable',
      'KIND_MISSING',
      `the management cluster lacks a kind that this needs (${message}); ask the operator to install Cluster API and the CustomResourceDefinitions`,
      details,
    );
  switch (error.status) {
    case 404:
      return new DomainError('not-found', 'OBJECT_NOT_FOUND', message, details);
    case 409:
      return error.reason === 'AlreadyExists'
        ? new DomainError(
            'exists',
            'CLUSTER_EXISTS',
            'there is such a cluster already; choose another name',
            details,
          )
        : new DomainError(
            'conflict',
            'CLUSTER_CHANGED',
            'the cluster was changed in the meantime; read it again, and repeat the change with its new etag',
            details,
          );
    case 400:
    case 422:
      return new DomainError('invalid', 'CLUSTER_INVALID', message, details);
    // A webhook refuses with 403, as does RBAC; only the former is a matter of the caller.
    case 403:
      return isOfWebhook(error.message)
        ? new DomainError('wrong-state', 'CHANGE_REFUSED', message, details)
        : new DomainError(
            'unavailable',
            'KUBERNETES_FORBIDDEN',
            'this service may not do that in the management cluster; ask the operator to extend its role',
            details,
          );
    default:
      return new DomainError(
        'unavailable',
        'KUBERNETES_UNAVAILABLE',
        `the management cluster answers ${error.status}; try again soon`,
        details,
      );
  }
}

const webhook = /^admission webhook "[^"]*" denied the request: /;
const isOfWebhook = (message: string): boolean =>
  webhook.test(message) || message.includes('is forbidden: ClusterClass');
const withoutPrefix = (message: string): string => message.replace(webhook, '').replaceAll(/\s*\n\s*/g, ' ');

/** Runs calls of the Kubernetes API; their errors are ours. */
export async function asked<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asDomainError(error);
  }
}
