import { activeIntents, type Intent, type IntentPool } from '#science/intents/intent-pool.ts';
import { cosine, placed, type Placed } from '#science/intents/intent-likeness.ts';
import { HashedNgrams } from '#science/text/hashed-ngrams.ts';

/** From here on two intents look alike to a reader. */
const ALIKE = 0.6;
/** From here on they are taken for one, as the default of `intents.mergeAt`. */
const SAME = 0.9;
const MOST_PAIRS = 50;

export interface LikeIntents {
  readonly left: number;
  readonly right: number;
  readonly cosine: number;
}

/** Pairs of active intents whose texts are alike, the most alike first. */
export async function nearDuplicates(pool: IntentPool): Promise<readonly LikeIntents[]> {
  const all = await placed(activeIntents(pool), new HashedNgrams());
  const pairs = all.flatMap((left, index) =>
    all.slice(index + 1).flatMap((right): readonly LikeIntents[] => {
      const likeness = likenessOf(left, right);
      return likeness < ALIKE ? [] : [{ left: left.intent.id, right: right.intent.id, cosine: likeness }];
    }),
  );
  return pairs.sort((one, other) => other.cosine - one.cosine).slice(0, MOST_PAIRS);
}

export interface PoolDifference {
  readonly only: readonly Intent[];
  readonly onlyOther: readonly Intent[];
  readonly both: readonly { readonly left: Intent; readonly right: Intent; readonly cosine: number }[];
}

/** The active intents of two pools, each with the one of the other that says the same, the most alike taken first. */
export async function differenceOf(pool: IntentPool, other: IntentPool): Promise<PoolDifference> {
  const embedder = new HashedNgrams();
  const [mine, yours] = [await placed(activeIntents(pool), embedder), await placed(activeIntents(other), embedder)];
  const pairs = mine
    .flatMap((left) => yours.map((right) => ({ left, right, cosine: likenessOf(left, right) })))
    .filter((pair) => pair.cosine >= SAME)
    .sort((one, another) => another.cosine - one.cosine);
  const [taken, takenOther] = [new Set<Placed>(), new Set<Placed>()];
  const both = pairs.flatMap(({ left, right, cosine: likeness }) => {
    if (taken.has(left) || takenOther.has(right)) return [];
    taken.add(left);
    takenOther.add(right);
    return [{ left: left.intent, right: right.intent, cosine: likeness }];
  });
  return {
    only: mine.filter((one) => !taken.has(one)).map(({ intent }) => intent),
    onlyOther: yours.filter((one) => !takenOther.has(one)).map(({ intent }) => intent),
    both,
  };
}

/** Equal words of the name are the same intent, whatever its description says. */
function likenessOf(left: Placed, right: Placed): number {
  return left.words === right.words ? 1 : Math.min(1, cosine(left.vector, right.vector));
}
