import type { EventsService } from '#features/events/events.service.ts';
import type { StageKey } from '#features/stages/domain/stage.ts';
import type { StageIntake } from '#features/stages/stage-intake.ts';
import type { Trial } from '#features/trials/domain/trial.ts';
import type { TrialsService } from '#features/trials/trials.service.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Database, Rows } from '#platform/database/database.ts';
import { assertCanBecome, NothingToDoError, type PauseReason, type Submission } from './domain/submission.ts';
import { submissionEntity, type SubmissionRow } from './persistence/submission.entity.ts';
import { toSubmission } from './persistence/submission-mapper.ts';

export interface ControlTools {
  readonly database: Database;
  readonly clock: Clock;
  readonly trials: TrialsService;
  readonly intake: StageIntake;
  readonly events: EventsService;
}

type ControlEvent = 'paused' | 'resumed' | 'cancelled' | 'retried';
type Wish = 'pause' | 'resume' | 'cancel' | 'retry';

const WISHES = { paused: 'pause', resumed: 'resume', cancelled: 'cancel', retried: 'retry' } as const satisfies Record<
  ControlEvent,
  Wish
>;

const ASKED: PauseReason = { code: 'ASKED', message: 'Paused as asked; `sprintlab resume` goes on.' };

/** What a person may wish of a submission, or of one trial of it. A wish that changes nothing is refused, and says why. */
export class SubmissionControl {
  constructor(private readonly tools: ControlTools) {}

  /** What runs goes on to its end; nothing new begins. @throws NothingToDoError */
  pause(id: string, reason: PauseReason = ASKED): Promise<void> {
    return this.changing(id, async (rows, submission) => {
      assertCanBecome(submission, 'paused', 'pause');
      await this.set(rows, id, { state: 'paused', reason: JSON.stringify(reason) });
      await this.tools.intake.setState(rows, id, 'closed');
      await this.tell(rows, 'paused', id, { ...reason });
    });
  }

  /** Also what was cancelled runs again. @throws NothingToDoError */
  resume(id: string): Promise<void> {
    return this.changing(id, async (rows, submission) => {
      assertCanBecome(submission, 'active', 'resume');
      await this.activate(rows, id);
      await this.tools.intake.revive(rows, await this.tools.intake.keysOf(rows, id));
      await this.tell(rows, 'resumed', id, {});
    });
  }

  /** What runs is stopped, what waits never runs; what is done stays, and what others want goes on. @throws NothingToDoError */
  cancel(id: string): Promise<void> {
    return this.changing(id, async (rows, submission) => {
      assertCanBecome(submission, 'cancelled', 'cancel');
      const keys = await this.tools.intake.keysOf(rows, id);
      const cancelled = await this.tools.intake.cancel(rows, id, keys);
      await this.set(rows, id, { state: 'cancelled', reason: null, endedAt: this.tools.clock.now() });
      await this.tools.intake.setState(rows, id, 'cancelled');
      await this.tell(rows, 'cancelled', id, { stages: cancelled.length });
    });
  }

  /** Has the trials run again that failed, and no others. @throws NothingToDoError where none did */
  retry(id: string): Promise<void> {
    return this.changing(id, async (rows, submission) => {
      const keys = await this.tools.intake.keysOf(rows, id);
      const failed = await this.tools.intake.failedOf(rows, keys);
      if (failed.length === 0) {
        const why = `has no failed trial (it is ${submission.state})`;
        throw new NothingToDoError('retry', `submission ${id.slice(0, 8)}`, why);
      }
      await this.activate(rows, id);
      await this.tools.intake.revive(rows, failed);
      await this.tell(rows, 'retried', id, { stages: failed.length });
    });
  }

  /** @throws NothingToDoError */
  pauseTrial(submission: string, trial: Trial): Promise<void> {
    assertUnfinished('pause', trial);
    return this.onTrial(submission, trial, 'paused', (rows, keys) =>
      this.tools.intake.hold(rows, submission, keys, 'paused'),
    );
  }

