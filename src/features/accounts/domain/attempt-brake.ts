/** Mistakes that anybody may make before the first wait. */
const FREE = 5;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 300_000;
/** After so long without a mistake an address is forgotten. */
const FORGOTTEN_AFTER_MS = 900_000;
/** Addresses that are remembered: whoever has more of them than this is not slowed by any brake. */
const MOST = 10_000;

interface Mistakes {
  readonly count: number;
  readonly lastMs: number;
}

/** Slows whoever guesses: after some failed attempts each further one from that address waits twice as long. */
export class AttemptBrake {
  private readonly mistakes = new Map<string, Mistakes>();

  /** For how many milliseconds the next attempt of an address is refused; 0 for none. */
  waitMs(address: string, nowMs: number): number {
    const known = this.mistakes.get(address);
    if (known === undefined || known.count < FREE) return 0;
    const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (known.count - FREE));
    return Math.max(0, known.lastMs + wait - nowMs);
  }

  failed(address: string, nowMs: number): void {
    const known = this.mistakes.get(address);
    const isOld = known === undefined || nowMs - known.lastMs > FORGOTTEN_AFTER_MS;
    this.mistakes.delete(address);
    this.mistakes.set(address, { count: isOld ? 1 : known.count + 1, lastMs: nowMs });
    const [oldest] = this.mistakes.keys();
    if (this.mistakes.size > MOST && oldest !== undefined) this.mistakes.delete(oldest);
  }

  succeeded(address: string): void {
    this.mistakes.delete(address);
  }
}
