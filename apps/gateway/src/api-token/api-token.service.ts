import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { recordAudit, uuid7 } from '@scs/database';
import { uuidShape } from '@scs/grpc';
import { callerOf, DomainError, permissionsOf, type Caller } from '@scs/service';
import { IsNull, LessThan, Repository, type EntityManager, type FindOptionsWhere } from 'typeorm';
import { ApiTokenEntity } from './api-token.entity.ts';
import { idOfBearer, newBearer, proves } from './bearer.ts';
import { checkGrant, checkGrantBy, type Grant } from './grant.ts';

export interface NewApiToken {
  displayName: string;
  roles: readonly string[];
  tenant: string | null;
  /** 1 to 366. */
  expireDays: number;
}

export interface IssuedApiToken {
  token: ApiTokenEntity;
  /** What the bearer shows; nowhere to be had again. */
  secret: string;
}

interface Owner {
  subject: string;
  tenant: string | null;
}

const day = 86_400_000;
const minute = 60_000;

export const nameOf = (id: string): string => `apiTokens/${id}`;

export const apiTokenNotFound = (name: string) =>
  new DomainError('not-found', 'API_TOKEN_NOT_FOUND', `there is no API token ${name}`, {
    metadata: { name },
  });

/** Issues, lists, revokes and recognizes API tokens. */
@Injectable()
export class ApiTokenService {
  readonly #tokens: Repository<ApiTokenEntity>;

  constructor(@InjectRepository(ApiTokenEntity) tokens: Repository<ApiTokenEntity>) {
    this.#tokens = tokens;
  }

  /** What a token makes ends with it at the latest: else one that was lost for a day would live for ever in its children. */
  async create(asked: NewApiToken, caller: Caller, requestId: string): Promise<IssuedApiToken> {
    return this.#insert(asked, checkGrantBy(caller, asked.roles, asked.tenant), caller, requestId);
  }

  /** For the operator's own start-up, where nobody calls: the owner is a name of its choice. */
  async issue(asked: NewApiToken & { owner: string }): Promise<IssuedApiToken> {
    const grant = checkGrant(asked.roles, asked.tenant);
    return this.#insert(asked, grant, { subject: asked.owner, tenant: null }, '');
  }

  /** Newest first; one more than asked for tells that there is a next page. */
  async list(
    caller: Caller,
    { limit, after }: { limit: number; after: string | null },
  ): Promise<ApiTokenEntity[]> {
    const query = this.#tokens.createQueryBuilder('token').where(own(caller, 'iam.tokens.readAll'));
    if (after !== null) query.andWhere('token.id < :after', { after });
    return query
      .orderBy('token.id', 'DESC')
      .take(limit + 1)
      .getMany();
  }

  /** And with it the tokens that it made. Does nothing to one that is revoked already. */
  async revoke(id: string, caller: Caller, requestId: string): Promise<ApiTokenEntity> {
    const mine = { ...own(caller, 'iam.tokens.revokeAll'), id };
    return this.#tokens.manager.transaction(async (manager) => {
      // Locked: nothing that it makes at the same time escapes.
      const known = await manager.findOne(ApiTokenEntity, {
        where: mine,
        lock: { mode: 'pessimistic_write' },
      });
      if (!known) throw apiTokenNotFound(nameOf(id));
      const now = new Date();
      for (const revoked of await revokeFamily(manager, id, now))
        await recordAudit(manager, { caller, requestId }, 'revoke-api-token', nameOf(revoked), now);
      return manager.findOneByOrFail(ApiTokenEntity, { id });
    });
  }

  /** Who the bearer is; null for an unknown, expired or revoked token. */
  async introspect(bearer: string): Promise<Caller | null> {
    const id = idOfBearer(bearer);
    const token = id === null ? null : await this.#tokens.findOneBy({ id });
    const now = Date.now();
    if (!token || !proves(bearer, token.hash) || token.revokeTime || token.expireTime.getTime() <= now)
      return null;
    await this.#noteUse(token, new Date(now - (now % minute)));
    return callerOf(nameOf(token.id), token.roles, token.tenant);
  }

  /** At most one write a minute, however often it is used. */
  async #noteUse({ id, lastUsedTime }: ApiTokenEntity, time: Date): Promise<void> {
    if (lastUsedTime && lastUsedTime >= time) return;
    await this.#tokens.update(
      [
        { id, lastUsedTime: IsNull() },
        { id, lastUsedTime: LessThan(time) },
      ],
      { lastUsedTime: time },
    );
  }

  async #insert(asked: NewApiToken, grant: Grant, owner: Owner, requestId: string): Promise<IssuedApiToken> {
    for (const [field, text] of [
      ['display_name', asked.displayName],
      ['tenant', grant.tenant ?? ''],
    ] as const)
      if (/\p{Cc}/u.test(text)) {
        const description = 'must be one line without control characters';
        throw new DomainError('invalid', 'INVALID_REQUEST', `${field}: ${description}`, {
          violations: [{ field, description }],
        });
      }
    const now = new Date();
    const id = uuid7(now.getTime());
    const { secret, hash } = newBearer(id);
    const token = this.#tokens.create({
      id,
      hash,
      displayName: asked.displayName,
      ...grant,
      owner: owner.subject,
      ownerTenant: owner.tenant,
      createTime: now,
      expireTime: new Date(now.getTime() + asked.expireDays * day),
      lastUsedTime: null,
      revokeTime: null,
    });
    await this.#tokens.manager.transaction(async (manager) => {
      const maker = await lockMaker(manager, owner.subject, now);
      if (maker && maker.expireTime < token.expireTime) token.expireTime = maker.expireTime;
      await manager.insert(ApiTokenEntity, token);
      await recordAudit(manager, { caller: owner, requestId }, 'create-api-token', nameOf(id), now);
    });
    return { token, secret };
  }
}

/** The token that makes another; null where a person does. Its holder may be remembered for seconds after it was revoked. */
async function lockMaker(manager: EntityManager, subject: string, now: Date): Promise<ApiTokenEntity | null> {
  const id = subject.startsWith(nameOf('')) ? subject.slice(nameOf('').length) : '';
  if (!uuidShape.test(id)) return null;
  const maker = await manager.findOne(ApiTokenEntity, { where: { id }, lock: { mode: 'pessimistic_read' } });
  if (maker && (maker.revokeTime || maker.expireTime <= now))
    throw new DomainError(
      'unauthenticated',
      'TOKEN_REFUSED',
      'the API token is expired or revoked; use another',
    );
  return maker;
}

/** Revokes a token with all that came of it; gives the ids of those that were still good. */
async function revokeFamily(manager: EntityManager, id: string, time: Date): Promise<string[]> {
  const [rows]: [{ id: string }[], number] = await manager.query(
    `WITH RECURSIVE family AS (
       SELECT $1::uuid AS id
       UNION
       SELECT child.id FROM api_token child JOIN family ON child.owner = 'apiTokens/' || family.id)
     UPDATE api_token SET revoke_time = $2 WHERE id IN (SELECT id FROM family) AND revoke_time IS NULL RETURNING id`,
    [id, time],
  );
  return rows.map((row) => row.id);
}

/** What a caller may see or revoke: everything with the permission for it, else what it owns. */
function own(
  { subject, tenant, roles }: Caller,
  all: 'iam.tokens.readAll' | 'iam.tokens.revokeAll',
): FindOptionsWhere<ApiTokenEntity> {
  if (tenant === null && permissionsOf(roles).includes(all)) return {};
  return { owner: subject, ownerTenant: tenant ?? IsNull() };
}
