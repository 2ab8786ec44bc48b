import type { StageKey } from '#features/stages/domain/stage.ts';
import type { Database } from '#platform/database/database.ts';
import { trialStageEntity } from './persistence/trial.entity.ts';

/** Whom a stage is for; `null` where that is nobody, or several. */
export interface StageOwner {
  readonly submission: string | null;
  readonly trial: string | null;
}

/** Finds out for whom a stage is run, for whoever tells of it. */
export class StageOwners {
  constructor(private readonly database: Database) {}

  /** Two rows tell whether there are several: a stage may be shared by thousands. */
  async of(stageKey: StageKey): Promise<StageOwner> {
    const { trials, submissions } = await this.database.read(async (rows) => ({
      trials: await rows.find(trialStageEntity, { select: { trialId: true }, where: { stageKey }, take: 2 }),
      submissions: await rows
        .createQueryBuilder()
        .select('wish.submissionId', 'id')
        .from('submission-stage', 'wish')
        .where('wish.stageKey = :stageKey', { stageKey })
        .limit(2)
        .getRawMany<{ readonly id: string }>(),
    }));
    const submission = submissions.length === 1 ? submissions[0]?.id : undefined;
    const trial = trials.length === 1 ? trials[0]?.trialId : undefined;
    return { submission: submission ?? null, trial: trial ?? null };
  }
}
