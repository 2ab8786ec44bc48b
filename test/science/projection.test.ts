import { describe, expect, it } from 'vitest';
import { encodePool, type Intent } from '#science/intents/intent-pool.ts';
import { initialPredictor, intentPrior, INTENT_PRIOR } from '#science/models/intent-predictor.ts';
import { initialSasrec } from '#science/models/sasrec.ts';
import { encodeModelFile } from '#science/models/trained-model.ts';
import type { Weights } from '#science/models/weights.ts';
import type { ProjectedPoint, Projection } from '#science/projection/projection.ts';
import { stream } from '#science/random/stream.ts';
import { encodeView } from '#science/sessions/session-view.ts';
import { runtime } from '../support/graph-runs.ts';
import { type FinishedStage, finishStage } from '../support/run-stage.ts';
import { aView } from '../support/session-views.ts';

const ITEMS = 20;
const INTENTS = 5;
const shape = { itemCount: ITEMS, maxLength: 6, dimension: 8, layers: 1, heads: 2 };
const predictor = { intents: INTENTS, fusion: 'gated', temperature: 1 } as const;
const rng = stream(1, 'data', 'sessions');
const train = aView(
  Array.from({ length: 60 }, () => Array.from({ length: 2 + rng.integer(8) }, () => 1 + rng.integer(ITEMS))),
  { itemCount: ITEMS },
);

/** Weights of chance, larger than those before a training, so that they make a difference. */
const weights: Weights = {
  ...enlarged(initialSasrec(shape, stream(1, 'data', 'backbone')), 10),
  ...enlarged(initialPredictor(8, predictor, stream(1, 'data', 'predictor')), 2),
  [INTENT_PRIOR]: { dtype: 'F32', shape: [INTENTS], data: intentPrior([0, 1, 2, 3, 4]) },
};

function enlarged(small: Weights, factor: number): Weights {
  return Object.fromEntries(
    Object.entries(small).map(([name, tensor]) => [name, { ...tensor, data: tensor.data.map((x) => factor * x) }]),
  );
}

const anIntent = (id: number, status: Intent['status'] = 'active'): Intent => ({
  id,
  name: `intent ${id}`,
  description: 'looking for something',
  origin: 'init',
  status,
  mergedInto: null,
  support: 0,
});
/** The active ones, in order, are the rows of the predictor: a retired one between them is none. */
const pool = encodePool({
  version: 1,
  intents: [1, 2, 3, 4, 5, 6].map((id) => anIntent(id, id === 3 ? 'retired' : 'active')),
});

async function projected(
  model: Uint8Array,
  sessions = 40,
  view = train,
): Promise<FinishedStage & { readonly projection: Projection; readonly svg: string }> {
  const finished = await finishStage('projection', {
    parameters: { sessions, maxLength: 4, seed: 3 },
    artifacts: { train: encodeView(view), model, pool },
    loadRuntime: () => Promise.resolve(runtime),
  });
  const text = (name: string): string => new TextDecoder().decode(finished.artifacts[name]);
  return { ...finished, projection: JSON.parse(text('projection.json')) as Projection, svg: text('projection.svg') };
}

const warnings = ({ reports }: FinishedStage): string[] =>
  reports.flatMap((report) => (report.kind === 'warning' ? [report.message] : []));
const ofKind = ({ points }: Projection, kind: ProjectedPoint['kind']): readonly ProjectedPoint[] =>
  points.filter((point) => point.kind === kind);

describe('the projection', () => {
  it('shows sessions of chance with their likeliest intent, and the active intents by name', async () => {
    const { projection, svg } = await projected(encodeModelFile({ shape, weights, predictor }));
    expect(ofKind(projection, 'intent').map(({ intent, label }) => [intent, label])).toEqual(
      [1, 2, 4, 5, 6].map((id) => [id, `intent ${id}`]),
    );
    const sessions = ofKind(projection, 'session');
    expect(new Set(sessions.map(({ label }) => label)).size).toBe(40);
    for (const { intent, probability } of sessions) {
      expect([1, 2, 4, 5, 6]).toContain(intent);
      expect(probability).toBeGreaterThanOrEqual(1 / INTENTS);
    }
    expect(svg.match(/<circle [^>]*r="3"/g)).toHaveLength(40);
    expect(svg).toContain('intent 6');
  });

  it('takes all sessions where there are not more', async () => {
    const { projection } = await projected(encodeModelFile({ shape, weights, predictor }), 1000);
    expect(ofKind(projection, 'session').map(({ label }) => label)).toEqual(
      [...train.session].map((number) => `session ${number}`),
    );
  });

  it('leaves out sessions without a context, as leave-one-out makes them of three items', async () => {
    const view = aView([[1, 2, 3], [4], [5, 6], [7]], { itemCount: ITEMS });
    const { projection } = await projected(encodeModelFile({ shape, weights, predictor }), 40, view);
    expect(ofKind(projection, 'session').map(({ label }) => label)).toEqual(['session 0', 'session 2']);
  });

  it('gives the same bytes for the same model', async () => {
    const model = encodeModelFile({ shape, weights, predictor });
    expect((await projected(model)).artifacts).toEqual((await projected(model)).artifacts);
  });

  it('measures how well the spaces match: intents that follow the sessions do', async () => {
    const finished = await projected(encodeModelFile({ shape, weights, predictor }));
    const { alignment } = finished.projection;
    expect(alignment!.sessions).toBe(40);
    expect(alignment!.cka).toBeGreaterThan(0.1);
    expect(alignment!.overlapByChance).toBeCloseTo(10 / 39, 12);
    expect(alignment!.neighbourOverlap).toBeGreaterThan(alignment!.overlapByChance);
    expect(warnings(finished)).toEqual([]);
    expect(finished.metrics.map(({ name, value }) => [name, value])).toEqual([
      ['cka', alignment!.cka],
      ['neighbourOverlap', alignment!.neighbourOverlap],
    ]);
  });

  it('warns of a mismatch: intents that are the same for all sessions know nothing of them', async () => {
    const key = weights['intents.key']!;
    const blind = { ...weights, 'intents.key': { ...key, data: new Float32Array(key.data.length) } };
    const finished = await projected(encodeModelFile({ shape, weights: blind, predictor }));
    expect(Math.abs(finished.projection.alignment!.cka)).toBeLessThan(0.1);
    expect(warnings(finished)[0]).toContain('Mismatch of intents and sessions');
  });

  it('shows a model that predicts intents without recommending by them', async () => {
    const beside = { ...predictor, fusion: 'none' } as const;
    const kept = Object.fromEntries(
      Object.entries(weights).filter(([name]) => !/^intents\.(value|output|gate)/.test(name)),
    );
    const { projection } = await projected(encodeModelFile({ shape, weights: kept, predictor: beside }));
    expect(projection.points).toHaveLength(45);
    expect(projection.points.every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y))).toBe(true);
  });

  it('says so where the model has no intents', async () => {
    const backbone = initialSasrec(shape, stream(1, 'data', 'backbone'));
    const finished = await projected(encodeModelFile({ shape, weights: backbone, predictor: null }));
    expect(finished.projection).toEqual({ alignment: null, points: [] });
    expect(warnings(finished)).toEqual(['The model has no intents, so there is nothing to project.']);
    expect(finished.svg).toContain('The model has no intents.');
  });
});
