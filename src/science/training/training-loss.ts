import type { Value, Values } from '#science/engine/graph.ts';
import { catalogueCrossEntropy } from '#science/engine/ops/catalogue-cross-entropy.ts';
import { add, multiply } from '#science/engine/ops/elementwise.ts';
import { sum } from '#science/engine/ops/reduce.ts';
import { gatherRows } from '#science/engine/ops/rows.ts';
import { softCrossEntropy } from '#science/engine/ops/soft-cross-entropy.ts';
import { stopGradient } from '#science/engine/ops/stop-gradient.ts';
import { intentLogits, predictIntents, type PredictorShape } from '#science/models/intent-predictor.ts';
import type { Drop, SessionLayout } from '#science/models/sasrec-encoder.ts';
import { encodeSasrec } from '#science/models/sasrec-encoder.ts';
import type { SasrecShape } from '#science/models/sasrec.ts';

/** How far what the intents teach reaches: into the backbone too, or no farther than the predictor. */
export type IntentGradient = 'full' | 'head-only';

/** What is trained: a backbone, with or without a predictor, and that with or without labels to learn from. */
export interface LossShape {
  readonly backbone: SasrecShape;
  readonly predictor: PredictorShape | null;
  /** `null`: the predictor learns only from what it does to the recommendations. */
  readonly labels: { readonly gradient: IntentGradient } | null;
}

/** What a step is given of its sessions. */
export interface LossInputs {
  readonly layout: SessionLayout;
  /** (P): the row in the item table of what came next, at every position of the main sessions. */
  readonly targets: Value;
  /** Where there are labels. */
  readonly labels: LabelInputs | null;
}

export interface LabelInputs {
  /** (P): the packed rows of the main sessions. The others, whose intents are taught, come after them. */
  readonly main: Value;
  /** (S): the packed row of the last item of each session whose intents are taught. */
  readonly taught: Value;
  /** (S, M): what is taught. */
  readonly distributions: Value;
  /** (S): how much each counts in the loss: λ_int or λ_enr ramp κ, over the number of its kind; 0 counts nothing. */
  readonly weights: Value;
}

export interface Losses {
  /** (): what is minimised, L. */
  readonly total: Value;
  /** (): L_rec. */
  readonly recommendation: Value;
  /** (S): the cross-entropy of each session that is taught. */
  readonly taught: Value | null;
}

/**
 * The loss of a step (science C.8), in one forward of all sessions:
 *
 *     L = L_rec + Σ_s w_s CE(target_s, p_s)
 *     L_rec = (1/P) Σ CE(score(h'_t), v_{t+1}) over every position of the main sessions
 *
 * with p_s at the end of a context. Of a backbone alone, h' = h and there is no more.
 */
export function trainingLoss(
  weights: Values,
  inputs: LossInputs,
  { shape, drop }: { readonly shape: LossShape; readonly drop: Drop },
): Losses {
  const hidden = encodeSasrec(weights, inputs.layout, shape.backbone, drop);
  const main = inputs.labels === null ? hidden : gatherRows(hidden, inputs.labels.main);
  const { predictor } = shape;
  const fused = predictor === null ? main : predictIntents(main, weights, { ...predictor, drop }).fused;
  const recommendation = catalogueCrossEntropy(fused, weights['embedding.items']!, inputs.targets);
  if (predictor === null || shape.labels === null || inputs.labels === null)
    return { total: recommendation, recommendation, taught: null };
  const ends = gatherRows(hidden, inputs.labels.taught);
  const seen = shape.labels.gradient === 'full' ? ends : stopGradient(ends);
  const logits = intentLogits(drop(seen, 'intents.taught'), weights, predictor.temperature);
  const taught = softCrossEntropy(logits, inputs.labels.distributions);
  return { total: add(recommendation, sum(multiply(taught, inputs.labels.weights))), recommendation, taught };
}
