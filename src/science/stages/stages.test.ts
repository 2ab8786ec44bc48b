import { describe, expect, it } from 'vitest';
import { decodeStrata, type Strata } from '#science/metrics/strata.ts';
import { encodeInteractions } from '#science/sessions/interactions.ts';
import { decodeView, itemsOf } from '#science/sessions/session-view.ts';
import { decodeSafetensors, numbersOf } from '#science/tensors/safetensors.ts';
import { encodeUncertainty } from '#science/uncertainty/uncertainty-file.ts';
import { finishStage, type FinishedStage } from '../../../test/support/run-stage.ts';

const json = (bytes: Uint8Array | undefined): unknown => JSON.parse(new TextDecoder().decode(bytes));

/** Three items, each clicked once by each of three users, all at the same time. */
const HISTORIES = [
  [0, 1, 2],
  [1, 0, 2],
  [2, 1, 0],
];
const interactions = encodeInteractions({
  item: Int32Array.from(HISTORIES.flat()),
  user: Int32Array.from(HISTORIES.flatMap((items, user) => items.map(() => user))),
  time: Float64Array.from(HISTORIES.flatMap((items) => items.map(() => 5))),
  order: null,
  session: null,
  split: null,
});
const PROTOCOL = { sessions: 'history', split: 'leave-one-out', minItemCount: 1, minLength: 2 } as const;

async function sessionFiles(): Promise<Record<'train' | 'valid' | 'test', Uint8Array>> {
  const { artifacts } = await finishStage('sessions', { parameters: PROTOCOL, artifacts: { interactions } });
  return {
    train: artifacts['train.safetensors']!,
    valid: artifacts['valid.safetensors']!,
    test: artifacts['test.safetensors']!,
  };
}

describe('the sessions stage', () => {
  it('writes the three views, the catalogue and the statistics', async () => {
    const { artifacts } = await finishStage('sessions', { parameters: PROTOCOL, artifacts: { interactions } });
    expect(Object.keys(artifacts)).toEqual([
      'train.safetensors',
      'valid.safetensors',
      'test.safetensors',
      'catalogue.safetensors',
      'statistics.json',
    ]);
    const test = decodeView(artifacts['test.safetensors']!);
    expect([0, 1, 2].map((at) => [...itemsOf(test, at)])).toEqual([
      [1, 2, 3],
      [2, 1, 3],
      [3, 2, 1],
    ]);
    const catalogue = decodeSafetensors(artifacts['catalogue.safetensors']!);
    expect([...numbersOf(catalogue, 'item', 'I32')]).toEqual([0, 1, 2]);
    expect(json(artifacts['statistics.json'])).toMatchObject({ kept: { interactions: 9, sessions: 3, items: 3 } });
  });

  it('warns that the order of the input decided', async () => {
    const { reports } = await finishStage('sessions', { parameters: PROTOCOL, artifacts: { interactions } });
    expect(reports[0]).toMatchObject({ kind: 'warning' });
    expect(JSON.stringify(reports[0])).toContain('In 3 of 3 sessions');
  });
});

describe('the baseline and evaluation stages', () => {
  const RULES = { evaluate: 'last', maskSeen: true, maxLength: 20, cutoffs: [1, 2] } as const;

  it('rank the targets of validation and test, and give their means', async () => {
    const { train, valid, test } = await sessionFiles();
    const fitted = await finishStage('baseline', {
      parameters: { method: 'popularity', counts: 'all' },
      artifacts: { train, valid, test },
    });
    const model = fitted.artifacts['model.safetensors']!;
    const evaluated = await finishStage('evaluation', {
      parameters: { method: 'popularity', ...RULES },
      artifacts: { model, valid, test },
    });
    // Counts are equal, and the seen items are masked. Validation ranks two items that tie: rank 1.5. Test ranks one: rank 1.
    const ranks = decodeSafetensors(evaluated.artifacts['ranks-valid.safetensors']!);
    expect([...numbersOf(ranks, 'rank', 'F32')]).toEqual([1.5, 1.5, 1.5]);
    expect([...numbersOf(ranks, 'target', 'I32')]).toEqual([2, 1, 2]);
    expect(evaluated.metrics).toContainEqual({ name: 'hr@1', split: 'valid', step: 0, value: 0 });
    expect(evaluated.metrics).toContainEqual({ name: 'hr@2', split: 'valid', step: 0, value: 1 });
    expect(evaluated.metrics).toContainEqual({ name: 'mrr@20', split: 'test', step: 0, value: 1 });
    expect(json(evaluated.artifacts['metrics.json'])).toMatchObject({ test: { 'hr@1': 1, 'ndcg@2': 1 } });
    expect(evaluated.reports).toEqual([{ kind: 'progress', done: 6, total: 6, unit: 'sessions' }]);
  });

  it('give the results by the length of the input, and by decile where they are given the uncertainty', async () => {
    const files = await sessionFiles();
    const fitted = await finishStage('baseline', {
      parameters: { method: 'popularity', counts: 'all' },
      artifacts: files,
    });
    const model = fitted.artifacts['model.safetensors']!;
    const strata = async (given: Readonly<Record<string, Uint8Array>>): Promise<Strata> => {
      const evaluated = await finishStage('evaluation', {
        parameters: { method: 'popularity', ...RULES, cutoffs: [1] },
        artifacts: { model, ...files, ...given },
      });
      return decodeStrata(evaluated.artifacts['strata.json']!);
    };
    // Each test session has an input of two items, and its target is the only item that is left.
    const all = { 'hr@1': 1, 'ndcg@1': 1, 'mrr@20': 1 };
    expect(await strata({})).toEqual({ byLength: [{ stratum: '2', targets: 3, metrics: all }], byUncertainty: null });
    const uncertainty = encodeUncertainty({
      position: Int32Array.of(0, 1, 2),
      length: Int32Array.of(2, 2, 2),
      sessionEntropy: Float64Array.of(0.1, 0.3, 0.2),
      predictionEntropy: Float64Array.of(0.1, 0.3, 0.2),
    });
    const { byUncertainty } = await strata({ uncertainty });
    expect(byUncertainty!.map(({ stratum, targets }) => [stratum, targets])).toEqual([
      ['4', 1],
      ['7', 1],
      ['10', 1],
    ]);
  });

  it.each([
    [{ method: 'popularity', counts: 'train' }],
    [{ method: 'item-knn', neighbours: 10, shrink: 0 }],
    [{ method: 'vs-knn', neighbours: 10, sample: 10, idf: 5 }],
  ])('give the same bytes for the same input: %j', async (parameters) => {
    const bytes = async (): Promise<FinishedStage['artifacts']> => {
      const files = await sessionFiles();
      const model = (await finishStage('baseline', { parameters, artifacts: files })).artifacts['model.safetensors']!;
      const rules = { method: parameters.method, ...RULES };
      return (await finishStage('evaluation', { parameters: rules, artifacts: { ...files, model } })).artifacts;
    };
    expect(await bytes()).toEqual(await bytes());
  });
});
