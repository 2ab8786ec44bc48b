import type { TextEmbedder } from '#science/text/text-embedder.port.ts';
import type { AcceptedLabel } from './final-pool.ts';
import type { IntentPool } from './intent-pool.ts';
import { EMPTY_POOL, GrowingPool } from './pool-growth.ts';
import type { SessionProfile } from './session-profile.ts';

/**
 * The pool that free text comes to: the names of accepted sessions, in their order, without those that say the same as one before
 * (science C.5 d). It has no cap yet: which of them stay is for their support to say.
 */
export async function freeTextPool(
  profiles: readonly SessionProfile[],
  embedder: TextEmbedder,
  mergeAt: number,
): Promise<{ readonly pool: IntentPool; readonly accepted: readonly AcceptedLabel[] }> {
  const growing = await GrowingPool.of(EMPTY_POOL, embedder, { mergeAt, mapAt: 0, cap: Infinity });
  const accepted: AcceptedLabel[] = [];
  for (const { acceptedAt, attempts, position, session } of profiles) {
    if (acceptedAt === null) continue;
    const ids = new Set<number>();
    for (const intent of attempts[acceptedAt - 1]!.intents) {
      const id = await growing.add(intent, session);
      if (id !== null) ids.add(id);
    }
    accepted.push({ position, intents: [...ids] });
  }
  return { pool: growing.pool, accepted };
}
