import { Graph, type Value } from '#science/engine/graph.ts';
import { encodeOnnxModel } from '#science/engine/onnx-model.ts';
import { dotProducts } from '#science/engine/ops/matmul.ts';
import { gatherRows } from '#science/engine/ops/rows.ts';
import { packedLayout } from './padded-sessions.ts';
import { encodeSasrec } from './sasrec-encoder.ts';
import type { SasrecShape } from './sasrec.ts';
import type { Weights } from './weights.ts';

/**
 * The trained model for any program that runs ONNX: `session` (B, L) int64 to `scores` (B, |V|). A session is its item ids,
 * oldest first, at least one, at most as many as the model sees; 0 is padding and may stand anywhere. Column v − 1 is item v.
 */
export function exportSasrec(shape: SasrecShape, weights: Weights): Uint8Array {
  const graph = new Graph();
  const constants = Object.fromEntries(
    Object.entries(weights).map(([name, tensor]): [string, Value] => [name, graph.constant(tensor)]),
  );
  const { last, ...layout } = packedLayout(graph.input('session', ['B', 'L'], 'int64'));
  const hidden = encodeSasrec(constants, layout, shape, (x) => x);
  graph.output('scores', dotProducts(gatherRows(hidden, last), constants['embedding.items']!));
  const description =
    `SASRec over ${shape.itemCount} items. session: item ids 1..${shape.itemCount}, oldest first, at most ` +
    `${shape.maxLength} of them, 0 is padding. scores: column j is item j + 1.`;
  return encodeOnnxModel(graph, { description });
}
