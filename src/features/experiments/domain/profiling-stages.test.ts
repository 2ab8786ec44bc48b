import { describe, expect, it } from 'vitest';
import { contentHash } from '#kernel/content-hash.ts';
import type { PlannedStage } from '#features/stages/domain/stage.ts';
import { aGround, aTrial } from '../../../../test/support/builders.ts';
import type { Settings } from './manifest-schema.ts';
import type { PlanGround } from './planned-stages.ts';
import { distinctStages, stagesOf } from './stage-graph.ts';

type Change = { readonly [Section in keyof Settings]?: Partial<Settings[Section]> };

/** A trial of the whole method with some settings changed. */
function sprint(change: Change = {}, seeds = { train: 1, profile: 1 }) {
  const { settings } = aTrial();
  const merged = Object.entries(change).map(([section, values]) => [
    section,
    typeof values === 'object' ? { ...(settings[section as keyof Settings] as object), ...values } : values,
  ]);
  return aTrial({ settings: { ...settings, method: 'sprint', ...Object.fromEntries(merged) } as Settings, seeds });
}

const planned = (change: Change = {}, ground: Partial<PlanGround> = {}): readonly PlannedStage[] =>
  stagesOf(sprint({ probe: { randomIntents: 0 }, ...change }), aGround(ground));
const kinds = (stages: readonly PlannedStage[]): readonly string[] => stages.map(({ kind }) => kind);
const batches = (stages: readonly PlannedStage[]) => stages.filter(({ kind }) => kind === 'profiling-batch');
const differing = (left: readonly PlannedStage[], right: readonly PlannedStage[]): readonly string[] => {
  const keys = new Set(left.map(({ key }) => key));
  return right.filter(({ key }) => !keys.has(key)).map(({ kind }) => kind);
};

