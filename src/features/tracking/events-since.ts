import type { EventsService } from '#features/events/events.service.ts';
import { DirtyRuns, type DirtyRunsTools } from './dirty-runs.ts';
import { subjectWord, type Subject } from './domain/run.ts';
import type { RunSource } from './run-source.ts';

export interface EventsSinceTools extends DirtyRunsTools {
  readonly events: EventsService;
}

/** Events that are looked at together. */
const PAGE = 1_000;

/** Tells which runs the events after some number are about, while more of them come. */
export class EventsSince {
  private since = 0;
  private latest = 0;
  private readonly touched = new Set<string>();

  constructor(
    private readonly tools: EventsSinceTools,
    private readonly source: RunSource,
  ) {}

  /** Whether something has happened to a run since an event. What is known of what has changed is forgotten. */
  async touch(subject: Subject, number: number): Promise<boolean> {
    if (number !== this.since) {
      this.touched.clear();
      [this.since, this.latest] = [number, number];
    }
    await this.readOn();
    return this.touched.has(subjectWord(subject));
  }

  private async readOn(): Promise<void> {
    for (;;) {
      const events = await this.tools.events.after(this.latest, PAGE);
      if (events.length === 0) return;
      this.source.hear(events);
      const dirty = await new DirtyRuns(this.tools, this.source.index).of(events);
      for (const { subject } of dirty) this.touched.add(subjectWord(subject));
      this.latest = events.at(-1)?.number ?? this.latest;
    }
  }
}
