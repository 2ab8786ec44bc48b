import type { TextEmbedder } from '#science/text/text-embedder.port.ts';
import { cosine, type Placed, placed } from './intent-likeness.ts';
import { activeIntents, type Intent, type IntentPool } from './intent-pool.ts';

/** A pool of up to this many intents is shown whole, of a larger one the nearest (science C.5). */
const SHOWN_WHOLE = 60;
const SHOWN_NEAREST = 40;

/** The pool as all sessions of a batch see it. */
export class PoolSnapshot {
  private constructor(
    readonly active: readonly Intent[],
    private readonly places: readonly Placed<Intent>[],
    private readonly embedder: TextEmbedder,
  ) {}

  static async of(pool: IntentPool, embedder: TextEmbedder): Promise<PoolSnapshot> {
    const active = activeIntents(pool);
    return new PoolSnapshot(active, await placed(active, embedder), embedder);
  }

  /** The intents that a session with this text is shown, by id. */
  async shownFor(text: string): Promise<readonly Intent[]> {
    if (this.active.length <= SHOWN_WHOLE) return this.active;
    const { data } = await this.embedder.embed([text]);
    const near = this.places.map(({ intent, vector }) => ({ intent, nearness: cosine(data, vector) }));
    // The sort is stable: of equally near ones the older comes first.
    near.sort((left, right) => right.nearness - left.nearness);
    return near
      .slice(0, SHOWN_NEAREST)
      .map(({ intent }) => intent)
      .sort((left, right) => left.id - right.id);
  }
}
