import type { Clock } from '#kernel/clock.ts';

/** Characters that a log keeps: what a stage says beyond them is cut in the middle, since its first and last words tell most. */
const MOST = 1_000_000;
const HALF = MOST / 2;

/** What one execution of a stage said and did, line by line. */
export class ExecutionLog {
  private head = '';
  private tail = '';
  private cut = 0;

  constructor(private readonly clock: Clock) {}

  /** A text of several lines is kept as so many lines of one moment. */
  write(text: string): void {
    const at = this.clock.now().toISOString();
    for (const line of text.replace(/\n$/, '').split('\n')) this.keep(`${at} ${line}\n`);
  }

  text(): string {
    const gap = this.cut === 0 ? '' : `… ${this.cut} characters are left out here …\n`;
    return this.head + gap + this.tail;
  }

  private keep(line: string): void {
    if (this.tail === '' && this.head.length + line.length <= HALF) {
      this.head += line;
      return;
    }
    this.tail += line;
    if (this.tail.length <= MOST) return;
    // Twice the half, then cut to it: each line is copied a few times at most, not once for every line after it.
    this.cut += this.tail.length - HALF;
    this.tail = this.tail.slice(-HALF);
  }
}
