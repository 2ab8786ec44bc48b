/** A score for each item id; place 0 belongs to padding and is not looked at. */
export type Scores = Float32Array | Float64Array;

/** What every method comes down to: scores of all items after some items. */
export interface Recommender {
  /** |V|; items are 1..|V|. */
  readonly itemCount: number;
  /**
   * Fills `scores` (|V| + 1; place 0 is padding's) with the score of each item as the next one.
   * @param prefix items so far, oldest first, at least one.
   */
  score(prefix: Int32Array, scores: Float64Array): void;
}

/** A recommender that answers for many sessions at once, as a trained model does best. */
export interface BatchRecommender {
  readonly itemCount: number;
  /** How many sessions to ask for at once. */
  readonly batch: number;
  /** For each prefix the scores of all items (|V| + 1; place 0 is padding's), valid until the next call. */
  scoreAll(prefixes: readonly Int32Array[]): Promise<readonly Scores[]>;
}

/** A method that scores one session after the other, as one that is asked for a batch. */
export function oneByOne(recommender: Recommender): BatchRecommender {
  const scores = new Float64Array(recommender.itemCount + 1);
  return {
    itemCount: recommender.itemCount,
    batch: 1,
    scoreAll: (prefixes) => {
      for (const prefix of prefixes) recommender.score(prefix, scores);
      return Promise.resolve([scores]);
    },
  };
}
