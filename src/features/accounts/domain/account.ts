import { DomainError } from '#kernel/domain-error.ts';

/** From the least to the most: each may what those before it may. */
export const ROLES = ['viewer', 'researcher', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Whoever asks, as far as the server knows. */
export interface Account {
  /** Of the token; `null` where there are no accounts. */
  readonly name: string | null;
  readonly role: Role;
  readonly expiresAt: Date | null;
}

/** On 127.0.0.1 without accounts whoever reaches the server may do everything. */
export const NO_ACCOUNTS: Account = { name: null, role: 'admin', expiresAt: null };

export function mayDo(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}

/** A token without its secret. */
export interface AccessToken {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly usedAt: Date | null;
  readonly revokedAt: Date | null;
}

/** The same words whatever is wrong: whoever guesses learns nothing. */
export class UnauthenticatedError extends DomainError<'UNAUTHENTICATED'> {
  constructor() {
    super('UNAUTHENTICATED', 'Log in first, or send a valid token as `Authorization: Bearer …`.');
  }
}

export class ForbiddenError extends DomainError<'FORBIDDEN'> {
  constructor() {
    super('FORBIDDEN', 'Your role does not allow this.');
  }
}

/** A write that another site's page has the browser send. */
export class ForeignOriginError extends DomainError<'FOREIGN_ORIGIN'> {
  constructor() {
    super(
      'FOREIGN_ORIGIN',
      'This request does not come from a page of this server. A write with a login needs the header `X-Sprintlab: 1`.',
    );
  }
}

export class TooManyAttemptsError extends DomainError<'TOO_MANY_ATTEMPTS'> {
  constructor(readonly waitSeconds: number) {
    super('TOO_MANY_ATTEMPTS', `Too many attempts from this address. Wait ${waitSeconds} seconds.`);
  }
}

/** What a token may be called, and how long it may live. */
export const TOKEN_LIMITS = { nameLength: 100, days: 3650 } as const;

export class InvalidTokenError extends DomainError<'INVALID_TOKEN'> {
  constructor(problem: string) {
    super('INVALID_TOKEN', problem);
  }
}

/** @throws InvalidTokenError */
export function assertValidToken({ name, days }: { readonly name: string; readonly days: number }): void {
  const { nameLength, days: most } = TOKEN_LIMITS;
  if (name.trim() === '' || name.length > nameLength)
    throw new InvalidTokenError(`The name of a token has 1 to ${nameLength} characters.`);
  if (!Number.isInteger(days) || days < 1 || days > most)
    throw new InvalidTokenError(`A token is valid for 1 to ${most} days, not ${days}.`);
}

export class TokenNotFoundError extends DomainError<'TOKEN_NOT_FOUND'> {
  constructor(id: string) {
    super('TOKEN_NOT_FOUND', `No token ${JSON.stringify(id)}. \`sprintlab tokens list\` shows them.`);
  }
}

export class AmbiguousTokenError extends DomainError<'AMBIGUOUS_TOKEN'> {
  constructor(id: string) {
    super('AMBIGUOUS_TOKEN', `${id} begins the ids of several tokens; give more of its digits.`);
  }
}
