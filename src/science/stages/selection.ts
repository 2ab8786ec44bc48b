import { eligibleSessions } from '#science/sessions/eligible-sessions.ts';
import { decodeView } from '#science/sessions/session-view.ts';
import { type Combination, uncertaintyOf } from '#science/uncertainty/rank-fusion.ts';
import {
  encodeOrder,
  explored,
  longestOrder,
  matchedByLength,
  randomOrder,
  type SessionOrder,
  uncertainOrder,
} from '#science/uncertainty/session-order.ts';
import { decodeUncertainty } from '#science/uncertainty/uncertainty-file.ts';
import { artifactOf } from './stage-artifact.ts';
import type { StageFunction, StageInput, StageOutput, StageReport } from './stage.ts';

/** An order made from the uncertainty of the sessions. */
type ScoredSelection = Readonly<{
  strategy: 'uncertainty' | 'random-matched';
  combine: Combination;
  /** Constant of reciprocal rank fusion. */
  k: number;
  /** Share of the order that is taken at random. */
  explore: number;
  /** The profile seed. */
  seed: number;
}>;

export type SelectionParameters =
  Readonly<{ strategy: 'longest' }> | Readonly<{ strategy: 'random'; seed: number }> | ScoredSelection;

/** `train`, and for `uncertainty` and `random-matched` `uncertainty`, to `order.safetensors`: the eligible sessions in order. */
export const run: StageFunction<SelectionParameters> = function* (input): Generator<StageReport, StageOutput> {
  const order = orderOf(input);
  const total = order.position.length;
  yield { kind: 'progress', done: total, total, unit: 'sessions' };
  return { artifacts: { 'order.safetensors': encodeOrder(order) }, metrics: [] };
};

function orderOf({ parameters, artifacts }: StageInput<SelectionParameters>): SessionOrder {
  const train = decodeView(artifactOf(artifacts, 'train'));
  const position = eligibleSessions(train);
  const lengthOf = (at: number): number => train.offsets[at + 1]! - train.offsets[at]! - 1;
  switch (parameters.strategy) {
    case 'random':
      return { position: randomOrder({ position }, parameters.seed), score: null };
    case 'longest':
      return { position: longestOrder({ position, length: position.map(lengthOf) }), score: null };
    case 'uncertainty':
    case 'random-matched':
      return scoredOrder(parameters, artifactOf(artifacts, 'uncertainty'), lengthOf);
  }
}

/** What is matched is the uncertain order with its exploratory places, so that any two prefixes of a size have the same lengths. */
function scoredOrder(
  { strategy, combine, k, explore, seed }: ScoredSelection,
  bytes: Uint8Array,
  lengthOf: (position: number) => number,
): SessionOrder {
  const scored = decodeUncertainty(bytes);
  const uncertainty = uncertaintyOf(scored, combine, k);
  const random = randomOrder(scored, seed);
  const uncertain = explored(uncertainOrder(scored, uncertainty), random, explore);
  const position = strategy === 'uncertainty' ? uncertain : matchedByLength(uncertain, random, lengthOf);
  const scoreOf = new Map(Array.from(scored.position, (at, row) => [at, uncertainty[row]!]));
  return { position, score: Float64Array.from(position, (at) => scoreOf.get(at)!) };
}
