import { hostname } from 'node:os';
import { stringify } from 'yaml';
import type { MeanTokens } from '#features/calls/domain/call-cost.ts';
import type { Dataset } from '#features/datasets/domain/dataset.ts';
import type { DatasetsService } from '#features/datasets/datasets.service.ts';
import { dataOfStages, expectedSeconds } from '#features/stages/domain/stage-seconds.ts';
import type { PlannedStage, StageKey } from '#features/stages/domain/stage.ts';
import type { StagesService } from '#features/stages/stages.service.ts';
import { DomainError, type Place } from '#kernel/domain-error.ts';
import { expandArms, type Arm } from './domain/arms.ts';
import type { Source } from './domain/document-reader.ts';
import type { Manifest } from './domain/manifest-schema.ts';
import { parseManifest } from './domain/parse-manifest.ts';
import { summarisePlan, type PlanSummary } from './domain/plan-summary.ts';
import type { PlannedExperiment } from './domain/plan.ts';
import type { CodeVersions, LlmModel } from './domain/planned-stages.ts';
import { METHODS } from './domain/methods.ts';
import { distinctStages, sessionsParameters, sessionsStage, stagesOf } from './domain/stage-graph.ts';
import { hasBases } from './domain/self-contained.ts';
import { planTrials, seedList, type PlannedTrial } from './domain/trials.ts';
import type { ManifestFiles } from './manifest-files.ts';
import type { SessionCount } from './session-count.ts';

export class LimitExceededError extends DomainError<'LIMIT_EXCEEDED'> {
  /** @param asked the amount in words: of trials it is known, of calls the most that there can be. */
  constructor(limit: string, allowed: number, asked: string) {
    super(
      'LIMIT_EXCEEDED',
      `The manifest asks for ${asked} ${limit}, and its own limits.${limit} is ${allowed}. Raise the limit, ask for less, or go above it with --approve.`,
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

export interface PlanningTools {
  readonly datasets: DatasetsService;
  readonly stages: StagesService;
  readonly sessionCount: SessionCount;
  readonly files: Pick<ManifestFiles, 'read' | 'readBase'>;
  readonly codeVersions: CodeVersions;
  /** The models behind the names that manifests use. */
  readonly llms: Readonly<Record<string, LlmModel>>;
}

/** From a manifest file to everything that it asks for. Records nothing. */
export class PlanningService {
  constructor(private readonly tools: PlanningTools) {}

  /**
   * Of a file, or of a text that is kept, whose bases are merged into it.
   * @throws ManifestError with every mistake; UnreadableManifestError
   */
  async plan(written: string | Source): Promise<ManifestPlan> {
    const registered = new Map((await this.tools.datasets.list()).map((dataset) => [dataset.name, dataset]));
    const { manifest, source, warnings, arms } = this.check(written, registered);
    const planned = planTrials(manifest, arms, registered);
    const eligible = await this.eligibleSessions(planned, registered);
    const { codeVersions, llms } = this.tools;
    const trials = planned.map((trial) => ({
      trial,
      stages: stagesOf(trial, {
        files: datasetOf(registered, trial.dataset).files,
        codeVersions,
        scheduleSeed: seedList(manifest.seeds.profile)[0] ?? 1,
        eligibleSessions: eligible.get(trial.dataset) ?? 0,
        llm: (name) => modelOf(llms, name),
        hasProjection: manifest.report.projection,
      }),
    }));
    return { manifest, source, warnings, arms, trials };
  }

  /**
   * The plan and the bill.
   * @param slots how many processes would work on it at once.
   * @param tokens of a call on average, by model, where calls are kept here; without, their length is guessed.
   */
  async summarise(
    plan: ManifestPlan,
    slots: number,
    tokens: ReadonlyMap<string, MeanTokens> = new Map(),
  ): Promise<PlanSummary> {
    const distinct = distinctStages(plan.trials.map(({ stages }) => stages));
    const known = await this.tools.stages.findByKeys(distinct.map(({ key }) => key));
    const done = new Set<StageKey>(
      [...known.values()].filter(({ status }) => status === 'succeeded').map(({ key }) => key),
    );
    const mean = await this.tools.stages.meanSeconds(hostname());
    const data = dataOfStages(distinct);
    const seconds = (stage: PlannedStage) => expectedSeconds(mean, stage, data.get(stage.key) ?? null);
    return summarisePlan(plan.manifest.name, plan, { done, slots, tokens, seconds });
  }

  /** By data set: under one manifest every trial on it has the same sessions. Counted only where a method profiles. */
  private async eligibleSessions(
    trials: readonly PlannedTrial[],
    registered: ReadonlyMap<string, Dataset>,
  ): Promise<ReadonlyMap<string, number>> {
    const counts = new Map<string, number>();
    for (const trial of trials) {
      if (METHODS[trial.settings.method].profileSeed !== 'each' || counts.has(trial.dataset)) continue;
      const dataset = datasetOf(registered, trial.dataset);
      const { key } = sessionsStage(trial.protocol, dataset.files, this.tools.codeVersions);
      const parameters = sessionsParameters(trial.protocol);
      counts.set(trial.dataset, await this.tools.sessionCount.eligibleIn({ key, dataset, parameters }));
    }
    return counts;
  }

  private check(file: string | Source, registered: ReadonlyMap<string, Dataset>): CheckedManifest {
    const main = typeof file === 'string' ? this.tools.files.read(file) : file;
    const { manifest, written, warnings } = parseManifest(main, {
      datasets: registered,
      llms: Object.keys(this.tools.llms),
      readBase: (from, path) => this.tools.files.readBase(from, path),
    });
    // With its bases merged into it a manifest can be run again by itself; without any it is kept as its author wrote it.
    const source = hasBases(main) ? stringify(written) : main.text;
    return { manifest, warnings, source, arms: expandArms(manifest) };
  }
}

/** @throws LimitExceededError when a plan asks for more than its own manifest allows. */
export function assertWithinLimits({ manifest: { limits }, trials }: ManifestPlan, { llm }: PlanSummary): void {
  const asked = [
    ['trials', limits.trials, trials.length, ''],
    ['llmCalls', limits.llmCalls, llm.calls, 'up to '],
    ['usd', limits.usd, llm.usd, 'up to '],
  ] as const;
  for (const [limit, allowed, amount, prefix] of asked) {
    if (allowed !== undefined && amount > allowed) throw new LimitExceededError(limit, allowed, `${prefix}${amount}`);
  }
}

function modelOf(llms: PlanningTools['llms'], name: string): LlmModel {
  const model = llms[name];
  if (model === undefined) throw new Error(`LLM ${name} was checked and is gone.`);
  return model;
}

function datasetOf(registered: ReadonlyMap<string, Dataset>, name: string): Dataset {
  const dataset = registered.get(name);
  if (dataset === undefined) throw new Error(`Data set ${name} was checked and is gone.`);
  return dataset;
}
