import { DomainError } from '#kernel/domain-error.ts';
import { nearestWord } from '#kernel/nearest-word.ts';
import { inBatches } from '#platform/database/in-batches.ts';
import { joined, sql } from '#platform/database/sql.ts';
import type { BoardsService, BoardTools } from './boards.service.ts';
import type { Outline } from './domain/outline.ts';
import { stageGraph, type StageLink } from './domain/stage-graph.ts';
import type { CurvesAnswer, ExperimentDetailAnswer, StageGraphAnswer } from './http/experiments.schema.ts';
import type { TrialsService } from '#features/trials/trials.service.ts';

export class ArmNotFoundError extends DomainError<'ARM_NOT_FOUND'> {
  constructor(name: string, known: readonly string[]) {
    const suggestion = nearestWord(name, known);
    const hint = suggestion === null ? '' : ` Did you mean ${suggestion}?`;
    super('ARM_NOT_FOUND', `The experiment has no arm ${JSON.stringify(name)}.${hint}`);
  }
}

export interface CurvesRequest {
  readonly arms: readonly string[];
  readonly metric: string | undefined;
  readonly split: CurvesAnswer['split'];
}

/** What else can be looked at of an experiment. */
export class ExperimentViewsService {
  constructor(
    private readonly tools: BoardTools & { readonly trials: TrialsService },
    private readonly boards: BoardsService,
  ) {}

  /** @throws ExperimentNotFoundError, RevisionNotFoundError */
  async detail(name: string, number: number | undefined): Promise<ExperimentDetailAnswer> {
    const [shown] = await this.tools.experiments.findRevisions(number === undefined ? name : `${name}@${number}`);
    const revisions = await this.tools.experiments.revisionsOf(name);
    const experiment = (await this.tools.experiments.list()).find((one) => one.name === name);
    const lines = await Promise.all(
      revisions.map(async ({ id, number: revision, manifest, createdAt }) => {
        const trials = await this.tools.trials.ofRevision(id);
        const succeeded = trials.filter(({ status }) => status === 'succeeded').length;
        const { question } = manifest;
        return { revision, id, question, trials: trials.length, succeeded, createdAt: createdAt.toISOString() };
      }),
    );
    return {
      name,
      createdAt: (experiment?.createdAt ?? shown.createdAt).toISOString(),
      revisions: lines,
      revision: shown.number,
      source: shown.source,
      manifest: JSON.parse(JSON.stringify(shown.manifest)) as ExperimentDetailAnswer['manifest'],
    };
  }

  /** @throws ExperimentNotFoundError, RevisionNotFoundError, ArmNotFoundError */
  async stageGraph(reference: string, arm: string | undefined): Promise<StageGraphAnswer> {
    const outline = await this.outlineOf(reference);
    if (arm !== undefined) assertArm(outline, arm);
    const facts = await this.boards.facts.of(outline);
    const keys = outline.stages.map(({ key }) => key);
    const links = await inBatches(keys, (batch) =>
      this.tools.database.select<StageLink>(
        sql`SELECT source_key AS "from", stage_key AS "to" FROM stage_inputs WHERE stage_key IN (${joined(batch, ', ')})`,
      ),
    );
    const { experiment, number } = outline.revision;
    return { experiment, revision: number, ...stageGraph(outline, facts, links, arm ?? null) };
  }

  /** @throws ExperimentNotFoundError, RevisionNotFoundError, ArmNotFoundError */
  async curves(reference: string, { arms, metric, split }: CurvesRequest): Promise<CurvesAnswer> {
    const outline = await this.outlineOf(reference);
    for (const arm of arms) assertArm(outline, arm);
    const trials = outline.trials.filter(({ arm }) => arms.includes(arm));
    const keys = [...new Set(trials.flatMap(({ steps }) => steps.map((step) => outline.stages[step]?.key ?? '')))];
    const available = await this.curvesOf(keys);
    const shown = metric ?? available.find((one) => one.split === split)?.name ?? '';
    const points = await this.pointsOf(keys, shown, split);
    const { experiment, number } = outline.revision;
    return {
      experiment,
      revision: number,
      metric: shown,
      split,
      available: [...available],
      series: trials.flatMap(({ id, arm, dataset, steps }) =>
        steps.flatMap((step) => {
          const stage = outline.stages[step];
          const own = points.get(stage?.key ?? '');
          return stage === undefined || own === undefined
            ? []
            : [{ arm, dataset, trial: id, stage: stage.kind, points: own }];
        }),
      ),
    };
  }

  private async outlineOf(reference: string): Promise<Outline> {
    const [revision] = await this.tools.experiments.findRevisions(reference);
    return this.boards.outlines.of(revision);
  }

  private async curvesOf(keys: readonly string[]): Promise<CurvesAnswer['available']> {
    const found = await inBatches(keys, (batch) =>
      this.tools.database.select<CurvesAnswer['available'][number]>(
        sql`SELECT DISTINCT name, split FROM metrics WHERE step > 0 AND stage_key IN (${joined(batch, ', ')}) ORDER BY split, name`,
      ),
    );
    return [...found];
  }

  private async pointsOf(keys: readonly string[], metric: string, split: string) {
    const found = await inBatches(keys, (batch) =>
      this.tools.database.select<{ readonly stage: string; readonly step: number; readonly value: number }>(
        sql`SELECT stage_key AS stage, step, value FROM metrics WHERE stage_key IN (${joined(batch, ', ')})
          AND name = ${metric} AND split = ${split} AND step > 0 ORDER BY stage_key, step`,
      ),
    );
    const points = new Map<string, [number, number][]>();
    for (const { stage, step, value } of found) {
      const own = points.get(stage) ?? [];
      points.set(stage, own);
      own.push([step, value]);
    }
    return points;
  }
}

/** @throws ArmNotFoundError */
function assertArm({ arms }: Outline, name: string): void {
  const known = [...new Set(arms.map((arm) => arm.name))];
  if (!known.includes(name)) throw new ArmNotFoundError(name.slice(0, 300), known);
}
