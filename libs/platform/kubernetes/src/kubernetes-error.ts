/** Why a Kubernetes API could not be used: one line with cause and remedy, never a secret. */
export class KubernetesError extends Error {
  override name = 'KubernetesError';
  readonly reason:
    | 'unreachable'
    | 'timeout'
    | 'unauthorized'
    | 'forbidden'
    | 'not-found'
    | 'server-error'
    | 'failed';
  constructor(reason: KubernetesError['reason'], message: string, cause?: unknown) {
    super(message, { cause });
    this.reason = reason;
  }
}

/** Node's code of a failed connection, also where it is wrapped. */
export const codeOf = (error: unknown): string | undefined => {
  const { code, cause } = (error ?? {}) as { code?: unknown; cause?: unknown };
  return typeof code === 'string' ? code : cause === undefined ? undefined : codeOf(cause);
};

export const tooLate = (server: string, timeoutMs: number): KubernetesError =>
  new KubernetesError(
    'timeout',
    `${new URL(server).host} did not answer within ${timeoutMs / 1000} s; check the address in the kubeconfig, or allow more time`,
  );

const says: Record<string, string> = {
  ECONNREFUSED: 'refuses connections; check that the API server runs and that the address is right',
  ENOTFOUND: 'has an unknown host name; check the address in the kubeconfig',
  ECONNRESET: 'breaks the connection off; check the API server and what is in front of it',
  EPIPE: 'breaks the connection off; check the API server and what is in front of it',
  EPROTO: 'does not speak TLS as expected; check http or https in the address',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'has a certificate of an unknown CA; name the CA in the kubeconfig',
  SELF_SIGNED_CERT_IN_CHAIN: 'has a certificate of an unknown CA; name the CA in the kubeconfig',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'has a certificate of an unknown CA; name the CA in the kubeconfig',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'has a certificate of an unknown CA; name the CA in the kubeconfig',
  CERT_HAS_EXPIRED: 'has an expired certificate; renew it',
  ERR_TLS_CERT_ALTNAME_INVALID:
    'has a certificate for another host name; correct the address, or set tls-server-name in the kubeconfig',
};

/** Why nobody answers at a server, from what Node says of the connection. */
export function networkError(error: unknown, server: string): KubernetesError {
  if (error instanceof KubernetesError) return error;
  const host = new URL(server).host;
  const code = codeOf(error) ?? (error instanceof Error ? error.message : 'no reason given');
  const otherwise = `cannot be reached (${code}); check the address in the kubeconfig and the network`;
  return new KubernetesError('unreachable', `${host} ${says[code] ?? otherwise}`, error);
}
