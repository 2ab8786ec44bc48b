import type { SessionVerdict } from './attempt.ts';
import type { LoopSettings } from './session-questions.ts';

/** Where profiling stops before the end of the order; the session that crosses the number is the last. */
export type ProfilingBudget =
  Readonly<{ calls: number }> | Readonly<{ tokens: number }> | Readonly<{ acceptedLabels: number }>;

/** What profiling took so far, of all that a budget can count. */
export interface BudgetSpent {
  readonly calls: number;
  readonly tokens: number;
  /** Sessions that were accepted. */
  readonly acceptedLabels: number;
}

export const NOTHING_SPENT_SO_FAR: BudgetSpent = { calls: 0, tokens: 0, acceptedLabels: 0 };

export function spentWith(before: BudgetSpent, { spent, acceptedAt }: SessionVerdict): BudgetSpent {
  return {
    calls: before.calls + spent.calls,
    tokens: before.tokens + spent.promptTokens + spent.completionTokens,
    acceptedLabels: before.acceptedLabels + (acceptedAt === null ? 0 : 1),
  };
}

/** What is left of a budget; nothing and less: it is spent. */
export function leftOf(budget: ProfilingBudget, spent: BudgetSpent): number {
  if ('calls' in budget) return budget.calls - spent.calls;
  if ('tokens' in budget) return budget.tokens - spent.tokens;
  return budget.acceptedLabels - spent.acceptedLabels;
}

/**
 * How many of the next sessions are profiled in any case, so that they can be asked about at once: none of them but the last can
 * be the one that crosses the number.
 */
export function certainSessions(budget: ProfilingBudget, left: number, settings: LoopSettings): number {
  if ('calls' in budget) return Math.ceil(left / mostCalls(settings));
  // What a session costs in tokens has no bound that is worth a calculation.
  return 'tokens' in budget ? 1 : Math.ceil(left);
}

/** Of a session: each question of each attempt, and again. */
function mostCalls({ attempts, validate, requireGain }: LoopSettings): number {
  const questions = validate ? (requireGain ? 3 : 2) : 1;
  return attempts * questions * 2;
}
