import type { KubernetesClient } from './client.ts';

export interface ConnectKubernetesOptions {
  /** Path of a kubeconfig, or its text. Left out: `$KUBECONFIG`, `~/.kube/config`, or the service account of the pod. */
  kubeconfig?: { file: string } | { text: string } | undefined;
  userAgent: string;
  /** For one request, watches apart. Milliseconds; 30,000 when left out. */
  timeoutMs?: number;
}

/** A client for the current context of a kubeconfig. Sends no request yet. Throws KubernetesError where the kubeconfig is no good. */
export function connectKubernetes(_options: ConnectKubernetesOptions): KubernetesClient {
  throw new Error('to be written');
}
