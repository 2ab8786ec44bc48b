import { Clock } from '#kernel/clock.ts';

/** Stands still until it is told to go on. */
export class SteppedClock extends Clock {
  private milliseconds = Date.UTC(2025, 0, 1);

  override now(): Date {
    return new Date(this.milliseconds);
  }

  pass(milliseconds: number): void {
    this.milliseconds += milliseconds;
  }
}
