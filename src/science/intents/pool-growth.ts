import { activeIntents, type Intent, type IntentPool } from './intent-pool.ts';
import { nearestIntent, type Placed, placed, sameIntent } from './intent-likeness.ts';
import type { NamedIntent } from './named-intent.ts';
import type { TextEmbedder } from '#science/text/text-embedder.port.ts';

export interface GrowthRules {
  /** Cosine of texts from which two intents are one. */
  readonly mergeAt: number;
  /** Cosine from which an intent that may not enter counts as its nearest. */
  readonly mapAt: number;
  /** The most active intents. */
  readonly cap: number;
}

/** How often each happened to an intent that was to enter. */
export interface Growth {
  added: number;
  /** It was there already. */
  merged: number;
  /** The pool was full, and it counts as its nearest, or is left out. */
  mapped: number;
  dropped: number;
}

/** A pool to which intents are added, one after the other (science C.5, UPDATE). */
export class GrowingPool {
  readonly growth: Growth = { added: 0, merged: 0, mapped: 0, dropped: 0 };
  readonly #before: IntentPool;
  readonly #embedder: TextEmbedder;
  readonly #rules: GrowthRules;
  readonly #intents: Intent[];
  readonly #active: Placed<Intent>[];

  private constructor(pool: IntentPool, active: readonly Placed<Intent>[], embedder: TextEmbedder, rules: GrowthRules) {
    this.#before = pool;
    this.#embedder = embedder;
    this.#rules = rules;
    this.#intents = [...pool.intents];
    this.#active = [...active];
  }

  static async of(pool: IntentPool, embedder: TextEmbedder, rules: GrowthRules): Promise<GrowingPool> {
    return new GrowingPool(pool, await placed(activeIntents(pool), embedder), embedder, rules);
  }

  /** The id by which an intent is known from now on; `null` if it may not enter and none is near. */
  async add(named: NamedIntent, origin: Intent['origin']): Promise<number | null> {
    const [place] = await placed([{ name: named.name, description: named.description }], this.#embedder);
    const same = sameIntent(place!, this.#active, this.#rules.mergeAt);
    if (same !== undefined) {
      this.growth.merged += 1;
      return same.intent.id;
    }
    return this.#active.length < this.#rules.cap ? this.#enter(place!, origin) : this.#map(place!);
  }

  /** As it stands; the version is that before unless something was added. */
  get pool(): IntentPool {
    const { version } = this.#before;
    return this.growth.added === 0 ? this.#before : { version: version + 1, intents: this.#intents };
  }

  #enter({ intent: { name, description }, words, vector }: Placed, origin: Intent['origin']): number {
    const id = (this.#intents.at(-1)?.id ?? 0) + 1;
    const intent: Intent = { id, name, description, origin, status: 'active', mergedInto: null, support: 0 };
    this.#intents.push(intent);
    this.#active.push({ intent, words, vector });
    this.growth.added += 1;
    return id;
  }

  #map({ vector }: Placed): number | null {
    const nearest = nearestIntent(vector, this.#active, this.#rules.mapAt);
    this.growth[nearest === undefined ? 'dropped' : 'mapped'] += 1;
    return nearest?.intent.id ?? null;
  }
}

/** A pool of intents from the beginning, without those that say the same as one before; the first `cap` of them. */
export async function initialPool(
  named: readonly NamedIntent[],
  embedder: TextEmbedder,
  { mergeAt, cap }: Pick<GrowthRules, 'mergeAt' | 'cap'>,
): Promise<IntentPool> {
  // No cosine is above 1: what does not fit is left out.
  const growing = await GrowingPool.of(EMPTY_POOL, embedder, { mergeAt, cap, mapAt: 2 });
  for (const intent of named) await growing.add(intent, 'init');
  return { version: 0, intents: growing.pool.intents };
}

export const EMPTY_POOL: IntentPool = { version: 0, intents: [] };
