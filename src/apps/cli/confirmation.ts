import { DomainError } from '#kernel/domain-error.ts';
import type { Terminal } from './terminal.ts';

class NotConfirmedError extends DomainError<'NOT_CONFIRMED'> {
  constructor(question: string) {
    super('NOT_CONFIRMED', `${question} Nobody said yes, so nothing was changed; --yes answers for you.`);
  }
}

/** Asks before a loss, unless `--yes` was given. @throws NotConfirmedError for a no, and where nobody is at a terminal. */
export async function assertConfirmed(terminal: Terminal, question: string, yes: boolean | undefined): Promise<void> {
  if (yes !== true && !(await terminal.confirm(question))) throw new NotConfirmedError(question);
}
