import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Access } from '#platform/http/endpoint.ts';
import { accessOf } from '#platform/http/serve.ts';
import { setMayStay } from '#platform/http/staying.ts';
import { ForbiddenError, mayDo, UnauthenticatedError, type Account } from '../domain/account.ts';
import { assertOwnOrigin, Doorkeeper } from './doorkeeper.ts';

/** What was found out of who asks, and what the route asks for: for the audit trail. */
const recognised = new WeakMap<object, Account>();
const asked = new WeakMap<object, Access>();

export function accountOf(request: FastifyRequest): Account | null {
  return recognised.get(request) ?? null;
}

/** Of a route that finds out by itself who asks. */
export function setAccount(request: FastifyRequest, account: Account): void {
  recognised.set(request, account);
}

/** What the route of a request asks for; `null` where there is no such route. */
export function accessAsked(request: FastifyRequest): Access | null {
  return asked.get(request) ?? null;
}

/** Lets through whom the declaration of a route lets through. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(@Inject(Doorkeeper) private readonly doorkeeper: Doorkeeper) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const access = accessOf(context.getHandler());
    asked.set(request, access);
    assertOwnOrigin(request, this.doorkeeper.hasAccounts);
    if (access === 'open') return true;
    const account = await this.doorkeeper.recognise(request);
    if (account === null) throw new UnauthenticatedError();
    setAccount(request, account);
    setMayStay(request, () => this.doorkeeper.stillKnows(request));
    if (!mayDo(account.role, access)) throw new ForbiddenError();
    return true;
  }
}
