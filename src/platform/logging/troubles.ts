import { isDomainError } from '#kernel/domain-error.ts';
import type { Log } from './log.ts';

/** After how long the same trouble is worth another line. */
const SILENCE_MS = 60_000;

interface Trouble {
  readonly loggedAt: number;
  /** How often it came again since. */
  readonly untold: number;
}

/**
 * What goes wrong again and again while a program goes on, such as a data base that is being restarted: each kind of it is
 * logged once, then once a minute, and once when it is over.
 */
export class Troubles {
  private readonly known = new Map<string, Map<string, Trouble>>();

  constructor(
    private readonly log: Log,
    private readonly monotonicMs: () => number,
  ) {}

  /** @param during what was tried, as the line begins */
  note(during: string, error: unknown): void {
    const { code, message } = describe(error);
    const kinds = this.known.get(during) ?? new Map<string, Trouble>();
    this.known.set(during, kinds);
    const now = this.monotonicMs();
    const before = kinds.get(code);
    if (before !== undefined && now - before.loggedAt < SILENCE_MS) {
      kinds.set(code, { ...before, untold: before.untold + 1 });
      return;
    }
    kinds.set(code, { loggedAt: now, untold: 0 });
    const again = before === undefined ? {} : { again: before.untold + 1 };
    this.log.warn({ code, ...again }, `${during}: ${message}`);
  }

  /** What was tried has worked. */
  over(during: string): void {
    if (this.known.delete(during)) this.log.info(`${during}: works again`);
  }
}

function describe(error: unknown): { readonly code: string; readonly message: string } {
  if (isDomainError(error)) return { code: error.code, message: error.message };
  const message = error instanceof Error ? error.message : String(error);
  return { code: message, message };
}
