import { EntitySchema } from 'typeorm';
import { columns } from '#platform/database/columns.ts';

export interface AccessTokenRow {
  id: string;
  name: string;
  role: string;
  /** SHA-256 of the secret, which is kept nowhere. */
  hash: string;
  createdAt: Date;
  expiresAt: Date | null;
  usedAt: Date | null;
  revokedAt: Date | null;
}

export const accessTokenEntity = new EntitySchema<AccessTokenRow>({
  name: 'access-token',
  tableName: 'access_tokens',
  columns: {
    id: { ...columns.key, primary: true },
    name: columns.key,
    role: columns.word,
    hash: columns.key,
    createdAt: columns.instant,
    expiresAt: { ...columns.instant, nullable: true },
    usedAt: { ...columns.instant, nullable: true },
    revokedAt: { ...columns.instant, nullable: true },
  },
  indices: [{ name: 'access_tokens_by_hash', columns: ['hash'], unique: true }],
});

/** A browser that a token was exchanged for. */
export interface LoginRow {
  /** SHA-256 of what the cookie holds. */
  hash: string;
  tokenId: string;
  createdAt: Date;
  expiresAt: Date;
}

export const loginEntity = new EntitySchema<LoginRow>({
  name: 'login',
  tableName: 'logins',
  columns: {
    hash: { ...columns.key, primary: true },
    tokenId: columns.key,
    createdAt: columns.instant,
    expiresAt: columns.instant,
  },
  indices: [{ name: 'logins_by_token', columns: ['tokenId'] }],
  foreignKeys: [
    { target: 'access-token', columnNames: ['tokenId'], referencedColumnNames: ['id'], onDelete: 'CASCADE' },
  ],
});

export interface AuditEntryRow {
  number: number;
  at: Date;
  who: string | null;
  role: string | null;
  address: string;
  deed: string;
  status: number;
}

export const auditEntryEntity = new EntitySchema<AuditEntryRow>({
  name: 'audit-entry',
  tableName: 'audit_entries',
  columns: {
    number: { ...columns.bigInteger, primary: true },
    at: columns.instant,
    who: { ...columns.key, nullable: true },
    role: { ...columns.word, nullable: true },
    address: columns.key,
    deed: columns.text,
    status: columns.integer,
  },
});
