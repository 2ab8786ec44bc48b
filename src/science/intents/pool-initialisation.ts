import type { CallSubject } from '#science/llm/call-book.port.ts';
import { inOrder } from '#science/llm/in-order.ts';
import { type Heard, Inquiry, type InquirySettings, type Spent } from '#science/llm/inquiry.ts';
import { readProposed } from './answers/proposed-intents.ts';
import type { NamedIntent } from './named-intent.ts';
import { againPrompt } from './prompts/correct-prompt.ts';
import { consolidatePrompt, explorePrompt, MOST_PROPOSED } from './prompts/pool-prompts.ts';
import type { ShownItem } from './prompts/shown-item.ts';

/** Sessions that stand for all, and how many are shown at once: 10 calls of 20 (science C.5). */
export const REPRESENTATIVES = 200;
const SHOWN_AT_ONCE = 20;
const CALLS_AT_ONCE = 16;
/** Tokens of a named and described intent in an answer; the limit of other answers is too low for many. */
const TOKENS_AN_INTENT = 80;

/** What the language model made of the sessions that stand for all. */
export interface ProposedPool {
  /** Those that the pool begins with, in its order; some may still say the same. */
  readonly intents: readonly NamedIntent[];
  /** What was proposed before it was consolidated, much of it more than once. */
  readonly proposals: readonly NamedIntent[];
  readonly spent: Spent;
  /** Calls of EXPLORE whose answers could not be read, and whether that of CONSOLIDATE could. */
  readonly unreadable: number;
  readonly isConsolidated: boolean;
}

/** How many calls it takes to make a pool of these sessions, answers asked for again left out. */
export function poolCalls(sessions: number): number {
  return Math.ceil(sessions / SHOWN_AT_ONCE) + 1;
}

/**
 * Asks for the intents that a pool begins with (science C.5, INIT b, c). Where the answer that consolidates cannot be read, the
 * proposals themselves count, in their order. Yields the calls done.
 * @param sessions of each what is shown of its context.
 */
export async function* proposePool(
  settings: InquirySettings,
  sessions: readonly (readonly ShownItem[])[],
  initial: number,
): AsyncGenerator<number, ProposedPool> {
  const inquiry = new Inquiry(settings);
  const calls = Array.from({ length: poolCalls(sessions.length) - 1 }, (_, at) => at + 1);
  const explored = inOrder(calls, CALLS_AT_ONCE, (call) =>
    explore(inquiry, sessions.slice((call - 1) * SHOWN_AT_ONCE, call * SHOWN_AT_ONCE), call),
  );
  const proposed: NamedIntent[] = [];
  let [unreadable, done] = [0, 0];
  for await (const { reading, subject } of explored) {
    if (reading.isReadable) {
      inquiry.judge(subject, 'used');
      proposed.push(...reading.value);
    } else unreadable += 1;
    yield ++done;
  }
  const consolidated = proposed.length === 0 ? null : await consolidate(inquiry, proposed, initial);
  // Where nothing was proposed, the call that consolidates is not needed, and as good as done.
  if (sessions.length > 0) yield ++done;
  return {
    intents: consolidated ?? proposed,
    proposals: proposed,
    spent: inquiry.spent,
    unreadable,
    isConsolidated: consolidated !== null || proposed.length === 0,
  };
}

function explore(
  inquiry: Inquiry,
  sessions: readonly (readonly ShownItem[])[],
  call: number,
): Promise<Heard<readonly NamedIntent[]>> {
  return inquiry.ask({
    subject: subjectOf('EXPLORE', call),
    messages: explorePrompt(sessions),
    read: (text) => readProposed(text, MOST_PROPOSED),
    again: againPrompt,
    maxTokens: MOST_PROPOSED * TOKENS_AN_INTENT,
  });
}

async function consolidate(
  inquiry: Inquiry,
  proposed: readonly NamedIntent[],
  initial: number,
): Promise<readonly NamedIntent[] | null> {
  const { reading, subject } = await inquiry.ask({
    subject: subjectOf('CONSOLIDATE', 1),
    messages: consolidatePrompt(proposed, initial),
    read: (text) => readProposed(text, initial),
    again: againPrompt,
    maxTokens: initial * TOKENS_AN_INTENT,
  });
  if (!reading.isReadable) return null;
  inquiry.judge(subject, 'used');
  return reading.value;
}

function subjectOf(step: CallSubject['step'], attempt: number): CallSubject {
  return { purpose: 'profiling', step, session: null, attempt, variant: 'asked' };
}