describe('the stages of a trial that profiles', () => {
  it('come inputs first, its evaluation last', () => {
    const stages = planned({ selection: { ratio: 0.7 } });
    expect(kinds(stages)).toEqual([
      'sessions',
      'warm-up',
      'pool',
      'uncertainty',
      'selection',
      'profiling-batch',
      'profiling-batch',
      'profiling-finalise',
      'training',
      'uncertainty',
      'evaluation',
    ]);
    const before = new Set<string>();
    for (const { key, inputs } of stages) {
      for (const source of Object.values(inputs))
        if (source.from === 'stage') expect(before.has(source.stage)).toBe(true);
      before.add(key);
    }
  });

  it('cut the order at multiples of 64, each batch reading the pool of the one before', () => {
    const chain = batches(planned({ selection: { ratio: 1 } }, { eligibleSessions: 150 }));
    expect(chain.map(({ parameters }) => [parameters['from'], parameters['to']])).toEqual([
      [0, 64],
      [64, 128],
      [128, 150],
    ]);
    expect(chain[1]?.inputs['pool']).toEqual({ from: 'stage', stage: chain[0]?.key, artifact: 'pool.json' });
  });

  it('share the batches of a smaller ratio with a larger one, all but the one in which it ends', () => {
    const [small, large] = [0.1, 0.2].map((ratio) => planned({ selection: { ratio } }, { eligibleSessions: 1000 }));
    // 100 sessions are a batch and 36 of the next; 200 are three batches and 8.
    expect(differing(small!, large!).filter((kind) => kind === 'profiling-batch')).toHaveLength(3);
    expect(batches(small!).at(-1)?.parameters).toMatchObject({ from: 64, to: 100 });
    expect(batches(large!)[1]?.parameters).toMatchObject({ from: 64, to: 128 });
  });

  it.each([
    [0.07, 100, 7],
    [0.1, 95, 10],
    [1, 95, 95],
  ])('profile the ceiling of a ratio of %f of %i sessions', (ratio, eligibleSessions, count) => {
    expect(batches(planned({ selection: { ratio } }, { eligibleSessions })).at(-1)?.parameters['to']).toBe(count);
  });

  it('profile nothing at ratio 0: the initial pool, and no labels', () => {
    const stages = planned({ selection: { ratio: 0 } });
    expect(kinds(stages)).toEqual(['sessions', 'warm-up', 'pool', 'training', 'uncertainty', 'evaluation']);
    const training = stages.find(({ kind }) => kind === 'training');
    expect(Object.keys(training?.inputs ?? {})).toEqual(['train', 'valid', 'warmUpBest', 'pool']);
  });

  it('run again only what reads a setting that changes', () => {
    const stages = planned();
    const after = ['training', 'evaluation'];
    expect(differing(stages, planned({ enrichment: { strategy: 'self' } }))).toEqual(after);
    expect(differing(stages, planned({ enrichment: { neighbours: 7 } }))).toEqual(after);
    expect(differing(stages, planned({ intents: { minSupport: 0 } }))).toEqual(['profiling-finalise', ...after]);
    expect(differing(stages, planned({ profiling: { attempts: 2 } }))).toEqual([
      'profiling-batch',
      'profiling-finalise',
      ...after,
    ]);
    expect(differing(stages, planned({ selection: { strategy: 'longest' } }))[0]).toBe('selection');
    const seeds = stagesOf(sprint({ probe: { randomIntents: 0 } }, { train: 2, profile: 1 }), aGround());
    expect(differing(stages, seeds)).toEqual(after);
  });

  it('are one training where arms differ only in what their strategy or their method does not read', () => {
    const self = planned({ enrichment: { strategy: 'self' } });
    expect(differing(self, planned({ enrichment: { strategy: 'self', neighbours: 7, temperature: 1 } }))).toEqual([]);
    const training = (method: 'sprint' | 'auxiliary-only', fusion: 'gated' | 'add') =>
      planned({ method, predictor: { fusion } }).find(({ kind }) => kind === 'training')?.key;
    expect(training('auxiliary-only', 'add')).toBe(training('auxiliary-only', 'gated'));
    expect(training('sprint', 'add')).not.toBe(training('sprint', 'gated'));
  });

  it('ask for the uncertainty of nothing that a random order does not need', () => {
    const random = planned({ selection: { strategy: 'random' } });
    const other = planned({ selection: { strategy: 'random', sessionEntropy: 'cluster', k: 1, combine: 'borda' } });
    expect(differing(random, other)).toEqual([]);
    expect(kinds(random)).toHaveLength(kinds(planned()).length - 1);
    expect(kinds(planned({ selection: { strategy: 'random' }, probe: { benefit: 300 } }))).toContain('probe');
  });

  it('carry what was spent from batch to batch under a budget of calls, and reach as far as it can at most', () => {
    const chain = batches(planned({ selection: { budget: { calls: 140 } } }, { eligibleSessions: 1000 }));
    expect(chain.map(({ parameters }) => parameters['to'])).toEqual([64, 70]);
    expect(chain[0]?.parameters['budget']).toEqual({ calls: 140 });
    expect(chain.map(({ inputs }) => Object.keys(inputs).includes('spent'))).toEqual([false, true]);
    const bySessions = batches(planned({ selection: { budget: { sessions: 70 } } }, { eligibleSessions: 1000 }));
    expect(bySessions.map(({ parameters }) => [parameters['to'], parameters['budget']])).toEqual([
      [64, null],
      [70, null],
    ]);
  });

  it('are trained and told apart alike whatever the profile seed: by the warm-up of the first', () => {
    const change = { probe: { randomIntents: 0 } };
    const [first, second] = [1, 2].map((profile) => stagesOf(sprint(change, { train: 1, profile }), aGround()));
    const inputOf = (stages: readonly PlannedStage[], kind: string, name: string) =>
      stages.findLast((stage) => stage.kind === kind)?.inputs[name];
    expect(inputOf(second!, 'training', 'warmUpBest')).toEqual(inputOf(first!, 'training', 'warmUpBest'));
    expect(inputOf(second!, 'evaluation', 'uncertainty')).toEqual(inputOf(first!, 'evaluation', 'uncertainty'));
    expect(inputOf(second!, 'pool', 'model')).not.toEqual(inputOf(first!, 'pool', 'model'));
    expect(kinds(second!).filter((kind) => kind === 'warm-up')).toHaveLength(2);
  });

  it('read the model of a provider and not its name', () => {
    const named = planned({ profiling: { llm: 'another-name' } });
    expect(differing(planned(), named)).toEqual([]);
    const worse = planned({}, { llm: () => ({ kind: 'simulated', errorRate: 0.5 }) });
    expect(differing(planned(), worse)[0]).toBe('pool');
  });

  it('fit two more warm-ups for cross-fitting, which only the uncertainty reads', () => {
    const stages = planned({ selection: { crossFit: 2 } });
    expect(kinds(stages).filter((kind) => kind === 'warm-up')).toHaveLength(3);
    const scored = stages.find(({ kind, parameters }) => kind === 'uncertainty' && parameters['of'] === 'train');
    expect(Object.keys(scored?.inputs ?? {})).toEqual(['sessions', 'model0', 'model1']);
  });

  it('give the simulated model the synonyms of planted data, and no stage their truth', () => {
    const synonyms = contentHash('synonyms');
    const stages = planned({}, { files: { ...aGround().files, synonyms } });
    const readers = stages.filter(({ inputs }) => 'synonyms' in inputs).map(({ kind }) => kind);
    expect(readers).toEqual(['pool', 'profiling-batch']);
  });

  it('probe what acceptance is worth beside the rest, as often as a pool is made', () => {
    const both = [1, 2].map((train) => stagesOf(sprint({}, { train, profile: 1 }), aGround()));
    expect(distinctStages(both).filter(({ kind }) => kind === 'probe')).toHaveLength(1);
    expect(kinds(both[0]!).at(-1)).toBe('evaluation');
  });

  it('read categories in the place of intents without asking anybody', () => {
    const { settings } = aTrial();
    const stages = stagesOf(aTrial({ settings: { ...settings, method: 'category-intent' } }), aGround());
    expect(kinds(stages)).toEqual(['sessions', 'warm-up', 'pool', 'training', 'uncertainty', 'evaluation']);
    expect(stages[2]?.parameters).toEqual({ source: 'categories', initial: 40 });
  });
});

describe('validation and test sessions', () => {
  it('reach nothing that a profiling trial trains on but its early stopping', () => {
    const stages = planned();
    const readers = (artifact: string) =>
      stages
        .filter(({ inputs }) =>
          Object.values(inputs).some((source) => source.from === 'stage' && source.artifact === artifact),
        )
        .map(({ kind }) => kind);
    expect(readers('test.safetensors')).toEqual(['uncertainty', 'evaluation']);
    expect(readers('valid.safetensors')).toEqual(['warm-up', 'training', 'evaluation']);
    const byDecile = stages.at(-2)!;
    const readByOthers = stages.filter(({ inputs }) =>
      Object.values(inputs).some((source) => source.from === 'stage' && source.stage === byDecile.key),
    );
    expect(kinds(readByOthers)).toEqual(['evaluation']);
  });
});
