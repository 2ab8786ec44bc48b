import { existsSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { encodeInteractions, type Interactions } from '#science/sessions/interactions.ts';
import { buildSessionSets } from '#science/sessions/session-sets.ts';
import type { BaselineParameters } from '#science/stages/baseline.ts';
import { finishStage } from '../support/run-stage.ts';

const FILE = '../shared/data/amazon-beauty/interactions.tsv';
const PROTOCOL = { sessions: 'history', split: 'leave-one-out', minItemCount: 5, minLength: 2 } as const;
const RULES = { evaluate: 'last', maskSeen: true, maxLength: 20, cutoffs: [5, 10, 20] } as const;

function readInteractions(): Interactions {
  const lines = readFileSync(FILE, 'utf8').trimEnd().split('\n').slice(1);
  const rows = lines.map((line) => line.split('\t').map(Number));
  return {
    item: Int32Array.from(rows, ([, item]) => item! - 1),
    user: Int32Array.from(rows, ([user]) => user! - 1),
    time: Float64Array.from(rows, ([, , time]) => time!),
    order: Float64Array.from(rows, ([, , , position]) => position!),
    session: null,
    split: null,
  };
}

const whetherThere = existsSync(FILE) ? '' : ` (skipped: there is no ${FILE})`;

describe.skipIf(whetherThere !== '')(`Amazon Beauty, leave-one-out, full ranking${whetherThere}`, () => {
  const views: Record<string, Uint8Array> = {};

  beforeAll(async () => {
    const interactions = encodeInteractions(readInteractions());
    const { artifacts } = await finishStage('sessions', { parameters: PROTOCOL, artifacts: { interactions } });
    for (const name of ['train', 'valid', 'test']) views[name] = artifacts[`${name}.safetensors`]!;
  });

  /** The test metrics of a method, to the four decimals that papers print. */
  async function testMetrics(parameters: BaselineParameters): Promise<Record<string, string>> {
    const fitted = await finishStage('baseline', { parameters, artifacts: views });
    const { metrics } = await finishStage('evaluation', {
      parameters: { method: parameters.method, ...RULES },
      artifacts: { ...views, model: fitted.artifacts['model.safetensors']! },
    });
    const ofTest = metrics.filter(({ split }) => split === 'test');
    return Object.fromEntries(ofTest.map(({ name, value }) => [name, value.toFixed(4)]));
  }

  it('survives the 5-core filter unchanged, with the 138 test targets that training never shows', () => {
    const { statistics } = buildSessionSets(readInteractions(), PROTOCOL);
    expect(statistics.kept).toEqual({ interactions: 198_502, sessions: 22_363, items: 12_101 });
    expect(statistics.kept).toEqual(statistics.read);
    expect(statistics.roundsToFixedPoint).toBe(0);
    expect(statistics.targetsUnseenInTraining.test).toBe(138);
  });

  it('gives 5,612 users another last item when ties of time are broken by item number', () => {
    const read = readInteractions();
    const byItem = Int32Array.from(read.item.keys()).sort((left, right) => read.item[left]! - read.item[right]!);
    const sorted: Interactions = {
      ...read,
      item: byItem.map((row) => read.item[row]!),
      user: byItem.map((row) => read.user![row]!),
      time: Float64Array.from(byItem, (row) => read.time![row]!),
      order: Float64Array.from(byItem, (row) => read.order![row]!),
    };
    const lastItems = (interactions: Interactions): Int32Array => {
      const { test } = buildSessionSets(interactions, PROTOCOL);
      return test.session.map((_, at) => test.items[test.offsets[at + 1]! - 1]!);
    };
    const last = lastItems(read);
    const changed = (others: Int32Array): number => others.filter((item, at) => item !== last[at]).length;
    expect(changed(lastItems(sorted))).toBe(0);
    expect(changed(lastItems({ ...sorted, order: null }))).toBe(5612);
  });

  it('gives popularity the published numbers, which count the targets too', async () => {
    // Origin: PopRec on Beauty in the result table of S3-Rec (Zhou et al. 2020), HR and NDCG at 5, 10 and 20.
    expect(await testMetrics({ method: 'popularity', counts: 'all' })).toMatchObject({
      'hr@5': '0.0080',
      'ndcg@5': '0.0044',
      'hr@10': '0.0152',
      'ndcg@10': '0.0068',
      'hr@20': '0.0217',
      'ndcg@20': '0.0084',
    });
  });

  // From here on golden values are this implementation's own: no publication has them for these settings.

  it('gives popularity less when only training counts', async () => {
    expect(await testMetrics({ method: 'popularity', counts: 'train' })).toMatchObject({ 'hr@20': '0.0198' });
  });

  it('gives item-knn and vs-knn what they gave before', async () => {
    expect(await testMetrics({ method: 'item-knn', neighbours: 100, shrink: 0 })).toMatchObject({
      'hr@5': '0.0389',
      'ndcg@5': '0.0267',
      'hr@20': '0.0777',
      'ndcg@20': '0.0376',
    });
    expect(await testMetrics({ method: 'vs-knn', neighbours: 500, sample: 5000, idf: 5 })).toMatchObject({
      'hr@5': '0.0488',
      'ndcg@5': '0.0344',
      'hr@20': '0.0919',
      'ndcg@20': '0.0467',
    });
  });
});
