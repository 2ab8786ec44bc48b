import type { ArtifactsService } from '#features/artifacts/artifacts.service.ts';
import type { CallsService } from '#features/calls/calls.service.ts';
import type { DatasetsService } from '#features/datasets/datasets.service.ts';
import type { ExperimentsService } from '#features/experiments/experiments.service.ts';
import { parseExperimentReference } from '#features/experiments/domain/experiment.ts';
import type { StageKey } from '#features/stages/domain/stage.ts';
import type { StagesService } from '#features/stages/stages.service.ts';
import type { Trial } from '#features/trials/domain/trial.ts';
import type { TrialFiles } from '#features/trials/trial-files.ts';
import type { TrialsService } from '#features/trials/trials.service.ts';
import { DomainError } from '#kernel/domain-error.ts';
import { decodePool } from '#science/intents/intent-pool.ts';
import { differenceOf, nearDuplicates } from './domain/pool-likeness.ts';
import { POOL_ARTIFACT, POOL_KINDS, PoolNotFoundError, sizeOf, type PoolSnapshot } from './domain/pool-snapshot.ts';
import type { PoolAnswer, PoolDetailAnswer, PoolDifferenceAnswer, ProjectionAnswer } from './http/pools.schema.ts';
import type { PoolsService } from './pools.service.ts';

class ProjectionNotFoundError extends DomainError<'NO_PROJECTION'> {
  constructor(id: string) {
    super(
      'NO_PROJECTION',
      `Trial ${id} has drawn no projection: it has not ended, or its manifest does not say \`report: {projection: true}\`.`,
    );
  }
}

export interface PoolViewTools {
  readonly artifacts: ArtifactsService;
  readonly calls: CallsService;
  readonly datasets: DatasetsService;
  readonly experiments: ExperimentsService;
  readonly files: TrialFiles;
  readonly pools: PoolsService;
  readonly stages: StagesService;
  readonly trials: TrialsService;
}

/** The intent pools of trials, as a person looks at them. */
export class PoolViewsService {
  constructor(private readonly tools: PoolViewTools) {}

  /** The last pool of each trial that has one. @param experiment `NAME` or `NAME@REVISION` */
  async list(experiment: string | undefined): Promise<readonly PoolAnswer[]> {
    const found = await this.trialsOf(experiment);
    const pools = new Map<string, PoolSnapshot>();
    const makers = await this.poolStages(found.flatMap(({ trial }) => trial.stages));
    const lasts = [...new Set(found.flatMap(({ trial }) => lastOf(trial, makers)))];
    for await (const pool of this.tools.pools.ofStages(lasts)) pools.set(pool.stage, pool);
    const costs = await this.tools.calls.costOf([...makers]);
    const datasets = found.map(({ trial }) => trial.dataset);
    const generated = new Set(await this.tools.datasets.syntheticAmong([...new Set(datasets)]));
    return found.flatMap(({ trial, name, number }) => {
      const pool = pools.get(lastOf(trial, makers)[0] ?? '');
      if (pool === undefined) return [];
      const { id, arm, dataset } = trial;
      const asking = trial.stages.filter((stage) => makers.has(stage));
      const simulated = asking.some((stage) => (costs.get(stage)?.simulatedCalls ?? 0) > 0);
      const labels = { synthetic: generated.has(dataset), simulated };
      return [{ trial: id, experiment: name, revision: number, arm, dataset, ...labels, ...sizeOf(pool) }];
    });
  }

  /** @throws TrialNotFoundError, PoolNotFoundError */
  async detail(idPrefix: string): Promise<PoolDetailAnswer> {
    const trial = await this.tools.trials.get(idPrefix);
    const growth = await this.tools.pools.growthAlong(trial.stages);
    const last = growth.at(-1);
    if (last === undefined) throw new PoolNotFoundError(idPrefix);
    return {
      trial: trial.id,
      ...sizeOf(last),
      intents: last.pool.intents.map((intent) => ({ ...intent })),
      growth: growth.map(sizeOf),
      nearDuplicates: [...(await nearDuplicates(last.pool))],
    };
  }

  /** @throws TrialNotFoundError, ProjectionNotFoundError */
  async projection(idPrefix: string): Promise<ProjectionAnswer> {
    const trial = await this.tools.trials.get(idPrefix);
    const bytes = await this.tools.files.find(trial, 'projection', 'projection.json');
    if (bytes === null) throw new ProjectionNotFoundError(trial.id);
    return JSON.parse(new TextDecoder().decode(bytes)) as ProjectionAnswer;
  }

  /** @throws TrialNotFoundError, PoolNotFoundError */
  async difference(idPrefix: string, otherPrefix: string): Promise<PoolDifferenceAnswer> {
    const [trial, other] = [await this.tools.trials.get(idPrefix), await this.tools.trials.get(otherPrefix)];
    const [pool, otherPool] = [await this.poolOf(trial), await this.poolOf(other)];
    const { only, onlyOther, both } = await differenceOf(pool, otherPool);
    return {
      trial: trial.id,
      with: other.id,
      only: only.map((intent) => ({ ...intent })),
      onlyOther: onlyOther.map((intent) => ({ ...intent })),
      both: both.map((pair) => ({ ...pair })),
    };
  }

  private async poolOf(trial: Trial) {
    const last = lastOf(trial, await this.poolStages(trial.stages))[0];
    const made = last === undefined ? [] : await this.tools.artifacts.of('stage', [last]);
    const artifact = made.find(({ name }) => name === POOL_ARTIFACT);
    if (artifact === undefined) throw new PoolNotFoundError(trial.id);
    return decodePool(await this.tools.artifacts.read(artifact.hash));
  }

  private async trialsOf(reference: string | undefined) {
    const { name: asked } = reference === undefined ? { name: undefined } : parseExperimentReference(reference);
    const names = asked === undefined ? (await this.tools.experiments.list()).map(({ name }) => name) : [asked];
    const found = [];
    for (const name of names) {
      const isExact = reference !== undefined && reference !== name;
      const revisions = isExact
        ? (await this.tools.experiments.findRevisions(reference)).slice(0, 1)
        : await this.tools.experiments.revisionsOf(name);
      for (const { id, number } of revisions)
        for (const trial of await this.tools.trials.ofRevision(id)) found.push({ trial, name, number });
    }
    return found;
  }

  /** Of some stages those that have made a pool. */
  private async poolStages(keys: Trial['stages']): Promise<ReadonlySet<StageKey>> {
    const stages = await this.tools.stages.findByKeys([...new Set(keys)]);
    const makers = [...stages.values()].filter(
      ({ kind, status }) => status === 'succeeded' && POOL_KINDS.some((one) => one === kind),
    );
    return new Set(makers.map(({ key }) => key));
  }
}

/** One key, or none. */
function lastOf({ stages }: Trial, makers: ReadonlySet<string>): Trial['stages'] {
  return stages.filter((key) => makers.has(key)).slice(-1);
}
