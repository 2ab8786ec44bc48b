import { openRecommender } from '#science/models/recommender-file.ts';
import type { Scores } from '#science/models/recommender.ts';
import { decodeSasrecFile } from '#science/models/sasrec-file.ts';
import { contextOf, eligibleSessions } from '#science/sessions/eligible-sessions.ts';
import { decodeView, type SessionView } from '#science/sessions/session-view.ts';
import { decodeSafetensors, numbersOf } from '#science/tensors/safetensors.ts';
import type { TensorOf } from '#science/tensors/tensor.ts';
import { describedItems } from '#science/text/item-texts.ts';
import { halfOf } from '#science/uncertainty/halves.ts';
import { kindsByCategory, kindsByCluster } from '#science/uncertainty/item-kinds.ts';
import { predictionEntropy, topPredictionEntropy } from '#science/uncertainty/prediction-entropy.ts';
import {
  kindEntropy,
  normalisedByLength,
  type SessionEntropy,
  spectralEntropy,
} from '#science/uncertainty/session-entropy.ts';
import { encodeUncertainty, type ScoredSessions } from '#science/uncertainty/uncertainty-file.ts';
import { artifactOf } from './stage-artifact.ts';
import type { StageFunction, StageInput, StageOutput, StageReport } from './stage.ts';

export type UncertaintyParameters = Readonly<{
  /** Items that the model sees, the latest. The session entropy is of the whole context. */
  maxLength: number;
  sessionEntropy: 'spectral' | 'category' | 'cluster';
  lengthNormalised: boolean;
  /** k of the `top-k` prediction entropy; `null`: the entropy over all items. */
  topK: number | null;
  /**
   * `train`: the contexts of the eligible training sessions. `test`: the inputs of the test sessions, for results by decile
   * only; nothing that trains reads them.
   */
  of: 'train' | 'test';
  /** 2: `model0` and `model1` were fitted on the halves of that number, and each scores the other. Of `test` it is 1. */
  crossFit: 1 | 2;
  /** The profile seed: clusters, halves. */
  seed: number;
}>;

const SESSIONS_A_REPORT = 2000;

/**
 * `sessions` (the view of training or test) and `model` (the warm-up's; with cross-fitting `model0` and `model1`) to
 * `uncertainty.safetensors`; with `category` also of `items` and `catalogue`.
 */
export const run: StageFunction<UncertaintyParameters> = async function* (
  input,
): AsyncGenerator<StageReport, StageOutput> {
  const view = decodeView(artifactOf(input.artifacts, 'sessions'));
  const scored = emptyScores(view, input.parameters.of);
  const total = scored.position.length;
  let [done, told] = [0, 0];
  for (const { model, rows } of shares(input.parameters, view, scored)) {
    const scorer = await openScorer(input, artifactOf(input.artifacts, model));
    for (let from = 0; from < rows.length; from += scorer.batch) {
      const batch = rows.subarray(from, from + scorer.batch);
      await scorer.score(batch, view, scored);
      done += batch.length;
      if (done - told < SESSIONS_A_REPORT && done < total) continue;
      told = done;
      yield { kind: 'progress', done, total, unit: 'sessions' };
    }
  }
  return { artifacts: { 'uncertainty.safetensors': encodeUncertainty(scored) }, metrics: [] };
};

function emptyScores(view: SessionView, of: UncertaintyParameters['of']): ScoredSessions {
  const position = of === 'train' ? eligibleSessions(view) : Int32Array.from(view.session.keys());
  return {
    position,
    length: position.map((at) => contextOf(view, at).length),
    sessionEntropy: new Float64Array(position.length),
    predictionEntropy: new Float64Array(position.length),
  };
}

/** Rows that one model scores. */
interface Share {
  readonly model: string;
  readonly rows: Int32Array;
}

/** With cross-fitting each model scores the half that it was not fitted on. */
function shares(
  { crossFit, seed }: UncertaintyParameters,
  view: SessionView,
  { position }: ScoredSessions,
): readonly Share[] {
  const rows = Int32Array.from(position.keys());
  if (crossFit === 1) return [{ model: 'model', rows }];
  const halves = halfOf(view, seed);
  return [0, 1].map((half) => ({
    model: `model${half}`,
    rows: rows.filter((row) => halves[position[row]!] !== half),
  }));
}

interface Scorer {
  readonly batch: number;
  /** Fills some rows of `scored`. */
  score(rows: Int32Array, view: SessionView, scored: ScoredSessions): Promise<void>;
}

async function openScorer(
  { parameters, artifacts, loadRuntime }: UncertaintyInput,
  model: Uint8Array,
): Promise<Scorer> {
  const { topK, maxLength } = parameters;
  const recommender = await openRecommender('backbone', model, loadRuntime);
  const entropyOfSession = sessionEntropyOf({ parameters, artifacts }, model);
  const entropyOfPrediction = (scores: Scores): number =>
    topK === null ? predictionEntropy(scores) : topPredictionEntropy(scores, topK);
  return {
    batch: recommender.batch,
    score: async (rows, view, { position, sessionEntropy, predictionEntropy: ofPrediction }) => {
      const contexts = Array.from(rows, (row) => contextOf(view, position[row]!));
      const scores = await recommender.scoreAll(contexts.map((context) => context.subarray(-maxLength)));
      for (const [at, row] of rows.entries()) {
        sessionEntropy[row] = entropyOfSession(contexts[at]!);
        ofPrediction[row] = entropyOfPrediction(scores[at]!);
      }
    },
  };
}

type UncertaintyInput = StageInput<UncertaintyParameters>;

function sessionEntropyOf(
  { parameters, artifacts }: Pick<UncertaintyInput, 'parameters' | 'artifacts'>,
  model: Uint8Array,
): SessionEntropy {
  const plain = plainEntropyOf({ parameters, artifacts }, model);
  return parameters.lengthNormalised ? normalisedByLength(plain) : plain;
}

function plainEntropyOf(
  { parameters, artifacts }: Pick<UncertaintyInput, 'parameters' | 'artifacts'>,
  model: Uint8Array,
): SessionEntropy {
  switch (parameters.sessionEntropy) {
    case 'spectral':
      return spectralEntropy(itemEmbeddings(model));
    case 'cluster':
      return kindEntropy(kindsByCluster(itemEmbeddings(model), parameters.seed));
    case 'category': {
      const catalogue = numbersOf(decodeSafetensors(artifactOf(artifacts, 'catalogue')), 'item', 'I32');
      const items = describedItems(artifactOf(artifacts, 'items'), catalogue);
      return kindEntropy(kindsByCategory(items.map(({ categories }) => categories)));
    }
  }
}

/** (|V|, d) */
function itemEmbeddings(model: Uint8Array): TensorOf<'F32'> {
  return decodeSasrecFile(decodeSafetensors(model)).weights['embedding.items']!;
}
