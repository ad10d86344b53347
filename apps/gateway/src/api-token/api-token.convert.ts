import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate, type Timestamp } from '@bufbuild/protobuf/wkt';
import type {
  ApiTokenSchema,
  CallerSchema,
  CreateApiTokenRequest,
  ListApiTokensRequest,
  ListApiTokensResponseSchema,
} from '@scs/proto/scs/iam/v1/api_token_pb';
import { fromPageToken, toPage, uuidShape } from '@scs/grpc';
import { permissionsOf, type Caller } from '@scs/service';
import type { ApiTokenEntity } from './api-token.entity.ts';
import { apiTokenNotFound, nameOf, type NewApiToken } from './api-token.service.ts';

export const fromProtoCreateApiTokenRequest = ({
  displayName,
  roles,
  tenant,
  expireDays,
}: CreateApiTokenRequest): NewApiToken => ({ displayName, roles, tenant: tenant || null, expireDays });

/** The id in `apiTokens/<id>`. */
export function fromProtoName(name: string): string {
  const id = name.slice('apiTokens/'.length);
  // What is no id is the name of nothing.
  if (!uuidShape.test(id)) throw apiTokenNotFound(name);
  return id;
}

export function fromProtoListApiTokensRequest({ pageSize, pageToken }: ListApiTokensRequest): {
  limit: number;
  after: string | null;
} {
  return { limit: pageSize || 50, after: fromPageToken(pageToken, uuidShape) };
}

/** `tokens` may have one more than the limit. */
export function toProtoListApiTokensResponse(
  tokens: ApiTokenEntity[],
  limit: number,
): MessageInitShape<typeof ListApiTokensResponseSchema> {
  const { rows, nextPageToken } = toPage(tokens, limit, ({ id }) => id);
  return { apiTokens: rows.map(toProtoApiToken), nextPageToken };
}

export const toProtoApiToken = (token: ApiTokenEntity): MessageInitShape<typeof ApiTokenSchema> => ({
  name: nameOf(token.id),
  displayName: token.displayName,
  roles: token.roles,
  tenant: token.tenant ?? '',
  owner: token.owner,
  createTime: timestampFromDate(token.createTime),
  expireTime: timestampFromDate(token.expireTime),
  lastUsedTime: optional(token.lastUsedTime),
  revokeTime: optional(token.revokeTime),
});

export const toProtoCaller = ({ subject, roles, tenant }: Caller): MessageInitShape<typeof CallerSchema> => ({
  subject,
  roles,
  tenant: tenant ?? '',
  permissions: permissionsOf(roles),
});

const optional = (time: Date | null): Timestamp | undefined => (time ? timestampFromDate(time) : undefined);
