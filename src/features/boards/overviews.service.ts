import { summarise } from '#features/comparisons/domain/comparison.ts';
import type { Experiment, Revision } from '#features/experiments/domain/experiment.ts';
import { primaryMetric } from '#features/experiments/domain/manifest-schema.ts';
import type { Submission } from '#features/submissions/domain/submission.ts';
import type { Database } from '#platform/database/database.ts';
import { sql } from '#platform/database/sql.ts';
import { FRESH_MS, type BoardsService, type BoardTools } from './boards.service.ts';
import { bestArm, type Spread } from './domain/best-arm.ts';
import { progressOf, rounded } from './domain/board.ts';
import type { Outline } from './domain/outline.ts';
import { statusOf, type StageFacts } from './domain/stage-facts.ts';
import type { ExperimentAnswer } from './http/experiments.schema.ts';
import { Recent } from '#kernel/recent.ts';

/** More experiments than anybody has. */
const KEPT = 2_000;

interface Standing {
  readonly stages: number | string;
  readonly done: number | string;
  readonly open: number | string;
  readonly ended: number | string | null;
}

/** The list of experiments: what each asks, how far it is, and what came out. */
export class OverviewsService {
  /** By how its stages stand: what has ended is looked at once. */
  private readonly known = new Recent<string, Promise<ExperimentAnswer>>(KEPT);

  /** While nothing happens, nothing changes; a claim writes no event, so not for long. */
  private readonly lists = new Recent<string, Promise<readonly ExperimentAnswer[]>>(1);

  constructor(
    private readonly tools: BoardTools,
    private readonly boards: BoardsService,
  ) {}

  /** @param monotonicMs for how long what was made may be shown again */
  async all(monotonicMs: number): Promise<readonly ExperimentAnswer[]> {
    const happened = await this.tools.events.latestNumber();
    return this.lists.get(`${happened} ${Math.floor(monotonicMs / FRESH_MS)}`, () => this.make());
  }

  private async make(): Promise<readonly ExperimentAnswer[]> {
    const experiments = await this.tools.experiments.list();
    const submissions = new Map((await this.tools.submissions.list()).map((one) => [one.revision, one]));
    const standings = await standingsOf(this.tools.database);
    const overviews: ExperimentAnswer[] = [];
    for (const experiment of experiments) {
      const revisions = await this.tools.experiments.revisionsOf(experiment.name);
      const latest = revisions.at(-1) ?? revisions[0];
      const submission = submissions.get(latest.id) ?? null;
      const standing = standings.get(latest.id);
      const key = JSON.stringify([latest.id, revisions.length, submission?.state, standing]);
      const subject = { experiment, revisions: revisions.length, latest, submission, standing };
      overviews.push(await this.known.get(key, () => this.overview(subject)));
    }
    return overviews;
  }

  private async overview({ experiment, revisions, latest, submission, standing }: Subject): Promise<ExperimentAnswer> {
    const outline = await this.boards.outlines.of(latest);
    const facts = await this.boards.facts.of(outline);
    const primary = primaryMetric(latest.manifest);
    const spreads = spreadsOf(outline, facts, await this.boards.valuesOf(outline, facts, primary));
    const datasets = [...new Set(outline.arms.map(({ dataset }) => dataset))];
    return {
      name: experiment.name,
      question: latest.manifest.question,
      revision: latest.number,
      revisions,
      datasets,
      synthetic: (await this.tools.datasets.syntheticAmong(datasets)).length > 0,
      simulated: facts.calls.some(({ simulatedCalls }) => simulatedCalls > 0),
      state: submission?.state ?? null,
      progress: progressOf(outline, facts),
      primary,
      ...bestArm(spreads, latest.manifest.report.baseline),
      spend: spendOf(facts),
      createdAt: experiment.createdAt.toISOString(),
      updatedAt: updatedAt(latest, standing).toISOString(),
    };
  }
}

interface Subject {
  readonly experiment: Experiment;
  readonly revisions: number;
  readonly latest: Revision;
  readonly submission: Submission | null;
  readonly standing: Standing | undefined;
}

/** By revision, enough to see whether anything has changed. */
async function standingsOf(database: Database): Promise<ReadonlyMap<string, Standing>> {
  const found = await database.select<Standing & { readonly revision: string }>(
    sql`SELECT submission.revision_id AS revision, COUNT(*) AS stages, SUM(CASE WHEN stage.status = 'succeeded' THEN 1 ELSE 0 END) AS done,
      SUM(CASE WHEN stage.status = 'running' THEN 1 WHEN stage.status = 'ready' THEN 1000000 ELSE 0 END) AS open, MAX(stage.ended_at) AS ended
      FROM submissions AS submission JOIN submission_stages AS wish ON wish.submission_id = submission.id
      JOIN stages AS stage ON stage.key = wish.stage_key GROUP BY submission.revision_id`,
  );
  return new Map(found.map(({ revision, ...standing }) => [revision, standing]));
}

function updatedAt({ createdAt }: Revision, standing: Standing | undefined): Date {
  return new Date(Math.max(createdAt.getTime(), Number(standing?.ended ?? 0)));
}

function spreadsOf({ arms }: Outline, facts: StageFacts, values: ReadonlyMap<string, number>): readonly Spread[] {
  return arms.flatMap(({ name, dataset, trials }) => {
    const done = trials.filter((trial) => statusOf(trial, facts) === 'succeeded');
    const own = done.flatMap(({ id }) => values.get(id) ?? []);
    if (own.length === 0) return [];
    const { mean, sd } = summarise(own);
    return [{ arm: name, dataset, mean: rounded(mean), sd: rounded(sd), values: own.map(rounded) }];
  });
}

function spendOf({ calls }: StageFacts): ExperimentAnswer['spend'] {
  return {
    calls: calls.reduce((sum, one) => sum + one.calls, 0),
    paidCalls: calls.reduce((sum, one) => sum + one.paidCalls, 0),
    usd: rounded(calls.reduce((sum, one) => sum + one.usd, 0)),
  };
}