  async resumeTrial(submission: string, trial: Trial): Promise<void> {
    if (trial.status === 'succeeded') throw new NothingToDoError('resume', `trial ${trial.id}`, 'has succeeded');
    await this.onTrial(submission, trial, 'resumed', async (rows, keys) => {
      await this.tools.intake.hold(rows, submission, keys, null);
      await this.tools.intake.revive(rows, trial.stages);
    });
  }

  cancelTrial(submission: string, trial: Trial): Promise<void> {
    assertUnfinished('cancel', trial);
    return this.onTrial(submission, trial, 'cancelled', async (rows, keys) => {
      await this.tools.intake.cancel(rows, submission, keys);
    });
  }

  async retryTrial(submission: string, trial: Trial): Promise<void> {
    if (trial.status !== 'failed') throw new NothingToDoError('retry', `trial ${trial.id}`, `is ${trial.status}`);
    await this.changing(submission, async (rows, { state }) => {
      assertGoesOn('retry', trial, state);
      if (state === 'finished') await this.activate(rows, submission);
      await this.tools.intake.revive(rows, trial.stages);
      await this.tell(rows, 'retried', submission, { trial: trial.id });
    });
  }

  /** With the stages that only this trial of its submission has: the others are not its own to stop. */
  private async onTrial(
    submission: string,
    trial: Trial,
    event: ControlEvent,
    work: (rows: Rows, keys: readonly StageKey[]) => Promise<void>,
  ): Promise<void> {
    const others = (await this.tools.trials.ofRevision(trial.revision)).filter(({ id }) => id !== trial.id);
    const shared = new Set(others.flatMap(({ stages }) => stages));
    const keys = trial.stages.filter((key) => !shared.has(key));
    if (keys.length === 0) {
      const why = "has no stage that is not also another trial's";
      throw new NothingToDoError(WISHES[event], `trial ${trial.id}`, why);
    }
    await this.changing(submission, async (rows, { state }) => {
      assertGoesOn(WISHES[event], trial, state);
      if (event === 'resumed' && state === 'finished') await this.activate(rows, submission);
      await work(rows, keys);
      await this.tell(rows, event, submission, { trial: trial.id });
    });
  }

  private async activate(rows: Rows, id: string): Promise<void> {
    const activeSince = this.tools.clock.now();
    await this.set(rows, id, { state: 'active', reason: null, endedAt: null, activeSince });
    await this.tools.intake.setState(rows, id, 'open');
  }

  /** Others who wish at the same moment come before or after. */
  private changing(id: string, work: (rows: Rows, submission: Submission) => Promise<void>): Promise<void> {
    const { database } = this.tools;
    return database.transaction(async (rows) => {
      await database.holdOtherWriters(rows);
      await work(rows, toSubmission(await rows.findOneOrFail(submissionEntity, { where: { id } })));
    });
  }

  private async set(rows: Rows, id: string, facts: Partial<SubmissionRow>): Promise<void> {
    await rows.update(submissionEntity, { id }, facts);
  }

  private tell(rows: Rows, kind: ControlEvent, id: string, payload: Readonly<Record<string, string | number>>) {
    return this.tools.events.append(rows, [{ kind, subject: { kind: 'submission', id }, payload }]);
  }
}

/** To let one trial run of a submission that waits would let all of them run. */
function assertGoesOn(wish: Wish, { id }: Trial, state: Submission['state']): void {
  if (state === 'active' || state === 'finished') return;
  throw new NothingToDoError(wish, `trial ${id}`, `belongs to a submission that is ${state}; resume that first`);
}

function assertUnfinished(wish: 'pause' | 'cancel', { id, status }: Trial): void {
  if (status === 'queued' || status === 'running') return;
  throw new NothingToDoError(wish, `trial ${id}`, `is ${status}`);
}
