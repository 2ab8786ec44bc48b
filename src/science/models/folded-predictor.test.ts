import { describe, expect, it } from 'vitest';
import { Graph } from '#science/engine/graph.ts';
import { stream } from '#science/random/stream.ts';
import { runGraph } from '../../../test/support/graph-runs.ts';
import { movedWeights, untrainedWeights } from '../../../test/support/intent-models.ts';
import { foldedFusion, foldedIntents, foldPredictor } from './folded-predictor.ts';
import { predictIntents, type PredictorShape } from './intent-predictor.ts';
import { weightConstants, type Weights } from './weights.ts';

const BACKBONE = { itemCount: 3, maxLength: 2, dimension: 8, layers: 1, heads: 2 };
const rng = stream(1, 'data', 'test/sessions');
const SESSIONS = { dtype: 'F32', shape: [5, 8], data: Float32Array.from({ length: 40 }, () => rng.uniform()) } as const;

/** p and h' by what is folded, and as they are defined. */
async function bothWays(predictor: PredictorShape, weights: Weights): Promise<Record<string, number[]>> {
  const graph = new Graph();
  const h = graph.constant(SESSIONS);
  const folded = weightConstants(graph, foldPredictor(weights, predictor));
  const p = foldedIntents(h, folded);
  const defined = predictIntents(h, weightConstants(graph, weights), { ...predictor, drop: (x) => x });
  graph.output('p', p);
  graph.output('fused', foldedFusion(h, p, folded));
  graph.output('definedP', defined.probabilities);
  graph.output('definedFused', defined.fused);
  return runGraph(graph, {});
}

describe('a folded predictor', () => {
  it.each(['gated', 'add'] as const)('gives the intents and the embedding (%s) of the definition', async (fusion) => {
    const predictor = { intents: 6, fusion, temperature: 0.7 };
    const { p, fused, definedP, definedFused } = await bothWays(predictor, movedWeights(BACKBONE, predictor));
    expect(p).toEqual(definedP!.map((share) => expect.closeTo(share, 5) as number));
    expect(fused).toEqual(definedFused!.map((x) => expect.closeTo(x, 5) as number));
  });

  it.each(['gated', 'add', 'none'] as const)('passes h on to the bit with %s fusion and W_O = 0', async (fusion) => {
    const predictor = { intents: 6, fusion, temperature: 1 };
    const { fused } = await bothWays(predictor, untrainedWeights(BACKBONE, predictor));
    expect(fused).toEqual([...SESSIONS.data]);
  });
});
