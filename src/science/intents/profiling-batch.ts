import { inOrder } from '#science/llm/in-order.ts';
import { acceptedIntents, type SessionVerdict } from './attempt.ts';
import type { HardSession } from './hard-session.ts';
import type { IntentPool } from './intent-pool.ts';
import type { Growth, GrowingPool } from './pool-growth.ts';
import { profileSession } from './predict-and-correct.ts';
import { type BudgetSpent, certainSessions, leftOf, type ProfilingBudget, spentWith } from './profiling-budget.ts';
import type { Loop } from './session-questions.ts';
import { profileOf, type SessionProfile } from './session-profile.ts';

/** Sessions that are asked about at once: a hosted model answers many at a time. What comes out does not depend on it. */
const AT_ONCE = 16;

/** Profiles sessions in their order, independently of each other. Yields each verdict. */
export async function* profiledSessions(
  loop: Loop,
  sessions: readonly HardSession[],
  atOnce = AT_ONCE,
): AsyncGenerator<SessionVerdict, void> {
  yield* inOrder(sessions, atOnce, (session) => profileSession(loop, session));
}

/** Profiles sessions in their order until the budget is spent: after the one that crosses it nobody is asked any more. */
export async function* profiledWithinBudget(
  loop: Loop,
  sessions: readonly HardSession[],
  budget: ProfilingBudget,
  before: BudgetSpent,
): AsyncGenerator<SessionVerdict, void> {
  let [spent, next] = [before, 0];
  for (;;) {
    const left = leftOf(budget, spent);
    if (left <= 0 || next >= sessions.length) return;
    const certain = sessions.slice(next, next + certainSessions(budget, left, loop.settings));
    next += certain.length;
    for await (const verdict of profiledSessions(loop, certain)) {
      spent = spentWith(spent, verdict);
      yield verdict;
    }
  }
}

export interface CommittedBatch {
  readonly pool: IntentPool;
  readonly profiles: readonly SessionProfile[];
  readonly growth: Growth;
}

/** Enters the new intents of accepted sessions into the pool, in the order of the sessions (science C.5, UPDATE). */
export async function commitBatch(
  verdicts: readonly SessionVerdict[],
  growing: GrowingPool,
  source: 'pool' | 'free-text',
): Promise<CommittedBatch> {
  const profiles: SessionProfile[] = [];
  for (const verdict of verdicts)
    profiles.push(profileOf(verdict, source === 'free-text' ? null : await committedIds(verdict, growing)));
  return { pool: growing.pool, profiles, growth: growing.growth };
}

async function committedIds(verdict: SessionVerdict, growing: GrowingPool): Promise<readonly number[]> {
  const ids = new Set<number>();
  for (const intent of acceptedIntents(verdict)) {
    const id = intent.id ?? (await growing.add(intent, verdict.session.number));
    if (id !== null) ids.add(id);
  }
  return [...ids].sort((left, right) => left - right);
}
