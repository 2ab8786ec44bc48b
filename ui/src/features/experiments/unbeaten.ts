interface Offer {
  readonly cost: number;
  readonly mean: number;
}

/** Whether no other is at least as good for less, or better for as much (the Pareto front). */
export function isUnbeaten(one: Offer, others: readonly Offer[]): boolean {
  return !others.some(({ cost, mean }) => cost <= one.cost && mean >= one.mean && (cost < one.cost || mean > one.mean));
}
