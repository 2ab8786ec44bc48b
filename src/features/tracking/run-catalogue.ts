import type { ExperimentsService } from '#features/experiments/experiments.service.ts';
import type { StagesService } from '#features/stages/stages.service.ts';
import type { SubmissionsService } from '#features/submissions/submissions.service.ts';
import type { TrialsService } from '#features/trials/trials.service.ts';
import { subjectWord, type Subject } from './domain/run.ts';
import type { ProfilingIndex } from './profiling-index.ts';

export interface RunCatalogueTools {
  readonly experiments: ExperimentsService;
  readonly stages: StagesService;
  readonly submissions: SubmissionsService;
  readonly trials: TrialsService;
}

/** Lists what of an experiment is a run in MLflow, parents before their children. */
export class RunCatalogue {
  constructor(
    private readonly tools: RunCatalogueTools,
    private readonly index: ProfilingIndex,
  ) {}

  /** @throws ExperimentNotFoundError */
  async *of(experiment: string): AsyncGenerator<Subject> {
    for (const revision of await this.tools.experiments.revisionsOf(experiment)) {
      const submission = await this.tools.submissions.findByRevision(revision.id);
      if (submission === null) continue;
      yield { kind: 'submission', id: submission.id };
      yield* await this.profilingsOf(submission.id);
      for (const { id } of await this.tools.trials.ofRevision(revision.id)) yield { kind: 'trial', id };
    }
  }

  /** Those that this submission was the first to want. */
  private async profilingsOf(submission: string): Promise<readonly Subject[]> {
    const pools = await this.tools.stages.wantedOf(submission, 'pool');
    const batches = await this.tools.stages.wantedOf(submission, 'profiling-batch');
    const stages = await this.tools.stages.findByKeys([...pools, ...batches]);
    const found = new Map<string, Subject>();
    for (const stage of stages.values()) {
      const subject = await this.index.of(stage);
      if (subject === null || found.has(subjectWord(subject))) continue;
      const root =
        stages.get(stage.key)?.key === subject.id ? stage.key : stages.get(subject.id as typeof stage.key)?.key;
      const owner = root === undefined ? null : await this.tools.submissions.firstWanting(root);
      if (owner?.id === submission) found.set(subjectWord(subject), subject);
    }
    return [...found.values()];
  }
}
