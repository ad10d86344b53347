import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate, type Timestamp } from '@bufbuild/protobuf/wkt';
import type {
  ApiTokenSchema,
  CallerSchema,
  CreateApiTokenRequest,
  ListApiTokensRequest,
  ListApiTokensResponseSchema,
} from '@scs/proto/scs/iam/v1/api_token_pb';
import { DomainError, permissionsOf, type Caller } from '@scs/service';
import type { ApiTokenEntity } from './api-token.entity.ts';
import { apiTokenNotFound, nameOf, type NewApiToken } from './api-token.service.ts';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

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
  if (!uuid.test(id)) throw apiTokenNotFound(name);
  return id;
}

export function fromProtoListApiTokensRequest({ pageSize, pageToken }: ListApiTokensRequest): {
  limit: number;
  after: string | null;
} {
  const after = pageToken === '' ? null : Buffer.from(pageToken, 'base64url').toString('latin1');
  if (after !== null && !uuid.test(after)) {
    const description = 'is none that a list gave; begin anew without it';
    throw new DomainError('invalid', 'PAGE_TOKEN_INVALID', `page_token: ${description}`, {
      violations: [{ field: 'page_token', description }],
    });
  }
  return { limit: pageSize || 50, after };
}

/** `tokens` may have one more than the limit. */
export function toProtoListApiTokensResponse(
  tokens: ApiTokenEntity[],
  limit: number,
): MessageInitShape<typeof ListApiTokensResponseSchema> {
  const page = tokens.slice(0, limit);
  const last = tokens.length > limit ? page.at(-1) : undefined;
  return {
    apiTokens: page.map(toProtoApiToken),
    nextPageToken: last ? Buffer.from(last.id, 'latin1').toString('base64url') : '',
  };
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
