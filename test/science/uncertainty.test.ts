import { beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '#kernel/json.ts';
import { encodeSasrecFile } from '#science/models/sasrec-file.ts';
import { initialSasrec } from '#science/models/sasrec.ts';
import { stream } from '#science/random/stream.ts';
import { encodeView, partOfView } from '#science/sessions/session-view.ts';
import { encodeSafetensors } from '#science/tensors/safetensors.ts';
import { vector } from '#science/tensors/tensor.ts';
import { halfOf } from '#science/uncertainty/halves.ts';
import { uncertaintyOf } from '#science/uncertainty/rank-fusion.ts';
import { decodeOrder, type SessionOrder } from '#science/uncertainty/session-order.ts';
import { decodeUncertainty, encodeUncertainty, type ScoredSessions } from '#science/uncertainty/uncertainty-file.ts';
import { runtime } from '../support/graph-runs.ts';
import { finishStage } from '../support/run-stage.ts';
import { aView } from '../support/session-views.ts';

const ITEMS = 12;
const rng = stream(1, 'data', 'sessions');
const sessions = Array.from({ length: 200 }, () =>
  Array.from({ length: 2 + rng.integer(7) }, () => 1 + rng.integer(ITEMS)),
);
const view = aView(sessions, { itemCount: ITEMS });
const eligible = [...sessions.keys()].filter((at) => sessions[at]!.length >= 3);

const modelOf = (seed: number): Uint8Array => {
  const shape = { itemCount: ITEMS, maxLength: 4, dimension: 8, layers: 1, heads: 2 };
  const weights = initialSasrec(shape, stream(seed, 'data', 'model'));
  // Weights of chance are so small that all items are about equally likely; these make a difference.
  for (const { data } of Object.values(weights)) for (let at = 0; at < data.length; at++) data[at]! *= 20;
  return encodeSasrecFile({ shape, weights });
};

const PARAMETERS = {
  maxLength: 4,
  sessionEntropy: 'spectral',
  lengthNormalised: false,
  topK: null,
  of: 'train',
  crossFit: 1,
  seed: 1,
} as const;

async function scored(
  parameters: JsonObject = {},
  artifacts: Readonly<Record<string, Uint8Array>> = {},
): Promise<ScoredSessions> {
  const { artifacts: made } = await finishStage('uncertainty', {
    parameters: { ...PARAMETERS, ...parameters },
    artifacts: { sessions: encodeView(view), model: modelOf(1), ...artifacts },
    loadRuntime: () => Promise.resolve(runtime),
  });
  return decodeUncertainty(made['uncertainty.safetensors']!);
}

describe('the uncertainty of training sessions', () => {
  let plain: ScoredSessions;

  beforeAll(async () => {
    plain = await scored();
  });

  it('is that of all sessions with at least two items before the last', () => {
    expect([...plain.position]).toEqual(eligible);
    expect([...plain.length]).toEqual(eligible.map((at) => sessions[at]!.length - 1));
  });

  it('does not know the item that is held out', async () => {
    const others = sessions.map((items) => [...items.slice(0, -1), 1 + (items.at(-1)! % ITEMS)]);
    const replaced = await scored({}, { sessions: encodeView(aView(others, { itemCount: ITEMS })) });
    expect(replaced).toEqual(plain);
  });

  it('predicts from the items that the model sees, and measures the session as a whole', async () => {
    const cut = await scored({ maxLength: 1 });
    expect(cut.sessionEntropy).toEqual(plain.sessionEntropy);
    // After one item the prediction of two sessions is the same when their last context item is.
    const last = eligible.map((at) => sessions[at]!.at(-2)!);
    const first = last.indexOf(last[0]!, 1);
    expect(cut.predictionEntropy[first]).toBeCloseTo(cut.predictionEntropy[0]!, 6);
    expect(cut.predictionEntropy).not.toEqual(plain.predictionEntropy);
  });

  it('normalises by length on request', async () => {
    const { sessionEntropy } = await scored({ lengthNormalised: true });
    expect([...sessionEntropy]).toEqual(
      [...plain.sessionEntropy].map((entropy, row) => entropy / Math.log(plain.length[row]!)),
    );
  });

  it('looks at the k best predictions on request', async () => {
    const { predictionEntropy } = await scored({ topK: 3 });
    expect(predictionEntropy).not.toEqual(plain.predictionEntropy);
    expect(predictionEntropy.every((entropy) => entropy >= 0 && entropy <= 1)).toBe(true);
    expect((await scored({ topK: ITEMS })).predictionEntropy[5]).toBeCloseTo(plain.predictionEntropy[5]!, 9);
  });

  it('counts categories or clusters on request', async () => {
    const lines = Array.from({ length: ITEMS + 1 }, (_, item) =>
      JSON.stringify({ id: `${item}`, title: null, categories: [item % 2 === 0 ? 'even' : 'odd'] }),
    );
    const byCategory = await scored(
      { sessionEntropy: 'category' },
      {
        items: new TextEncoder().encode(`${lines.join('\n')}\n`),
        // Item v of the model is line v of the data set: line 0 is not in the catalogue.
        catalogue: encodeSafetensors({ item: vector(Int32Array.from({ length: ITEMS }, (_, at) => at + 1)) }),
      },
    );
    const context = sessions[eligible[7]!]!.slice(0, -1);
    const odd = context.filter((item) => item % 2 === 1).length / context.length;
    const terms = [odd, 1 - odd].map((share) => (share === 0 ? 0 : -share * Math.log(share)));
    expect(byCategory.sessionEntropy[7]).toBeCloseTo(terms[0]! + terms[1]!, 12);
    // As many clusters as items: the entropy of the items' own shares, and so at least the spectral one.
    const byCluster = await scored({ sessionEntropy: 'cluster' });
    for (const [row, entropy] of plain.sessionEntropy.entries())
      expect(byCluster.sessionEntropy[row]).toBeGreaterThanOrEqual(entropy - 1e-9);
  });

  it('comes, with cross-fitting, from the model of the other half', async () => {
    const crossed = await scored({ crossFit: 2, seed: 5 }, { model0: modelOf(1), model1: modelOf(2) });
    const other = await scored({}, { model: modelOf(2) });
    const halves = halfOf(view, 5);
    for (const [row, at] of crossed.position.entries()) {
      const expected = halves[at] === 1 ? plain : other;
      expect(crossed.predictionEntropy[row]).toBeCloseTo(expected.predictionEntropy[row]!, 5);
      expect(crossed.sessionEntropy[row]).toBe(expected.sessionEntropy[row]);
    }
  });
});

describe('the uncertainty of test sessions', () => {
  it('is that of their inputs, of which one item has no session entropy', async () => {
    const { position, length, sessionEntropy } = await scored({ of: 'test' });
    expect([...position]).toEqual([...sessions.keys()]);
    expect([...length]).toEqual(sessions.map((items) => items.length - 1));
    const single = sessions.findIndex((items) => items.length === 2);
    expect(sessionEntropy[single]).toBe(0);
  });
});

describe('the selection', () => {
  let uncertainty: Uint8Array;
  let scores: ScoredSessions;

  beforeAll(async () => {
    const { position, length, sessionEntropy, predictionEntropy } = await scored();
    // Rounded, so that there are ties.
    const rounded = (values: Float64Array): Float64Array => values.map((value) => Math.round(value * 10));
    scores = {
      position,
      length,
      sessionEntropy: rounded(sessionEntropy),
      predictionEntropy: rounded(predictionEntropy),
    };
    uncertainty = encodeUncertainty(scores);
  });

  async function order(parameters: JsonObject): Promise<SessionOrder> {
    const artifacts = { train: encodeView(view), uncertainty };
    const made = await finishStage('selection', { parameters, artifacts });
    return decodeOrder(made.artifacts['order.safetensors']!);
  }

  const FUSED = { combine: 'rrf', k: 60, explore: 0, seed: 3 } as const;
  const STRATEGIES: readonly JsonObject[] = [
    { strategy: 'uncertainty', ...FUSED },
    { strategy: 'uncertainty', ...FUSED, explore: 0.3 },
    { strategy: 'random-matched', ...FUSED },
    { strategy: 'random-matched', ...FUSED, explore: 0.3 },
    { strategy: 'random', seed: 3 },
    { strategy: 'longest' },
  ];

  it.each(STRATEGIES)(
    'has every eligible session once, so that smaller ratios are prefixes: %j',
    async (parameters) => {
      const { position } = await order(parameters);
      expect([...position].sort((left, right) => left - right)).toEqual(eligible);
      const hard = (ratio: number): Set<number> => new Set(position.subarray(0, Math.ceil(ratio * position.length)));
      for (const [less, more] of [
        [0.05, 0.1],
        [0.1, 0.2],
      ] as const)
        expect([...hard(less)].every((at) => hard(more).has(at))).toBe(true);
    },
  );

  it('goes by falling uncertainty, of equal ones by session number', async () => {
    const { position, score } = await order({ strategy: 'uncertainty', ...FUSED });
    const fused = uncertaintyOf(scores, 'rrf', 60);
    expect([...score!]).toEqual([...fused].sort((left, right) => right - left));
    for (let at = 1; at < position.length; at++)
      expect(score![at]! < score![at - 1]! || position[at]! > position[at - 1]!).toBe(true);
    const rowOf = new Map([...scores.position].map((at, row) => [at, row]));
    expect([...position].map((at) => fused[rowOf.get(at)!])).toEqual([...score!]);
  });

  it('matches the uncertain order in length, place by place', async () => {
    const lengths = ({ position }: SessionOrder): number[] => [...position].map((at) => sessions[at]!.length);
    for (const explore of [0, 0.3]) {
      const uncertain = await order({ strategy: 'uncertainty', ...FUSED, explore });
      const matched = await order({ strategy: 'random-matched', ...FUSED, explore });
      expect(lengths(matched)).toEqual(lengths(uncertain));
      expect(matched.position).not.toEqual(uncertain.position);
    }
  });

  it('has no scores where uncertainty does not decide', async () => {
    expect((await order({ strategy: 'random', seed: 3 })).score).toBeNull();
    expect((await order({ strategy: 'longest' })).score).toBeNull();
  });

  it('leaves to chance what the random strategy would have taken first', async () => {
    const { position: random } = await order({ strategy: 'random', seed: 3 });
    const { position } = await order({ strategy: 'uncertainty', ...FUSED, explore: 0.5 });
    // Places 1, 3, 5, ... are exploratory: of 40 places 20 at least are the first of the permutation.
    const prefix = new Set(position.subarray(0, 40));
    expect([...random.subarray(0, 20)].every((at) => prefix.has(at))).toBe(true);
  });
});

describe('the warm-up of a half', () => {
  it('is the warm-up of the sessions of that half', async () => {
    const parameters = {
      backbone: { kind: 'sasrec', dimension: 8, layers: 1, heads: 2, dropout: 0.1, itemText: 'none' },
      maxLength: 4,
      epochs: 1,
      batch: 32,
      learningRate: 0.01,
      patience: 1,
      seed: 5,
      seedKind: 'profile',
    } as const;
    const model = async (own: JsonObject, train: Uint8Array): Promise<Uint8Array> => {
      const artifacts = { train, valid: encodeView(view) };
      const loadRuntime = () => Promise.resolve(runtime);
      const made = await finishStage('warm-up', { parameters: { ...parameters, ...own }, artifacts, loadRuntime });
      return made.artifacts['model.safetensors']!;
    };
    const halves = halfOf(view, 5);
    const half = partOfView(
      view,
      Int32Array.from(halves.keys()).filter((at) => halves[at] === 1),
    );
    expect(await model({ half: 1 }, encodeView(view))).toEqual(await model({}, encodeView(half)));
    expect(await model({ half: 0 }, encodeView(view))).not.toEqual(await model({ half: 1 }, encodeView(view)));
  });
});
