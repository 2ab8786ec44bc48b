import type { Source } from '#features/experiments/domain/document-reader.ts';
import type { PlanSummary } from '#features/experiments/domain/plan-summary.ts';
import { assertWithinLimits, type ManifestPlan } from '#features/experiments/planning.service.ts';
import { formatPlace } from '#kernel/domain-error.ts';
import { say } from './terminal.ts';
import type { Workplace } from './verb.ts';
import { planLine } from './verbs/plan.ts';

export interface PlanOptions {
  /** How many stages would run at once. */
  readonly slots: number;
  /** Go above the `limits` of the manifest. */
  readonly approve?: boolean;
}

export interface ToldPlan {
  readonly plan: ManifestPlan;
  readonly summary: PlanSummary;
}

/**
 * Plans what is to be submitted, tells warnings and bill, and refuses what its own limits do not allow.
 * @throws LimitExceededError unless it is approved; ManifestError; UnreadableManifestError
 */
export async function planToSubmit(
  { application, terminal }: Workplace,
  manifest: string | Source,
  { slots, approve }: PlanOptions,
): Promise<ToldPlan> {
  const plan = await application.planning.plan(manifest);
  for (const place of plan.warnings) say(terminal, `warning: ${formatPlace(place)}`);
  const summary = await application.planning.summarise(plan, slots, await application.calls.meanTokens());
  say(terminal, `${summary.experiment}: ${planLine(summary)}`);
  if (approve !== true) assertWithinLimits(plan, summary);
  return { plan, summary };
}
