import { describe, expect, it } from 'vitest';
import { expandArms } from './arms.ts';
import { ManifestError } from './manifest-error.ts';
import { manifestSchema, type Manifest } from './manifest-schema.ts';
import { countTrials, planTrials, seedList, type DatasetOutline } from './trials.ts';

const NO_COLUMNS = {
  user: false,
  time: false,
  order: false,
  session: false,
  split: false,
  title: false,
  categories: false,
};

function aDataset(name: string, ...columns: (keyof typeof NO_COLUMNS)[]): [string, DatasetOutline] {
  return [name, { name, columns: { ...NO_COLUMNS, ...Object.fromEntries(columns.map((column) => [column, true])) } }];
}

function aManifest(parts: Partial<Record<keyof Manifest, unknown>>): Manifest {
  return manifestSchema.parse({ sprintlab: 1, name: 'demo', question: 'Which?', dataset: 'days', ...parts });
}

describe('planTrials', () => {
  const datasets = new Map([aDataset('days', 'user', 'time'), aDataset('marked', 'session', 'split')]);

  it('crosses arms, data sets and seeds, and repeats nothing over seeds that a method does not read', () => {
    const manifest = aManifest({
      dataset: ['days', 'marked'],
      arms: [
        { name: 'popularity', method: 'popularity' },
        { name: 'backbone', method: 'backbone' },
        { name: 'sprint', method: 'sprint' },
        { name: 'ranker', method: 'llm-ranker' },
      ],
      seeds: { train: 2, profile: [7, 5] },
    });
    const arms = expandArms(manifest);
    const trials = planTrials(manifest, arms, datasets);
    const seedsOf = (arm: string): readonly string[] =>
      trials
        .filter((trial) => trial.arm === arm && trial.dataset === 'days')
        .map(({ seeds }) => `${String(seeds.train)}/${String(seeds.profile)}`);
    expect(seedsOf('popularity')).toEqual(['null/null']);
    expect(seedsOf('backbone')).toEqual(['1/7', '2/7']);
    expect(seedsOf('sprint')).toEqual(['1/7', '1/5', '2/7', '2/5']);
    expect(seedsOf('ranker')).toEqual(['1/null', '2/null']);
    // (1 + 2 + 4 + 2) on each of two data sets
    expect(trials).toHaveLength(18);
    expect(countTrials(manifest, arms)).toBe(18);
  });

  it('decides what the manifest leaves to the data, for each data set', () => {
    const manifest = aManifest({ dataset: ['days', 'marked'], settings: { method: 'popularity' } });
    const [days, marked] = planTrials(manifest, expandArms(manifest), datasets);
    expect(days?.protocol).toEqual({
      sessions: 'same-day',
      split: 'temporal',
      minItemCount: 5,
      minLength: 2,
      maxLength: 20,
      evaluate: 'last',
      maskSeen: false,
      cutoffs: [5, 10, 20],
    });
    expect(marked?.protocol).toMatchObject({ sessions: 'given', split: 'given' });
  });

  it('masks seen items by default only with leave-one-out, and turns durations into seconds', () => {
    const protocolOf = (protocol: unknown): unknown => {
      const manifest = aManifest({ protocol, settings: { method: 'popularity' } });
      return planTrials(manifest, expandArms(manifest), datasets)[0]?.protocol;
    };
    const leaveOneOut = { sessions: 'history', split: 'leave-one-out' };
    expect(protocolOf(leaveOneOut)).toMatchObject({ maskSeen: true });
    expect(protocolOf({ ...leaveOneOut, maskSeen: false })).toMatchObject({ maskSeen: false });
    // 30 minutes and half a day
    expect(protocolOf({ sessions: { gap: '30m' } })).toMatchObject({ sessions: { gapSeconds: 1800 } });
    expect(protocolOf({ sessions: { gap: '12h' } })).toMatchObject({ sessions: { gapSeconds: 43_200 } });
  });

  it('refuses data sets that are not there', () => {
    const manifest = aManifest({ dataset: 'dais', settings: { method: 'popularity' } });
    expect(() => planTrials(manifest, expandArms(manifest), datasets)).toThrow(ManifestError);
  });
});

describe('seedList', () => {
  it('counts from 1', () => {
    expect(seedList(3)).toEqual([1, 2, 3]);
    expect(seedList([9, 4])).toEqual([9, 4]);
  });
});
