import { describe, expect, it } from 'vitest';
import { expandArms, gridSize } from './arms.ts';
import { manifestSchema, type Manifest } from './manifest-schema.ts';

function aManifest(parts: Partial<Record<keyof Manifest, unknown>>): Manifest {
  return manifestSchema.parse({ sprintlab: 1, name: 'demo', question: 'Which?', dataset: 'beauty', ...parts });
}

function namesOf(parts: Partial<Record<keyof Manifest, unknown>>): readonly string[] {
  return expandArms(aManifest(parts)).map(({ name }) => name);
}

describe('expandArms', () => {
  it('multiplies the axes in manifest order, the last fastest, and names arms by them', () => {
    expect(namesOf({ axes: { 'selection.strategy': ['random', 'uncertainty'], 'intents.cap': [10, 40] } })).toEqual([
      'selection.strategy=random, intents.cap=10',
      'selection.strategy=random, intents.cap=40',
      'selection.strategy=uncertainty, intents.cap=10',
      'selection.strategy=uncertainty, intents.cap=40',
    ]);
  });

  it('writes booleans as they are, and values with keys of their own as JSON', () => {
    expect(
      namesOf({ axes: { 'selection.budget': [null, { calls: 9 }], 'profiling.validate': [true, false] } })[3],
    ).toBe('selection.budget={"calls":9}, profiling.validate=false');
  });

  it('leaves an axis of one value out of the name, but not out of the settings', () => {
    const [first] = expandArms(aManifest({ axes: { 'intents.cap': [10], 'selection.k': [1, 2] } }));
    expect(first).toMatchObject({
      name: 'selection.k=1',
      values: { 'selection.k': 1 },
      settings: { intents: { cap: 10 } },
    });
  });

  it('moves linked axes together', () => {
    const link = [{ 'selection.ratio': [0.05, 0.1], 'profiling.attempts': [2, 3] }];
    expect(namesOf({ axes: { 'intents.cap': [10, 40] }, link })).toEqual([
      'intents.cap=10, selection.ratio=0.05, profiling.attempts=2',
      'intents.cap=10, selection.ratio=0.1, profiling.attempts=3',
      'intents.cap=40, selection.ratio=0.05, profiling.attempts=2',
      'intents.cap=40, selection.ratio=0.1, profiling.attempts=3',
    ]);
  });

  it('leaves out what is excluded', () => {
    const axes = { 'selection.strategy': ['random', 'longest'], 'intents.cap': [10, 40] };
    expect(namesOf({ axes, exclude: [{ 'selection.strategy': 'random', 'intents.cap': 40 }] })).toEqual([
      'selection.strategy=random, intents.cap=10',
      'selection.strategy=longest, intents.cap=10',
      'selection.strategy=longest, intents.cap=40',
    ]);
  });

  it('has one arm named by its method without axes, and no grid beside named arms', () => {
    expect(namesOf({ settings: { method: 'vs-knn' } })).toEqual(['vs-knn']);
    expect(
      namesOf({
        arms: [
          { name: 'popularity', method: 'popularity' },
          { name: 'wide', intents: { cap: 200 } },
        ],
      }),
    ).toEqual(['popularity', 'wide']);
  });

  it('starts named arms from the settings, not from the grid', () => {
    const arms = expandArms(
      aManifest({
        settings: { loss: { intent: 0.3 } },
        axes: { 'intents.cap': [1, 2] },
        arms: [{ name: 'a', loss: { enrichment: 0 } }],
      }),
    );
    expect(arms[2]).toMatchObject({
      name: 'a',
      origin: 'named',
      values: {},
      settings: { loss: { intent: 0.3, enrichment: 0 }, intents: { cap: 100 } },
    });
  });

  it('lets the nearer of ratio and budget count', () => {
    const [grid, named] = expandArms(
      aManifest({
        settings: { selection: { budget: { calls: 9 } } },
        axes: { 'intents.cap': [1] },
        arms: [{ name: 'a', selection: { ratio: 0.2 } }],
      }),
    );
    expect(grid?.settings.selection).toMatchObject({ budget: { calls: 9 } });
    expect(named?.settings.selection).toMatchObject({ budget: null, ratio: 0.2 });
  });

  it('does not change the settings that arms share', () => {
    const manifest = aManifest({ axes: { 'intents.cap': [1, 2] } });
    expandArms(manifest);
    expect(manifest.settings.intents.cap).toBe(100);
  });
});

describe('gridSize', () => {
  it('counts without expanding', () => {
    const values = Array.from({ length: 1000 }, (_, index) => index);
    const axes = {
      'intents.cap': values,
      'selection.k': values,
      'intents.initial': values,
      'intents.minSupport': values,
    };
    expect(gridSize(aManifest({ axes }))).toBe(1e12);
  });
});
