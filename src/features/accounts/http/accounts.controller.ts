import { Controller, Inject, Req, Res } from '@nestjs/common';
import type {} from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Clock } from '#kernel/clock.ts';
import { fieldsOfSchema } from '#kernel/filter/filter-fields.ts';
import { pageOfItems } from '#kernel/list-query.ts';
import type { Answered, Asked } from '#platform/http/endpoint.ts';
import { Serve } from '#platform/http/serve.ts';
import { AccountsService } from '../accounts.service.ts';
import { AuditTrailService } from '../audit-trail.service.ts';
import { NO_ACCOUNTS, type AccessToken, type Account } from '../domain/account.ts';
import {
  createToken,
  listAuditTrail,
  listTokens,
  login,
  logout,
  revokeToken,
  showSession,
} from './accounts.endpoints.ts';
import { tokenSchema, type SessionAnswer, type TokenAnswer } from './accounts.schema.ts';
import { setAccount } from './access.guard.ts';
import { COOKIE, Doorkeeper } from './doorkeeper.ts';

const FIELDS = fieldsOfSchema(tokenSchema);
const DAYS = 90;

@Controller('api/v1')
export class AccountsController {
  constructor(
    @Inject(Clock) private readonly clock: Clock,
    @Inject(Doorkeeper) private readonly doorkeeper: Doorkeeper,
    @Inject(AccountsService) private readonly accounts: AccountsService,
    @Inject(AuditTrailService) private readonly trail: AuditTrailService,
  ) {}

  @Serve(showSession)
  async session(
    _asked: Asked<typeof showSession>,
    @Req() request: FastifyRequest,
  ): Promise<Answered<typeof showSession>> {
    return this.told(await this.doorkeeper.recognise(request));
  }

  @Serve(login)
  async login(
    { body }: Asked<typeof login>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Answered<typeof login>> {
    if (!this.doorkeeper.hasAccounts) return this.told(NO_ACCOUNTS);
    const { account, cookie } = await this.doorkeeper.login(body.token, request.ip);
    setAccount(request, account);
    void reply.setCookie(COOKIE, cookie, {
      path: '/',
      httpOnly: true,
      sameSite: 'strict',
      secure: 'auto',
      ...(account.expiresAt === null ? {} : { expires: account.expiresAt }),
    });
    return this.told(account);
  }

  @Serve(logout)
  async logout(
    _asked: Asked<typeof logout>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Answered<typeof logout>> {
    if (!this.doorkeeper.hasAccounts) return this.told(NO_ACCOUNTS);
    const account = await this.doorkeeper.recognise(request);
    if (account !== null) setAccount(request, account);
    await this.doorkeeper.logout(request);
    void reply.clearCookie(COOKIE, { path: '/' });
    return this.told(null);
  }

  @Serve(listTokens)
  async list({ query }: Asked<typeof listTokens>): Promise<Answered<typeof listTokens>> {
    const list = { fields: FIELDS, idOf: ({ id }: TokenAnswer) => id, now: this.clock.now() };
    return pageOfItems((await this.accounts.list()).map(toTokenAnswer), query, list);
  }

  @Serve(createToken)
  async create({ body }: Asked<typeof createToken>): Promise<Answered<typeof createToken>> {
    const { token, secret } = await this.accounts.create({ ...body, days: body.days ?? DAYS });
    return { ...toTokenAnswer(token), token: secret };
  }

  @Serve(revokeToken)
  async revoke({ params }: Asked<typeof revokeToken>): Promise<Answered<typeof revokeToken>> {
    return toTokenAnswer(await this.accounts.revoke(params.id));
  }

  @Serve(listAuditTrail)
  async auditTrail({ query }: Asked<typeof listAuditTrail>): Promise<Answered<typeof listAuditTrail>> {
    const { items, next } = await this.trail.page(query);
    return { items: items.map(({ at, ...entry }) => ({ ...entry, at: at.toISOString() })), next };
  }

  private told(account: Account | null): SessionAnswer {
    return {
      accounts: this.doorkeeper.hasAccounts,
      name: account?.name ?? null,
      role: account?.role ?? null,
      expiresAt: account?.expiresAt?.toISOString() ?? null,
    };
  }
}

function toTokenAnswer({ createdAt, expiresAt, usedAt, revokedAt, ...token }: AccessToken): TokenAnswer {
  return {
    ...token,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt?.toISOString() ?? null,
    usedAt: usedAt?.toISOString() ?? null,
    revokedAt: revokedAt?.toISOString() ?? null,
  };
}
