import { ApiTokenService } from '@scs/proto/scs/iam/v1/api_token_pb';
import { callerOf, DomainError, type Caller } from '@scs/service';
import { grpcClient } from './client.ts';

/** Asks who the bearer of an API token is: null for an unknown, expired or revoked one. */
export interface Introspection {
  (token: string): Promise<Caller | null>;
  close(): void;
}

/** What `createVerifier` needs to know API tokens, asked of the gateway's gRPC API; throws where that cannot answer. */
export function introspectAt(address: string): Introspection {
  const client = grpcClient(ApiTokenService, address);
  const ask = async (token: string): Promise<Caller | null> => {
    try {
      const { subject, roles, tenant } = await client.introspectApiToken({ token }, { timeoutMs: 5000 });
      return callerOf(subject, roles, tenant || null);
    } catch (error) {
      if (error instanceof DomainError && error.kind === 'unauthenticated') return null;
      throw error;
    }
  };
  return Object.assign(ask, { close: () => client.close() });
}
