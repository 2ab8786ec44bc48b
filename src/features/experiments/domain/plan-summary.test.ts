import { describe, expect, it } from 'vitest';
import { aGround, aTrial } from '../../../../test/support/builders.ts';
import type { PlannedStage, StageKey } from '#features/stages/domain/stage.ts';
import type { Arm } from './arms.ts';
import type { TrialPlan } from './plan.ts';
import { summarisePlan } from './plan-summary.ts';
import type { Known } from './stage-costs.ts';
import { stagesOf } from './stage-graph.ts';

/** A thousand sessions that can be profiled, with three attempts of two calls each. */
const GROUND = aGround({ eligibleSessions: 1000 });

function armOf(ratio: number, strategy: 'self' | 'none' = 'self'): Arm {
  const { settings } = aTrial();
  return {
    name: `${ratio} ${strategy}`,
    origin: 'grid',
    values: { 'selection.ratio': ratio, 'enrichment.strategy': strategy },
    settings: {
      ...settings,
      method: 'sprint',
      selection: { ...settings.selection, ratio },
      enrichment: { ...settings.enrichment, strategy },
      probe: { randomIntents: 0, benefit: 0 },
    },
  };
}

function trialOf({ name, settings }: Arm): TrialPlan {
  const seeds = { train: 1, profile: 1 };
  const trial = aTrial({ arm: name, settings, seeds: settings.method === 'sprint' ? seeds : aTrial().seeds });
  return { trial, stages: stagesOf(trial, GROUND) };
}

const POPULARITY: Arm = { name: 'popularity', origin: 'named', values: {}, settings: aTrial().settings };

function summary(arms: readonly Arm[], known: Partial<Known> = {}) {
  const guessed: Known = {
    done: new Set(),
    seconds: () => ({ seconds: 1, isMeasured: false }),
    tokens: new Map(),
    slots: 1,
  };
  return summarisePlan('test', { arms, trials: arms.map(trialOf) }, { ...guessed, ...known });
}

const keysOf = (arm: Arm): ReadonlySet<StageKey> => new Set(trialOf(arm).stages.map(({ key }) => key));

describe('what each ratio of a plan costs', () => {
  it('is what it adds to the smaller one, and the first pays for the pool', () => {
    const { byRatio, llm } = summary([armOf(0.2), armOf(0.05), armOf(0.1), POPULARITY]);
    // 11 for the pool and 6 for each of 50 sessions; then 6 for each of the next 50 and 100.
    expect(byRatio.map(({ ratio, trials, calls }) => [ratio, trials, calls])).toEqual([
      [0.05, 1, 311],
      [0.1, 1, 300],
      [0.2, 1, 600],
    ]);
    expect(llm.calls).toBe(1211);
  });

  it('is nothing where it is done', () => {
    const { byRatio } = summary([armOf(0.05), armOf(0.1)], { done: keysOf(armOf(0.05)) });
    expect(byRatio.map(({ calls }) => calls)).toEqual([0, 300]);
  });

  it('is not said of a budget, nor of a method that profiles nothing', () => {
    const arm = armOf(0.1);
    const budgeted = {
      ...arm,
      settings: { ...arm.settings, selection: { ...arm.settings.selection, budget: { sessions: 5 } } },
    };
    expect(summary([budgeted, POPULARITY]).byRatio).toEqual([]);
  });
});

describe('what an axis adds', () => {
  it('are the stages, calls and seconds that would not be there with its first value alone', () => {
    const grid = [armOf(0.05), armOf(0.05, 'none'), armOf(0.1), armOf(0.1, 'none')];
    const { byAxis } = summary(grid, { slots: 2 });
    // A ratio of a tenth adds the whole first batch, the second, their end, and of two arms training and evaluation: 7.
    // An enrichment adds training and evaluation for both ratios: 4. Two processes halve the time.
    expect(byAxis).toEqual([
      { axis: 'selection.ratio', values: 2, arms: 2, stages: 7, calls: 300, usd: 0, seconds: 3.5 },
      { axis: 'enrichment.strategy', values: 2, arms: 2, stages: 4, calls: 0, usd: 0, seconds: 2 },
    ]);
  });
});

describe('the cheapest order of the arms', () => {
  const order = (arms: readonly Arm[], known: Partial<Known> = {}) =>
    summary(arms, known).cheapestOrder.map(({ arm, calls, stages }) => [arm, calls, stages]);

  it('begins with what asks nobody, then has the fewest calls next, and counts what is shared once', () => {
    // The stages of popularity are 3, of which sessions are shared: the sprint arm has 11 and adds 10.
    const first = trialOf(armOf(0.05)).stages.length - 1;
    expect(order([armOf(0.1), armOf(0.05), armOf(0.05, 'none'), POPULARITY])).toEqual([
      ['popularity', 0, 3],
      ['0.05 self', 311, first],
      ['0.05 none', 0, 2],
      ['0.1 self', 300, 5],
    ]);
  });

  it('adds up to the plan', () => {
    const arms = [armOf(0.2), armOf(0.1), armOf(0.05, 'none'), POPULARITY, armOf(0.1, 'none'), armOf(0.02)];
    const known = { slots: 3, seconds: (stage: PlannedStage) => ({ seconds: stage.kind.length, isMeasured: true }) };
    const whole = summary(arms, known);
    const sum = (of: 'calls' | 'stages' | 'seconds') => whole.cheapestOrder.reduce((total, arm) => total + arm[of], 0);
    expect(sum('calls')).toBe(whole.llm.calls);
    expect(sum('stages')).toBe(whole.stages.toRun);
    expect(sum('seconds')).toBeCloseTo(whole.seconds.expected, 6);
  });

  it('of arms that cost the same calls takes the shorter one first, and of equals the one that is named first', () => {
    const slow = aTrial().settings;
    const other: Arm = { ...POPULARITY, name: 'all', settings: { ...slow, popularity: { counts: 'all' } } };
    const third: Arm = { ...other, name: 'again' };
    const seconds = ({ parameters }: PlannedStage) => ({
      seconds: parameters['counts'] === 'train' ? 10 : 1,
      isMeasured: true,
    });
    expect(order([POPULARITY, other, third], { seconds })).toEqual([
      ['all', 0, 3],
      ['again', 0, 0],
      ['popularity', 0, 2],
    ]);
  });

  it('costs nothing where all is done', () => {
    expect(order([POPULARITY], { done: keysOf(POPULARITY) })).toEqual([['popularity', 0, 0]]);
  });
});

describe('the time of a plan', () => {
  it('is measured only if every stage to run was measured on the same data', () => {
    const isMeasured = (kinds: readonly string[]) => ({
      seconds: ({ kind }: PlannedStage) => ({ seconds: 4, isMeasured: kinds.includes(kind) }),
      slots: 2,
    });
    const all = summary([POPULARITY], isMeasured(['sessions', 'baseline', 'evaluation']));
    // Three stages of four seconds on two processes.
    expect(all.seconds).toEqual({ expected: 6, basis: 'measured', measuredStages: 3 });
    const some = summary([POPULARITY], isMeasured(['sessions', 'baseline']));
    expect(some.seconds).toEqual({ expected: 6, basis: 'guessed', measuredStages: 2 });
  });
});
