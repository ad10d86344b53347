import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Role } from '@scs/service';

/** A token of a tool. What its bearer shows is not here, only the hash of it. */
@Entity({ name: 'api_token' })
export class ApiTokenEntity {
  @PrimaryColumn('uuid')
  id: string;
  /** SHA-256 of the whole bearer token. */
  @Column('bytea')
  hash: Buffer;
  @Column('text')
  displayName: string;
  @Column('text', { array: true })
  roles: Role[];
  /** Of the bearer. */
  @Column('text', { nullable: true })
  tenant: string | null;
  @Column('text')
  owner: string;
  /** Two tenants may know the same subject: the owner is both together. */
  @Column('text', { nullable: true })
  ownerTenant: string | null;
  @Column('timestamptz')
  createTime: Date;
  @Column('timestamptz')
  expireTime: Date;
  /** The minute of the last use. */
  @Column('timestamptz', { nullable: true })
  lastUsedTime: Date | null;
  @Column('timestamptz', { nullable: true })
  revokeTime: Date | null;
}
