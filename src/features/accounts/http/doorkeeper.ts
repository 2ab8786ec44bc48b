import type {} from '@fastify/cookie';
import type { FastifyRequest } from 'fastify';
import type { AccountsService } from '../accounts.service.ts';
import {
  ForeignOriginError,
  NO_ACCOUNTS,
  TooManyAttemptsError,
  UnauthenticatedError,
  type Account,
} from '../domain/account.ts';
import type { AttemptBrake } from '../domain/attempt-brake.ts';

export const COOKIE = 'sprintlab';
const BEARER = /^Bearer\s+(\S{1,200})$/i;

export interface DoorkeeperTools {
  readonly accounts: AccountsService;
  readonly brake: AttemptBrake;
  /** Without, whoever reaches the server may do everything. */
  readonly hasAccounts: boolean;
  readonly monotonicMs: () => number;
}

/** Finds out who asks. */
export class Doorkeeper {
  constructor(private readonly tools: DoorkeeperTools) {}

  get hasAccounts(): boolean {
    return this.tools.hasAccounts;
  }

  /** `null` for somebody without a token and a login. @throws UnauthenticatedError, TooManyAttemptsError for a token that is none */
  async recognise(request: FastifyRequest): Promise<Account | null> {
    if (!this.tools.hasAccounts) return NO_ACCOUNTS;
    const { authorization } = request.headers;
    if (authorization !== undefined) return this.byToken(BEARER.exec(authorization)?.[1] ?? '', request.ip);
    const cookie = request.cookies[COOKIE];
    return cookie === undefined ? null : this.tools.accounts.byCookie(cookie);
  }

  /** Whether who was let in would be let in again. */
  async stillKnows(request: FastifyRequest): Promise<boolean> {
    try {
      return (await this.recognise(request)) !== null;
    } catch (error) {
      if (error instanceof UnauthenticatedError || error instanceof TooManyAttemptsError) return false;
      throw error;
    }
  }

  /** @throws UnauthenticatedError, TooManyAttemptsError */
  async byToken(secret: string, address: string): Promise<Account> {
    return this.tried(address, () => this.tools.accounts.byToken(secret));
  }

  /** @throws UnauthenticatedError, TooManyAttemptsError */
  async login(secret: string, address: string): Promise<{ readonly account: Account; readonly cookie: string }> {
    return this.tried(address, () => this.tools.accounts.login(secret));
  }

  async logout(request: FastifyRequest): Promise<void> {
    const cookie = request.cookies[COOKIE];
    if (cookie !== undefined) await this.tools.accounts.logout(cookie);
  }

  private async tried<Found>(address: string, attempt: () => Promise<Found | null>): Promise<Found> {
    const { brake, monotonicMs } = this.tools;
    const wait = brake.waitMs(address, monotonicMs());
    if (wait > 0) throw new TooManyAttemptsError(Math.ceil(wait / 1000));
    const found = await attempt();
    if (found === null) {
      brake.failed(address, monotonicMs());
      throw new UnauthenticatedError();
    }
    brake.succeeded(address);
    return found;
  }
}

/**
 * A browser sends a cookie, or reaches 127.0.0.1, also for a page of another site: whatever writes must come from a page of this
 * server. Programs send no origin.
 * @throws ForeignOriginError
 */
export function assertOwnOrigin(request: FastifyRequest, hasAccounts: boolean): void {
  if (READS.includes(request.method)) return;
  const { origin, 'sec-fetch-site': site = 'none' } = request.headers;
  const isForeign = origin !== undefined && hostOf(origin) !== request.host;
  if (isForeign || FOREIGN_SITES.includes(site) || (hasAccounts && isUnmarked(request))) throw new ForeignOriginError();
}

const READS: readonly string[] = ['GET', 'HEAD', 'OPTIONS'];
const FOREIGN_SITES: readonly string[] = ['cross-site', 'same-site'];

/** A form of another site cannot set a header, and a script of another site may not. */
function isUnmarked({ headers, cookies }: FastifyRequest): boolean {
  const isByCookie = headers.authorization === undefined && cookies[COOKIE] !== undefined;
  return isByCookie && headers['x-sprintlab'] === undefined;
}

function hostOf(origin: string): string {
  return URL.canParse(origin) ? new URL(origin).host : '';
}
