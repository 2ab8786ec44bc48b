import { canonicalJson, type JsonValue } from '#kernel/json.ts';
import type { CallOutcome } from '#science/llm/call-book.port.ts';
import { NOTHING_SPENT, type Spent, spentTogether } from '#science/llm/inquiry.ts';
import type { ModelIdentity } from '#science/llm/language-model.port.ts';
import type { SessionVerdict } from './attempt.ts';
import type { Growth } from './pool-growth.ts';
import type { BudgetSpent } from './profiling-budget.ts';
import { PROMPT_VERSIONS } from './prompts/prompt-words.ts';

/** `batch.json`: what a batch took and came to. */
export interface BatchSummary {
  /** Places of the order that were to be profiled, and how many were before a budget ended. */
  readonly from: number;
  readonly to: number;
  readonly sessions: number;
  readonly accepted: number;
  /** Sessions accepted at attempt 1, 2, … */
  readonly acceptedAt: readonly number[];
  /** Attempts by outcome. */
  readonly outcomes: Readonly<Partial<Record<CallOutcome, number>>>;
  /** Sessions of which no text is known, so that nobody was asked. */
  readonly withoutText: number;
  /** Sessions with an intent of their own that has a word of the held-out item's title. */
  readonly overlapsTarget: number;
  readonly poolSize: number;
  readonly growth: Growth;
  readonly spent: Spent;
  /** Of this batch and those before it, where there is a budget. */
  readonly soFar: BudgetSpent | null;
  readonly model: ModelIdentity;
  readonly prompts: Readonly<Record<string, number>>;
}

/** What the verdicts of a batch come to, as far as they tell it. */
export type VerdictCounts = Pick<
  BatchSummary,
  'sessions' | 'accepted' | 'acceptedAt' | 'outcomes' | 'withoutText' | 'overlapsTarget' | 'spent'
>;

/** @param attempts the most that a session has. */
export function countVerdicts(verdicts: readonly SessionVerdict[], attempts: number): VerdictCounts {
  const acceptedAt = acceptedByAttempt(verdicts, attempts);
  const outcomes: Partial<Record<CallOutcome, number>> = {};
  for (const { outcome } of verdicts.flatMap((verdict) => verdict.attempts))
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  return {
    sessions: verdicts.length,
    accepted: acceptedAt.reduce((sum, count) => sum + count, 0),
    acceptedAt,
    outcomes,
    withoutText: countWithoutText(verdicts),
    overlapsTarget: verdicts.filter(({ overlapsTarget }) => overlapsTarget).length,
    spent: verdicts.reduce((sum, { spent }) => spentTogether(sum, spent), NOTHING_SPENT),
  };
}

/** Sessions that nobody was asked about: without any text there is nothing to show. */
export function countWithoutText(sessions: readonly { readonly attempts: readonly unknown[] }[]): number {
  return sessions.filter(({ attempts }) => attempts.length === 0).length;
}

/** How many were accepted at attempt 1, 2, … */
export function acceptedByAttempt(
  sessions: readonly { readonly acceptedAt: number | null }[],
  attempts: number,
): readonly number[] {
  const counts = new Array<number>(attempts).fill(0);
  for (const { acceptedAt } of sessions) if (acceptedAt !== null) counts[acceptedAt - 1]! += 1;
  return counts;
}

/** Share of the sessions asked about that were accepted at attempt ≤ 1, ≤ 2, …; nothing where nobody was asked. */
export function acceptanceByAttempt(acceptedAt: readonly number[], asked: number): readonly number[] {
  if (asked === 0) return [];
  let sum = 0;
  return acceptedAt.map((count) => (sum += count) / asked);
}

export function encodeBatch(summary: Omit<BatchSummary, 'prompts'>): Uint8Array {
  return new TextEncoder().encode(canonicalJson({ ...summary, prompts: PROMPT_VERSIONS } as unknown as JsonValue));
}

/** The bytes come from the stage that wrote them, verified by their hash. */
export function decodeBatch(bytes: Uint8Array): BatchSummary {
  return JSON.parse(new TextDecoder().decode(bytes)) as BatchSummary;
}
