import type { EventsService } from '#features/events/events.service.ts';
import type { ExperimentsService } from '#features/experiments/experiments.service.ts';
import type { Manifest } from '#features/experiments/domain/manifest-schema.ts';
import type { StageIntake } from '#features/stages/stage-intake.ts';
import { standingOf } from '#features/stages/stage-standing.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Database, Rows } from '#platform/database/database.ts';
import { review, type Decision } from './domain/review.ts';
import type { Submission } from './domain/submission.ts';
import { submissionEntity } from './persistence/submission.entity.ts';
import { toSubmission } from './persistence/submission-mapper.ts';

export interface ReviewTools {
  readonly database: Database;
  readonly clock: Clock;
  readonly experiments: ExperimentsService;
  readonly intake: StageIntake;
  readonly events: EventsService;
}

const MS_PER_HOUR = 3_600_000;

/** Looks after the active submissions: pauses them at their limits, lets them go on after their canary, ends them. */
export class SubmissionReview {
  /** The rules of a revision never change. */
  private readonly rules = new Map<string, Pick<Manifest, 'limits' | 'onFailure'>>();

  constructor(private readonly tools: ReviewTools) {}

  isAnyActive(): Promise<boolean> {
    return this.tools.database.read((rows) => rows.existsBy(submissionEntity, { state: 'active' }));
  }

  /** Within the transaction in which they are looked at: none of them is paused or cancelled in between. */
  async active(rows: Rows): Promise<readonly Submission[]> {
    const order = { createdAt: 'ASC', id: 'ASC' } as const;
    return (await rows.find(submissionEntity, { where: { state: 'active' }, order })).map(toSubmission);
  }

  /** Within a transaction in which all that may run was released. @param before when the release had not begun */
  async look(rows: Rows, submission: Submission, before: Date): Promise<void> {
    const now = this.tools.clock.now();
    const { canary, failures, open } = await standingOf(rows, submission.id, before);
    const activeMs = now.getTime() - submission.activeSince.getTime();
    const rules = await this.rulesOf(rows, submission.revision);
    await this.decide(rows, submission, review({ rules, activeHours: activeMs / MS_PER_HOUR, canary, failures, open }));
  }

  private async decide(rows: Rows, { id }: Submission, decision: Decision): Promise<void> {
    const { intake, clock } = this.tools;
    const subject = { kind: 'submission', id } as const;
    switch (decision.kind) {
      case 'go on':
        return;
      case 'end the canary':
        await intake.endCanary(rows, id);
        return;
      case 'pause': {
        const { reason } = decision;
        await rows.update(submissionEntity, { id }, { state: 'paused', reason: JSON.stringify(reason) });
        await intake.setState(rows, id, 'closed');
        await this.tools.events.append(rows, [{ kind: 'paused', subject, payload: { ...reason } }]);
        return;
      }
      case 'finish':
        await rows.update(submissionEntity, { id }, { state: 'finished', endedAt: clock.now() });
        await intake.setState(rows, id, 'closed');
        await this.tools.events.append(rows, [{ kind: 'finished', subject, payload: {} }]);
    }
  }

  private async rulesOf(rows: Rows, revision: string): Promise<Pick<Manifest, 'limits' | 'onFailure'>> {
    const known = this.rules.get(revision);
    if (known !== undefined) return known;
    const { limits, onFailure } = (await this.tools.experiments.revisionIn(rows, revision)).manifest;
    this.rules.set(revision, { limits, onFailure });
    return { limits, onFailure };
  }
}
