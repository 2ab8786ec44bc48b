import type { TrialPlan } from '#features/experiments/domain/plan.ts';
import type { PlannedTrial } from '#features/experiments/domain/trials.ts';
import type { StageKey, StageStatus } from '#features/stages/domain/stage.ts';
import type { Database, Rows } from '#platform/database/database.ts';
import { inBatches, insertAll } from '#platform/database/in-batches.ts';
import {
  AmbiguousTrialError,
  TrialNotFoundError,
  trialId,
  trialStatus,
  type Trial,
  type TrialId,
} from './domain/trial.ts';
import { trialEntity, trialStageEntity, type TrialRow } from './persistence/trial.entity.ts';

/** The trials of revisions. Their state is derived from their stages. */
export class TrialsService {
  constructor(private readonly database: Database) {}

  /** Records the trials of a new revision, within the transaction that makes it. */
  async record(rows: Rows, revision: string, plans: readonly TrialPlan[]): Promise<void> {
    const trials = plans.map(({ trial }, position) => toTrialRow(revision, position, trial));
    const links = plans.flatMap(({ trial, stages }) => {
      const id = trialId(revision, trial);
      return stages.map(({ key }, position) => ({ trialId: id, stageKey: key, position }));
    });
    await insertAll(rows, trialEntity, trials);
    await insertAll(rows, trialStageEntity, links);
  }

  ofRevision(revision: string): Promise<readonly Trial[]> {
    return this.load('trial.revisionId = :revision', { revision });
  }

  /** Those of the newest revision first, in the order of its plan. */
  list(): Promise<readonly Trial[]> {
    return this.load('1 = 1', {});
  }

  /** @throws TrialNotFoundError, AmbiguousTrialError for the beginning of an id that none or several have. */
  async get(idPrefix: string): Promise<Trial> {
    const isId = /^[0-9a-f]{1,16}$/.test(idPrefix);
    const [first, second] = isId ? await this.load('trial.id LIKE :prefix', { prefix: `${idPrefix}%` }) : [];
    if (first === undefined) throw new TrialNotFoundError(idPrefix);
    if (second !== undefined) throw new AmbiguousTrialError(idPrefix);
    return first;
  }

  async byIds(ids: readonly TrialId[]): Promise<readonly Trial[]> {
    return ids.length === 0 ? [] : this.load('trial.id IN (:...ids)', { ids });
  }

  /** Those that have any of some stages, each once. */
  async idsWith(stages: readonly StageKey[]): Promise<readonly TrialId[]> {
    const found = await this.database.read((rows) =>
      inBatches(stages, (batch) =>
        rows
          .createQueryBuilder(trialStageEntity, 'link')
          .where('link.stageKey IN (:...batch)', { batch })
          .select('link.trialId', 'trial')
          .distinct(true)
          .getRawMany<{ trial: TrialId }>(),
      ),
    );
    return [...new Set(found.map(({ trial }) => trial))].sort();
  }

  /** How many trials have each of some stages, by key: among so many its cost is shared. */
  async countOf(stages: readonly StageKey[]): Promise<ReadonlyMap<StageKey, number>> {
    const found = await this.database.read((rows) =>
      inBatches(stages, (batch) =>
        rows
          .createQueryBuilder(trialStageEntity, 'link')
          .where('link.stageKey IN (:...batch)', { batch })
          .groupBy('link.stageKey')
          .select('link.stageKey', 'stage')
          .addSelect('COUNT(*)', 'count')
          .getRawMany<{ stage: StageKey; count: number | string }>(),
      ),
    );
    return new Map(found.map(({ stage, count }) => [stage, Number(count)]));
  }

  private load(
    where: string,
    parameters: Readonly<Record<string, string | readonly string[]>>,
  ): Promise<readonly Trial[]> {
    return this.database.read(async (rows) => {
      const trials = await rows
        .createQueryBuilder(trialEntity, 'trial')
        .innerJoin('revision', 'revision', 'revision.id = trial.revisionId')
        .where(where, parameters)
        .orderBy(NEWEST_FIRST)
        .getMany();
      const steps = await rows
        .createQueryBuilder(trialStageEntity, 'link')
        .innerJoin('trial', 'trial', 'trial.id = link.trialId')
        .innerJoin('stage', 'stage', 'stage.key = link.stageKey')
        .where(where, parameters)
        .select('link.trialId', 'trialId')
        .addSelect('link.stageKey', 'stage')
        .addSelect('stage.status', 'status')
        .orderBy('link.position', 'ASC')
        .getRawMany<TrialStep>();
      return assemble(trials, steps);
    });
  }
}

const NEWEST_FIRST = {
  'revision.createdAt': 'DESC',
  'revision.experiment': 'ASC',
  'trial.position': 'ASC',
  'trial.id': 'ASC',
} as const;

interface TrialStep {
  readonly trialId: string;
  readonly stage: StageKey;
  readonly status: StageStatus;
}

function assemble(trials: readonly TrialRow[], steps: readonly TrialStep[]): readonly Trial[] {
  const stepsByTrial = new Map<string, TrialStep[]>(trials.map(({ id }) => [id, []]));
  for (const step of steps) stepsByTrial.get(step.trialId)?.push(step);
  return trials.map((row) => {
    const own = stepsByTrial.get(row.id) ?? [];
    const status = trialStatus(own.map((step) => step.status));
    return { ...toTrial(row), stages: own.map(({ stage }) => stage), status };
  });
}

function toTrialRow(revision: string, position: number, trial: PlannedTrial): TrialRow {
  return {
    id: trialId(revision, trial),
    revisionId: revision,
    position,
    arm: trial.arm,
    dataset: trial.dataset,
    trainSeed: trial.seeds.train,
    profileSeed: trial.seeds.profile,
    settings: JSON.stringify(trial.settings),
    protocol: JSON.stringify(trial.protocol),
  };
}

function toTrial(row: TrialRow): Omit<Trial, 'stages' | 'status'> {
  return {
    id: row.id as TrialId,
    revision: row.revisionId,
    position: row.position,
    arm: row.arm,
    dataset: row.dataset,
    seeds: { train: row.trainSeed, profile: row.profileSeed },
    settings: JSON.parse(row.settings) as Trial['settings'],
    protocol: JSON.parse(row.protocol) as Trial['protocol'],
  };
}
