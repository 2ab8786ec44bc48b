import type { IntentRecommender } from '#science/models/intent-recommender.ts';
import type { IntentBank } from './enrichment.ts';

/** Contexts at once. Those of like length go together, so that little is padded. */
const BATCH = 128;

/** What a model, nothing dropped, makes of contexts: h̄ as vectors of length 1, and p̄. */
export async function intentBank(model: IntentRecommender, contexts: readonly Int32Array[]): Promise<IntentBank> {
  const d = model.itemTable.shape[1]!;
  const { intents: count } = model.predictor;
  const bank = {
    hidden: new Float32Array(contexts.length * d),
    intents: new Float32Array(contexts.length * count),
    count,
  };
  const order = [...contexts.keys()].sort((left, right) => contexts[left]!.length - contexts[right]!.length);
  for (let from = 0; from < order.length; from += BATCH) {
    const batch = order.slice(from, from + BATCH);
    const hidden = await model.encode(batch.map((context) => contexts[context]!));
    const probabilities = await model.intentsAt(hidden);
    for (const [row, context] of batch.entries()) {
      bank.hidden.set(unit(hidden.data.subarray(row * d, (row + 1) * d)), context * d);
      bank.intents.set(probabilities.data.subarray(row * count, (row + 1) * count), context * count);
    }
  }
  return bank;
}

function unit(vector: Float32Array): Float32Array {
  let squares = 0;
  for (const x of vector) squares += x * x;
  const length = Math.sqrt(squares);
  return length === 0 ? vector : vector.map((x) => x / length);
}
