import type { WorkNews } from '#features/workers/execution.ts';
import { otherCodeIn } from '#features/workers/domain/other-code.ts';
import { StageTally } from '#features/stages/stage-tally.ts';
import { StageOwners } from '#features/trials/stage-owners.ts';
import { Troubles } from '#platform/logging/troubles.ts';
import type { ProgramEnd } from './program-message.ts';
import type { ProgramPlace } from './run-program.ts';
import { WorkLog } from './work-log.ts';
import { Workshop, type WorkListener } from './workshop.ts';

/** How often an idle worker looks whether what is ready is for other code. */
const CODE_LOOK_MS = 10_000;

/** The workshop of a program with its log, the same for one that serves and one that only works. */
export class Crew {
  readonly tally: StageTally;
  private readonly troubles: Troubles;
  private failed = 0;
  private lookedAt = -Infinity;

  constructor(private readonly place: ProgramPlace) {
    this.tally = new StageTally(place.application.database);
    this.troubles = new Troubles(place.log, () => performance.now());
  }

  /** Works until told to stop, or until `isOver` says so. */
  async work(isOver: () => Promise<boolean>, listeners: readonly WorkListener[] = []): Promise<ProgramEnd> {
    const { application, log, options, signal } = this.place;
    const workLog = new WorkLog(log, new StageOwners(application.database));
    const counting = { ...SILENT, onNews: (news: WorkNews) => this.count(news) };
    const workshop = new Workshop({
      ...application,
      troubles: this.troubles,
      listeners: [workLog, counting, ...listeners],
    });
    await this.mirrored(() => workshop.run({ slots: options.workers, signal, isOver }));
    await workLog.settled();
    return { isStopped: signal.aborted, failed: this.failed };
  }

  /** Never over; now and then says why it idles, where the reason is that all that is ready is for other code. */
  async idle(): Promise<boolean> {
    const now = performance.now();
    if (now - this.lookedAt < CODE_LOOK_MS) return false;
    this.lookedAt = now;
    const refusal = otherCodeIn(await this.tally.open(), this.place.application.identity.codeVersions);
    if (refusal === null) this.troubles.over(IDLING);
    else this.troubles.note(IDLING, refusal);
    return false;
  }

  /** What MLflow is not told before the end, whoever comes next tells. */
  private mirrored(work: () => Promise<void>): Promise<void> {
    const { application, signal } = this.place;
    if (application.tracking === null) return work();
    const onTrouble = (error: unknown): void => this.troubles.note(MIRRORING, error);
    const onOver = (): void => this.troubles.over(MIRRORING);
    const settleMs = (): number => (signal.aborted ? SETTLE_MS.stopped : SETTLE_MS.done);
    return application.tracking.mirror.beside(work, { onTrouble, onOver }, settleMs);
  }

  private count(news: WorkNews): void {
    if (news.kind === 'failed' && news.verdict.outcome === 'failed') this.failed += 1;
  }
}

/** How long the end waits for MLflow. */
const SETTLE_MS = { stopped: 2_000, done: 30_000 };
const IDLING = 'idling';
const MIRRORING = 'mirroring to MLflow';
const SILENT: WorkListener = { onNews: () => undefined, onTurn: () => undefined, onRecovered: () => undefined };
