import { Graph } from '#science/engine/graph.ts';
import { encodeOnnxModel } from '#science/engine/onnx-model.ts';
import { dotProducts } from '#science/engine/ops/matmul.ts';
import { gatherRows } from '#science/engine/ops/rows.ts';
import { predictIntents, type PredictorShape } from './intent-predictor.ts';
import { packedLayout } from './padded-sessions.ts';
import { encodeSasrec } from './sasrec-encoder.ts';
import type { SasrecShape } from './sasrec.ts';
import { weightConstants, type Weights } from './weights.ts';

/**
 * The trained model for any program that runs ONNX: `session` (B, L) int64 to `scores` (B, |V|), and where it predicts intents
 * `intents` (B, M). A session is its item ids, oldest first, at least one, at most as many as the model sees; 0 is padding and may
 * stand anywhere. Column v − 1 of the scores is item v.
 */
export function exportSasrec(
  shape: SasrecShape,
  weights: Weights,
  predictor: PredictorShape | null = null,
): Uint8Array {
  const graph = new Graph();
  const constants = weightConstants(graph, weights);
  const { last, ...layout } = packedLayout(graph.input('session', ['B', 'L'], 'int64'));
  const hidden = gatherRows(
    encodeSasrec(constants, layout, shape, (x) => x),
    last,
  );
  const intents = predictor === null ? null : predictIntents(hidden, constants, { ...predictor, drop: (x) => x });
  graph.output('scores', dotProducts(intents?.fused ?? hidden, constants['embedding.items']!));
  if (intents !== null) graph.output('intents', intents.probabilities);
  return encodeOnnxModel(graph, { description: description(shape, predictor) });
}

function description({ itemCount, maxLength }: SasrecShape, predictor: PredictorShape | null): string {
  const backbone =
    `SASRec over ${itemCount} items. session: item ids 1..${itemCount}, oldest first, at most ${maxLength} of them, ` +
    `0 is padding. scores: column j is item j + 1.`;
  if (predictor === null) return backbone;
  return `${backbone} intents: probabilities of the ${predictor.intents} active intents of the pool, in the order of their ids.`;
}
