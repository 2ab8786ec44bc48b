import type { PlannedStage } from '#features/stages/domain/stage.ts';
import type { Arm } from './arms.ts';
import { cheapestOrder, type ArmCost } from './cheapest-order.ts';
import type { Basis, LlmBill } from './llm-bill.ts';
import { METHODS } from './methods.ts';
import type { TrialPlan } from './plan.ts';
import { costAbove, StageCosts, type Cost, type Known } from './stage-costs.ts';
import { distinctStages } from './stage-graph.ts';

/** What a manifest asks for, and the bill, before anything starts. */
export interface PlanSummary {
  readonly experiment: string;
  readonly trials: number;
  readonly arms: number;
  readonly stages: {
    /** Steps of all trials, as a runner that shares nothing would run them. */
    readonly total: number;
    readonly distinct: number;
    /** Distinct stages whose results are there already. */
    readonly cached: number;
    readonly toRun: number;
  };
  /** At most; what is done already costs nothing. */
  readonly llm: LlmBill;
  readonly seconds: {
    readonly expected: number;
    /** Measured where stages like each of those to run ran on this host, on the same data. */
    readonly basis: Basis;
    /** How many of the stages to run that is true of. */
    readonly measuredStages: number;
  };
  readonly byAxis: readonly AxisCost[];
  readonly byRatio: readonly RatioCost[];
  readonly cheapestOrder: readonly ArmCost[];
}

/** What an axis adds: what would not be there if it kept its first value. */
export interface AxisCost {
  readonly axis: string;
  readonly values: number;
  readonly arms: number;
  /** Distinct stages, also those that are done. */
  readonly stages: number;
  /** Of what is to run, as the others. */
  readonly calls: number;
  readonly usd: number;
  readonly seconds: number;
}

/** What profiling this share of the sessions costs more than the next smaller share; the smallest pays for the pool. */
export interface RatioCost extends Cost {
  readonly ratio: number;
  readonly trials: number;
}

export function summarisePlan(
  experiment: string,
  plan: { readonly arms: readonly Arm[]; readonly trials: readonly TrialPlan[] },
  known: Known,
): PlanSummary {
  const distinct = stagesOfTrials(plan.trials);
  const costs = new StageCosts(distinct, known);
  const whole = costs.costOf(distinct);
  const measuredStages = costs.measuredAmong(distinct);
  return {
    experiment,
    trials: plan.trials.length,
    arms: plan.arms.length,
    stages: {
      total: plan.trials.reduce((sum, { stages }) => sum + stages.length, 0),
      distinct: distinct.length,
      cached: distinct.length - whole.stages,
      toRun: whole.stages,
    },
    llm: costs.billOf(distinct),
    seconds: {
      expected: whole.seconds,
      basis: measuredStages === whole.stages ? 'measured' : 'guessed',
      measuredStages,
    },
    byAxis: axisCosts(plan, costs),
    byRatio: ratioCosts(plan.trials, costs),
    cheapestOrder: cheapestOrder(armStages(plan.trials), costs),
  };
}

function axisCosts(
  { arms, trials }: { readonly arms: readonly Arm[]; readonly trials: readonly TrialPlan[] },
  costs: StageCosts,
): readonly AxisCost[] {
  const axes = [...new Set(arms.flatMap(({ values }) => Object.keys(values)))];
  const all = stagesOfTrials(trials);
  return axes.map((axis) => {
    const valueOf = (arm: Arm): string => JSON.stringify(arm.values[axis]);
    const onAxis = arms.filter(({ values }) => axis in values);
    const first = onAxis[0] === undefined ? '' : valueOf(onAxis[0]);
    const added = new Set(onAxis.filter((arm) => valueOf(arm) !== first).map(({ name }) => name));
    const others = stagesOfTrials(trials.filter(({ trial }) => !added.has(trial.arm)));
    const cost = costAbove(costs.costOf(others), costs.costOf(all));
    const values = new Set(onAxis.map(valueOf)).size;
    return { axis, values, arms: added.size, ...cost, stages: all.length - others.length };
  });
}

/** A budget decides for itself how many sessions are profiled: then there is no ratio. */
function ratioCosts(trials: readonly TrialPlan[], costs: StageCosts): readonly RatioCost[] {
  const profiling = trials.filter(
    ({ trial: { settings } }) => METHODS[settings.method].profileSeed === 'each' && settings.selection.budget === null,
  );
  const ratioOf = ({ trial }: TrialPlan): number => trial.settings.selection.ratio;
  const ratios = [...new Set(profiling.map(ratioOf))].sort((left, right) => left - right);
  const upTo = ratios.map((ratio) => costs.costOf(stagesOfTrials(profiling.filter((one) => ratioOf(one) <= ratio))));
  return ratios.map((ratio, at) => ({
    ratio,
    trials: profiling.filter((one) => ratioOf(one) === ratio).length,
    ...costAbove(upTo[at - 1] ?? NOTHING, upTo[at] ?? NOTHING),
  }));
}

const NOTHING: Cost = { stages: 0, calls: 0, usd: 0, seconds: 0 };

function armStages(trials: readonly TrialPlan[]) {
  const byArm = new Map<string, TrialPlan[]>();
  for (const plan of trials) {
    const known = byArm.get(plan.trial.arm);
    if (known === undefined) byArm.set(plan.trial.arm, [plan]);
    else known.push(plan);
  }
  return [...byArm].map(([arm, own]) => ({ arm, stages: stagesOfTrials(own) }));
}

function stagesOfTrials(trials: readonly TrialPlan[]): readonly PlannedStage[] {
  return distinctStages(trials.map(({ stages }) => stages));
}
