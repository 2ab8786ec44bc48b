import { randomBytes, randomUUID } from 'node:crypto';
import { LessThan, Like } from 'typeorm';
import type { Clock } from '#kernel/clock.ts';
import { contentHash } from '#kernel/content-hash.ts';
import type { Database } from '#platform/database/database.ts';
import {
  AmbiguousTokenError,
  assertValidToken,
  TokenNotFoundError,
  type AccessToken,
  type Account,
  type Role,
} from './domain/account.ts';
import { accessTokenEntity, loginEntity, type AccessTokenRow } from './persistence/account.entity.ts';

const SECRET_BYTES = 32;
/** Tells a token from other secrets, for those who look for leaked ones. */
const PREFIX = 'sprintlab_';
const DAY_MS = 86_400_000;
/** How long a browser stays logged in. */
const LOGIN_MS = DAY_MS / 2;
/** That a token was used is noted at most so often. */
const NOTED_MS = 60_000;

export interface NewToken {
  readonly name: string;
  readonly role: Role;
  readonly days: number;
}

/** Who may ask. Secrets are told once and kept as hashes only. */
export class AccountsService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** The secret is told here and never again. @throws InvalidTokenError */
  async create({ name, role, days }: NewToken): Promise<{ readonly token: AccessToken; readonly secret: string }> {
    assertValidToken({ name, days });
    const secret = `${PREFIX}${randomBytes(SECRET_BYTES).toString('base64url')}`;
    const createdAt = this.clock.now();
    const expiresAt = new Date(createdAt.getTime() + days * DAY_MS);
    const token = { id: randomUUID(), name, role, createdAt, expiresAt, usedAt: null, revokedAt: null };
    await this.database.transaction((rows) => rows.insert(accessTokenEntity, { ...token, hash: contentHash(secret) }));
    return { token, secret };
  }

  /** Newest first. */
  async list(): Promise<readonly AccessToken[]> {
    const order = { createdAt: 'DESC', id: 'ASC' } as const;
    return (await this.database.read((rows) => rows.find(accessTokenEntity, { order }))).map(toToken);
  }

  /** Whoever uses it is out at once, logged in or not. @throws TokenNotFoundError, AmbiguousTokenError */
  async revoke(idPrefix: string): Promise<AccessToken> {
    const revokedAt = this.clock.now();
    return this.database.transaction(async (rows) => {
      const isId = /^[0-9a-f-]{1,36}$/.test(idPrefix);
      const found = isId ? await rows.find(accessTokenEntity, { where: { id: Like(`${idPrefix}%`) }, take: 2 }) : [];
      const [first, second] = found;
      if (second !== undefined) throw new AmbiguousTokenError(idPrefix);
      if (first === undefined) throw new TokenNotFoundError(idPrefix.slice(0, 100));
      if (first.revokedAt === null) await rows.update(accessTokenEntity, { id: first.id }, { revokedAt });
      await rows.delete(loginEntity, { tokenId: first.id });
      return toToken({ ...first, revokedAt: first.revokedAt ?? revokedAt });
    });
  }

  /** `null` for a secret that no valid token has. */
  async byToken(secret: string): Promise<Account | null> {
    const found = await this.database.read((rows) =>
      rows.findOne(accessTokenEntity, { where: { hash: contentHash(secret) } }),
    );
    if (found === null || !this.isValid(found)) return null;
    await this.noteUse(found);
    return toAccount(found);
  }

  /** Exchanges a token for what a cookie holds. `null` for a secret that no valid token has. */
  async login(secret: string): Promise<{ readonly account: Account; readonly cookie: string } | null> {
    const account = await this.byToken(secret);
    const found = await this.database.read((rows) =>
      rows.findOne(accessTokenEntity, { where: { hash: contentHash(secret) } }),
    );
    if (account === null || found === null) return null;
    const cookie = randomBytes(SECRET_BYTES).toString('base64url');
    const createdAt = this.clock.now();
    const ends = Math.min(createdAt.getTime() + LOGIN_MS, found.expiresAt?.getTime() ?? Infinity);
    const expiresAt = new Date(ends);
    await this.database.transaction(async (rows) => {
      await rows.delete(loginEntity, { expiresAt: LessThan(createdAt) });
      await rows.insert(loginEntity, { hash: contentHash(cookie), tokenId: found.id, createdAt, expiresAt });
    });
    return { account: { ...account, expiresAt }, cookie };
  }

  /** `null` for a cookie that is no login any more. */
  async byCookie(cookie: string): Promise<Account | null> {
    const { login, token } = await this.database.read(async (rows) => {
      const found = await rows.findOne(loginEntity, { where: { hash: contentHash(cookie) } });
      const own = found === null ? null : await rows.findOne(accessTokenEntity, { where: { id: found.tokenId } });
      return { login: found, token: own };
    });
    if (login === null || token === null || !this.isValid(token) || login.expiresAt <= this.clock.now()) return null;
    return { ...toAccount(token), expiresAt: login.expiresAt };
  }

  async logout(cookie: string): Promise<void> {
    await this.database.transaction((rows) => rows.delete(loginEntity, { hash: contentHash(cookie) }));
  }

  private isValid({ revokedAt, expiresAt }: AccessTokenRow): boolean {
    return revokedAt === null && (expiresAt === null || expiresAt > this.clock.now());
  }

  private async noteUse({ id, usedAt }: AccessTokenRow): Promise<void> {
    const now = this.clock.now();
    if (usedAt !== null && now.getTime() - usedAt.getTime() < NOTED_MS) return;
    await this.database.transaction((rows) => rows.update(accessTokenEntity, { id }, { usedAt: now }));
  }
}

function toToken({ id, name, role, createdAt, expiresAt, usedAt, revokedAt }: AccessTokenRow): AccessToken {
  return { id, name, role: role as Role, createdAt, expiresAt, usedAt, revokedAt };
}

function toAccount({ name, role, expiresAt }: AccessTokenRow): Account {
  return { name, role: role as Role, expiresAt };
}
