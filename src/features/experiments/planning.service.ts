import { stringify } from 'yaml';
import type { Dataset } from '#features/datasets/domain/dataset.ts';
import type { DatasetsService } from '#features/datasets/datasets.service.ts';
import { workOf, type StageKey } from '#features/stages/domain/stage.ts';
import type { StagesService } from '#features/stages/stages.service.ts';
import { DomainError, type Place } from '#kernel/domain-error.ts';
import { expandArms, type Arm } from './domain/arms.ts';
import type { Manifest } from './domain/manifest-schema.ts';
import { parseManifest } from './domain/parse-manifest.ts';
import { summarisePlan, type PlanSummary } from './domain/plan-summary.ts';
import type { PlannedExperiment } from './domain/plan.ts';
import { distinctStages, stagesOf, type CodeVersions } from './domain/stage-graph.ts';
import { planTrials } from './domain/trials.ts';
import type { ManifestFiles } from './manifest-files.ts';

export class LimitExceededError extends DomainError<'LIMIT_EXCEEDED'> {
  constructor(limit: string, allowed: number, asked: number) {
    super(
      'LIMIT_EXCEEDED',
      `The manifest asks for ${asked} ${limit}, and its own limits.${limit} is ${allowed}. Raise the limit or ask for less.`,
    );
  }
}

export interface CheckedManifest {
  readonly manifest: Manifest;
  readonly source: string;
  readonly warnings: readonly Place[];
  readonly arms: readonly Arm[];
}

export interface ManifestPlan extends PlannedExperiment {
  readonly warnings: readonly Place[];
  readonly arms: readonly Arm[];
}

/** From a manifest file to everything that it asks for. Records nothing. */
export class PlanningService {
  constructor(
    private readonly datasets: DatasetsService,
    private readonly stages: StagesService,
    private readonly files: ManifestFiles,
    private readonly codeVersions: CodeVersions,
  ) {}

  /** @throws ManifestError with every mistake; UnreadableManifestError */
  async plan(file: string): Promise<ManifestPlan> {
    const registered = new Map((await this.datasets.list()).map((dataset) => [dataset.name, dataset]));
    const { manifest, source, warnings, arms } = this.check(file, registered);
    const trials = planTrials(manifest, arms, registered).map((trial) => ({
      trial,
      stages: stagesOf(trial, datasetOf(registered, trial.dataset), this.codeVersions),
    }));
    return { manifest, source, warnings, arms, trials };
  }

  /** The plan and the bill. @param slots how many processes would work on it at once. */
  async summarise(plan: ManifestPlan, slots: number): Promise<PlanSummary> {
    const distinct = distinctStages(plan.trials.map(({ stages }) => stages));
    const known = await this.stages.findByKeys(distinct.map(({ key }) => key));
    const done = new Set<StageKey>(
      [...known.values()].filter(({ status }) => status === 'succeeded').map(({ key }) => key),
    );
    const seconds = await this.stages.meanSeconds();
    return summarisePlan(plan.manifest.name, plan, {
      done,
      slots,
      seconds: (stage) => seconds.get(workOf(stage)) ?? null,
    });
  }

  private check(file: string, registered: ReadonlyMap<string, Dataset>): CheckedManifest {
    const main = this.files.read(file);
    const { manifest, written, warnings } = parseManifest(main, {
      datasets: registered,
      readBase: (from, path) => this.files.readBase(from, path),
    });
    // With its bases merged into it a manifest can be run again by itself; without any it is kept as its author wrote it.
    const source = /^extends:/m.test(main.text) ? stringify(written) : main.text;
    return { manifest, warnings, source, arms: expandArms(manifest) };
  }
}

/** @throws LimitExceededError when a plan asks for more than its own manifest allows. */
export function assertWithinLimits(plan: ManifestPlan): void {
  const { limits } = plan.manifest;
  if (limits.trials !== undefined && plan.trials.length > limits.trials) {
    throw new LimitExceededError('trials', limits.trials, plan.trials.length);
  }
}

function datasetOf(registered: ReadonlyMap<string, Dataset>, name: string): Dataset {
  const dataset = registered.get(name);
  if (dataset === undefined) throw new Error(`Data set ${name} was checked and is gone.`);
  return dataset;
}
