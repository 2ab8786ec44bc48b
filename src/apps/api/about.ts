/** What the process knows of itself. */
export class About {
  private readonly startedAt: number;

  constructor(
    readonly version: string,
    private readonly monotonicMs: () => number,
  ) {
    this.startedAt = monotonicMs();
  }

  get uptimeSeconds(): number {
    return Math.round(this.monotonicMs() - this.startedAt) / 1000;
  }
}
