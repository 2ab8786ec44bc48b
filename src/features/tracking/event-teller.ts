import type { RecordedEvent } from '#features/events/domain/event.ts';
import type { EventsService } from '#features/events/events.service.ts';
import { DirtyRuns, type DirtyRun, type DirtyRunsTools } from './dirty-runs.ts';
import type { MirrorLedger } from './mirror-ledger.ts';
import { askedOf, type AskedStages } from './profiling-index.ts';
import type { RunSource } from './run-source.ts';
import type { RunWriter, Telling } from './run-writer.ts';

export interface EventTellerTools extends DirtyRunsTools {
  readonly events: EventsService;
  readonly ledger: MirrorLedger;
}

/** Runs that are told at a time. */
const AT_ONCE = 4;
/** A run names those before it. */
const ORDER = ['submission', 'profiling', 'trial'] as const;

/** Tells a server of the runs that some events are about. */
export class EventTeller {
  constructor(
    private readonly tools: EventTellerTools,
    private readonly source: RunSource,
    private readonly writer: RunWriter,
  ) {}

  /** @throws MlflowUnavailableError and whatever else is wrong with the whole server */
  async tell(events: readonly RecordedEvent[], telling: Telling): Promise<void> {
    this.source.hear(events);
    const dirty = await new DirtyRuns(this.tools, this.source.index).of(events);
    for (const kind of ORDER) {
      const some = dirty.filter(({ subject }) => subject.kind === kind);
      await eachOf(some, (one) => this.tellOne(one, telling));
    }
    if (events.some(isOfDeletion)) await this.endForgotten();
  }

  private async tellOne({ subject, asked }: DirtyRun, telling: Telling): Promise<void> {
    const run = await this.source.project(subject);
    if (run === null) return;
    const isNew = subject.kind === 'profiling' && (await this.tools.ledger.find(subject)) === null;
    await this.writer.tell(run, telling, isNew ? await this.askedSoFar({ subject, asked }, telling) : asked);
  }

  /** A profiling that is new there may have members that ended long ago, as of another. Those to come are told in their turn. */
  private async askedSoFar({ subject, asked }: DirtyRun, { through }: Telling): Promise<AskedStages> {
    const { members, stages } = await askedOf(subject, this.source.index);
    const keys = stages.map(({ key }) => key);
    const { events } = this.tools;
    const ends = [
      ...(await events.about('stage', keys, 'succeeded')),
      ...(await events.about('stage', keys, 'failed')),
    ];
    const ended = new Set(ends.filter(({ number }) => number <= through).map(({ subject: { id } }) => id));
    for (const { key } of asked.stages) ended.add(key);
    return { members, stages: stages.filter(({ key }) => ended.has(key)) };
  }

  /** What our rows do not know any more goes on nowhere. */
  private async endForgotten(): Promise<void> {
    for (const mirrored of await this.tools.ledger.open()) {
      if ((await this.source.project(mirrored.subject)) === null) await this.writer.end(mirrored);
    }
  }
}

function isOfDeletion({ kind, subject }: RecordedEvent): boolean {
  return kind === 'deleted' && subject.kind === 'experiment';
}

/** A few at a time; the first failure is thrown when all that had begun have ended. */
async function eachOf<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const left = items[Symbol.iterator]();
  const failures: unknown[] = [];
  const lane = async (): Promise<void> => {
    for (let next = left.next(); next.done !== true && failures.length === 0; next = left.next()) {
      await work(next.value).catch((error: unknown) => failures.push(error));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  if (failures.length > 0) throw failures[0];
}
