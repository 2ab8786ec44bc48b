import { canonicalJson } from '#kernel/json.ts';
import { rankingMetrics } from '#science/metrics/ranking-metrics.ts';
import { encodeRanks, rankSessions, type RankingRules, type SessionRanks } from '#science/metrics/session-ranks.ts';
import { encodeStrata, strataOf } from '#science/metrics/strata.ts';
import { openRecommender, type RecommenderMethod } from '#science/models/recommender-file.ts';
import { decodeView } from '#science/sessions/session-view.ts';
import { rankedByUncertainty } from '#science/uncertainty/deciles.ts';
import { decodeUncertainty } from '#science/uncertainty/uncertainty-file.ts';
import { artifactOf } from './stage-artifact.ts';
import type { MetricPoint, StageFunction, StageInput, StageOutput, StageReport } from './stage.ts';

export type EvaluationParameters = RankingRules & Readonly<{ method: RecommenderMethod; cutoffs: readonly number[] }>;

const SPLITS = ['valid', 'test'] as const;
const SESSIONS_A_REPORT = 2000;

/**
 * `model`, `valid` and `test` to the rank of every target among all items, and the means of the ranking metrics: over all, and of
 * the test by the length of the input; given its `uncertainty`, also by decile of that.
 */
export const run: StageFunction<EvaluationParameters> = async function* ({
  parameters,
  artifacts,
  loadRuntime,
}): AsyncGenerator<StageReport, StageOutput> {
  const recommender = await openRecommender(parameters.method, artifactOf(artifacts, 'model'), loadRuntime);
  const views = SPLITS.map((split) => ({ split, view: decodeView(artifactOf(artifacts, split)) }));
  const total = views.reduce((sum, { view }) => sum + view.session.length, 0);
  const ranks: { split: MetricPoint['split']; ranks: SessionRanks }[] = [];
  let done = 0;
  for (const { split, view } of views) {
    ranks.push({ split, ranks: yield* reported(rankSessions(recommender, view, parameters), done, total) });
    done += view.session.length;
  }
  const output = outputOf(ranks, parameters.cutoffs);
  const strata = strataOf(ranks.at(-1)!.ranks, parameters.cutoffs, testDeciles(artifacts));
  return { ...output, artifacts: { ...output.artifacts, 'strata.json': encodeStrata(strata) } };
};

/** By session number. */
function testDeciles(artifacts: StageInput['artifacts']): ReadonlyMap<number, number> | null {
  const { uncertainty } = artifacts;
  if (uncertainty === undefined) return null;
  const { session } = decodeView(artifactOf(artifacts, 'test'));
  const scored = decodeUncertainty(uncertainty);
  return new Map(rankedByUncertainty(scored).map(({ row, decile }) => [session[scored.position[row]!]!, decile]));
}

async function* reported(
  ranking: AsyncGenerator<number, SessionRanks>,
  before: number,
  total: number,
): AsyncGenerator<StageReport, SessionRanks> {
  let told = before;
  for (;;) {
    const step = await ranking.next();
    if (step.done === true) return step.value;
    const done = before + step.value;
    if (done - told < SESSIONS_A_REPORT && done < total) continue;
    told = done;
    yield { kind: 'progress', done, total, unit: 'sessions' };
  }
}

function outputOf(
  ranked: readonly { readonly split: MetricPoint['split']; readonly ranks: SessionRanks }[],
  cutoffs: readonly number[],
): StageOutput {
  const files: Record<string, Uint8Array> = {};
  for (const { split, ranks } of ranked) files[`ranks-${split}.safetensors`] = encodeRanks(ranks);
  const means = ranked.map(({ split, ranks }) => [split, rankingMetrics(ranks.rank, cutoffs)] as const);
  const metrics = means.flatMap(([split, values]) =>
    Object.entries(values).map(([name, value]) => ({ name, split, step: 0, value })),
  );
  const json = new TextEncoder().encode(canonicalJson(Object.fromEntries(means)));
  return { artifacts: { ...files, 'metrics.json': json }, metrics };
}
