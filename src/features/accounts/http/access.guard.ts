import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { accessOf } from '#platform/http/serve.ts';
import { ForbiddenError, mayDo, UnauthenticatedError, type Account } from '../domain/account.ts';
import { assertOwnOrigin, Doorkeeper } from './doorkeeper.ts';

/** What was found out of who asks, for the audit trail. */
const recognised = new WeakMap<object, Account>();

export function accountOf(request: FastifyRequest): Account | null {
  return recognised.get(request) ?? null;
}

/** Lets through whom the declaration of a route lets through. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(@Inject(Doorkeeper) private readonly doorkeeper: Doorkeeper) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const access = accessOf(context.getHandler());
    assertOwnOrigin(request, this.doorkeeper.hasAccounts);
    if (access === 'open') return true;
    const account = await this.doorkeeper.recognise(request);
    if (account === null) throw new UnauthenticatedError();
    recognised.set(request, account);
    if (!mayDo(account.role, access)) throw new ForbiddenError();
    return true;
  }
}
