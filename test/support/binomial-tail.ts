/** P(X ≥ hits) of so many trials of a probability: the exact one-sided tail, added up in logarithms so that none of its parts is lost. */
export function binomialTail(hits: number, trials: number, probability: number): number {
  // ln C(n, k) p^k (1 − p)^(n − k), from one k to the next.
  let part = trials * Math.log(1 - probability);
  let tail = hits <= 0 ? Math.exp(part) : 0;
  for (let k = 1; k <= trials; k++) {
    part += Math.log((trials - k + 1) / k) + Math.log(probability) - Math.log(1 - probability);
    if (k >= hits) tail += Math.exp(part);
  }
  return tail;
}
