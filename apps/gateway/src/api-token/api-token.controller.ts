import { GrpcController, type Call, type GrpcHandlers } from '@scs/grpc';
import {
  ApiTokenService as ApiTokenContract,
  type CreateApiTokenRequest,
  type GetCallerRequest,
  type IntrospectApiTokenRequest,
  type ListApiTokensRequest,
  type RevokeApiTokenRequest,
} from '@scs/proto/scs/iam/v1/api_token_pb';
import { DomainError } from '@scs/service';
import {
  fromProtoCreateApiTokenRequest,
  fromProtoListApiTokensRequest,
  fromProtoName,
  toProtoApiToken,
  toProtoCaller,
  toProtoListApiTokensResponse,
} from './api-token.convert.ts';
import { ApiTokenService } from './api-token.service.ts';

@GrpcController(ApiTokenContract)
export class ApiTokenController implements GrpcHandlers<typeof ApiTokenContract> {
  readonly #tokens: ApiTokenService;

  constructor(tokens: ApiTokenService) {
    this.#tokens = tokens;
  }

  async createApiToken(request: CreateApiTokenRequest, { caller, requestId }: Call) {
    const { token, secret } = await this.#tokens.create(
      fromProtoCreateApiTokenRequest(request),
      caller,
      requestId,
    );
    return { apiToken: toProtoApiToken(token), secret };
  }

  async listApiTokens(request: ListApiTokensRequest, { caller }: Call) {
    const page = fromProtoListApiTokensRequest(request);
    return toProtoListApiTokensResponse(await this.#tokens.list(caller, page), page.limit);
  }

  async revokeApiToken({ name }: RevokeApiTokenRequest, { caller, requestId }: Call) {
    return toProtoApiToken(await this.#tokens.revoke(fromProtoName(name), caller, requestId));
  }

  async introspectApiToken({ token }: IntrospectApiTokenRequest) {
    const bearer = await this.#tokens.introspect(token);
    if (bearer) return toProtoCaller(bearer);
    throw new DomainError('unauthenticated', 'TOKEN_REFUSED', 'the API token is unknown, expired or revoked');
  }

  async getCaller(_request: GetCallerRequest, { caller }: Call) {
    return toProtoCaller(caller);
  }
}
