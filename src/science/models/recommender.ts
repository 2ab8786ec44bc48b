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
