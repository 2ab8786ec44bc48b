import { CandidateDraw } from '#science/intents/candidates.ts';
import { type HardSession, hardSession } from '#science/intents/hard-session.ts';
import type { Intent, IntentPool } from '#science/intents/intent-pool.ts';
import { PoolSnapshot } from '#science/intents/pool-snapshot.ts';
import { shownItems } from '#science/intents/prompts/shown-item.ts';
import type { Loop, LoopSettings } from '#science/intents/session-questions.ts';
import type { LanguageModel } from '#science/llm/language-model.port.ts';
import { eligibleSessions } from '#science/sessions/eligible-sessions.ts';
import type { SessionView } from '#science/sessions/session-view.ts';
import { HashedNgrams } from '#science/text/hashed-ngrams.ts';
import type { DescribedItem } from '#science/text/item-texts.ts';
import { MemoryCallBook } from './memory-call-book.ts';

const LOOP_SETTINGS = {
  attempts: 3,
  candidates: 20,
  successRank: 1,
  maxIntents: 3,
  validate: true,
  requireGain: false,
  revealTarget: false,
  source: 'pool',
} as const;

/** A pool of active intents with the ids 1, 2, …, by `name: description`. */
export function aPool(texts: readonly string[]): IntentPool {
  const intents = texts.map((text, at): Intent => {
    const [name = '', description = ''] = text.split(': ');
    return { id: at + 1, name, description, origin: 'init', status: 'active', mergedInto: null, support: 0 };
  });
  return { version: 0, intents };
}

interface Shop {
  readonly train: SessionView;
  /** Title and category of each item; all that are missing have neither. */
  readonly items: readonly (DescribedItem | string)[];
  readonly pool: IntentPool;
  readonly model: LanguageModel;
  readonly settings?: Partial<LoopSettings & { candidates: number }>;
  readonly calls?: MemoryCallBook;
  /** Hard negatives of every session. */
  readonly negatives?: readonly number[];
}

export interface LoopUnderTest {
  readonly loop: Loop;
  readonly calls: MemoryCallBook;
  /** All that can be profiled, in their order. */
  readonly sessions: readonly HardSession[];
}

/** The loop over a small shop, without hard negatives unless it is given some. */
export async function aLoop(shop: Shop): Promise<LoopUnderTest> {
  const settings = { ...LOOP_SETTINGS, ...shop.settings };
  const calls = shop.calls ?? new MemoryCallBook();
  const described = Array.from({ length: shop.train.itemCount }, (_, at) => describe(shop.items[at]));
  const loop: Loop = {
    settings,
    purpose: 'profiling',
    inquiry: { model: shop.model, calls, temperature: 0.2, maxTokens: 256, sample: 1 },
    snapshot: await PoolSnapshot.of(shop.pool, new HashedNgrams()),
    items: shownItems(described),
    candidates: new CandidateDraw(shop.train, { seed: 1, candidates: settings.candidates }),
    negativesOf: (position) => {
      const own = new Set(shop.train.items.subarray(shop.train.offsets[position], shop.train.offsets[position + 1]));
      return Int32Array.from((shop.negatives ?? []).filter((item) => !own.has(item)));
    },
  };
  const positions = eligibleSessions(shop.train);
  const sessions = Array.from(positions, (position, place) => hardSession(shop.train, position, place));
  return { loop, calls, sessions };
}

function describe(item: DescribedItem | string | undefined): DescribedItem {
  return typeof item === 'object' ? item : { title: item ?? null, categories: [] };
}
