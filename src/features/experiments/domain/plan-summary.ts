import type { PlannedStage, StageKey } from '#features/stages/domain/stage.ts';
import type { Arm } from './arms.ts';
import { llmBill, type LlmBill } from './llm-bill.ts';
import type { TrialPlan } from './plan.ts';
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
  readonly seconds: { readonly expected: number; readonly basis: 'measured' | 'guessed' };
  readonly byAxis: readonly AxisCost[];
}

/** What an axis adds: the distinct stages that would not be there if it kept its first value. */
export interface AxisCost {
  readonly axis: string;
  readonly values: number;
  readonly arms: number;
  readonly stages: number;
}

/** What is known of the time that stages of one kind and method took before, in seconds. */
export type MeasuredSeconds = (stage: PlannedStage) => number | null;

/** Seconds of a stage that never ran here: a start of a process and a little work. A guess, and labelled as one. */
const GUESSED_SECONDS = 1;

export function summarisePlan(
  experiment: string,
  plan: { readonly arms: readonly Arm[]; readonly trials: readonly TrialPlan[] },
  known: { readonly done: ReadonlySet<StageKey>; readonly seconds: MeasuredSeconds; readonly slots: number },
): PlanSummary {
  const distinct = distinctStages(plan.trials.map(({ stages }) => stages));
  const toRun = distinct.filter(({ key }) => !known.done.has(key));
  const measured = toRun.map(known.seconds);
  const total = measured.reduce<number>((sum, seconds) => sum + (seconds ?? GUESSED_SECONDS), 0);
  return {
    experiment,
    trials: plan.trials.length,
    arms: plan.arms.length,
    stages: {
      total: plan.trials.reduce((sum, { stages }) => sum + stages.length, 0),
      distinct: distinct.length,
      cached: distinct.length - toRun.length,
      toRun: toRun.length,
    },
    llm: llmBill(distinct, known.done),
    seconds: { expected: total / known.slots, basis: measured.includes(null) ? 'guessed' : 'measured' },
    byAxis: axisCosts(plan.arms, plan.trials),
  };
}

function axisCosts(arms: readonly Arm[], trials: readonly TrialPlan[]): readonly AxisCost[] {
  const axes = [...new Set(arms.flatMap(({ values }) => Object.keys(values)))];
  const all = distinctStages(trials.map(({ stages }) => stages)).length;
  return axes.map((axis) => {
    const valueOf = (arm: Arm): string => JSON.stringify(arm.values[axis]);
    const onAxis = arms.filter(({ values }) => axis in values);
    const first = onAxis[0] === undefined ? '' : valueOf(onAxis[0]);
    const added = new Set(onAxis.filter((arm) => valueOf(arm) !== first).map(({ name }) => name));
    const others = trials.filter(({ trial }) => !added.has(trial.arm));
    const stages = all - distinctStages(others.map((one) => one.stages)).length;
    return { axis, values: new Set(onAxis.map(valueOf)).size, arms: added.size, stages };
  });
}
