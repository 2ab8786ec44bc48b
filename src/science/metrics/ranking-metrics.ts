/** 1 if the target is among the first k. */
export function hitAt(k: number, rank: number): number {
  return rank <= k ? 1 : 0;
}

/** Discounted gain of one relevant item, 1 / log2(rank + 1), which is already normalised: the best possible is 1. */
export function ndcgAt(k: number, rank: number): number {
  return rank <= k ? 1 / Math.log2(rank + 1) : 0;
}

export function reciprocalRankAt(k: number, rank: number): number {
  return rank <= k ? 1 / rank : 0;
}

/** The cutoff of the mean reciprocal rank, as the session-based literature reports it. */
const MRR_CUTOFF = 20;

/** Means over all targets: `hr@k` and `ndcg@k` for each cutoff, and `mrr@20`. There must be a rank. */
export function rankingMetrics(ranks: Float32Array, cutoffs: readonly number[]): Record<string, number> {
  const mean = (metric: (k: number, rank: number) => number, k: number): number =>
    ranks.reduce((sum, rank) => sum + metric(k, rank), 0) / ranks.length;
  const named = cutoffs.flatMap((k) => [[`hr@${k}`, mean(hitAt, k)] as const, [`ndcg@${k}`, mean(ndcgAt, k)] as const]);
  return Object.fromEntries([...named, [`mrr@${MRR_CUTOFF}`, mean(reciprocalRankAt, MRR_CUTOFF)]]);
}
