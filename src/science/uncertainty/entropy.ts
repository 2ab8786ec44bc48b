/** −Σ w ln w of weights of at least 0, taken as shares of their sum, in nats; 0 where there is nothing to share. */
export function entropyOf(weights: Iterable<number>): number {
  let [sum, weighted] = [0, 0];
  for (const weight of weights) {
    if (weight <= 0) continue;
    sum += weight;
    weighted += weight * Math.log(weight);
  }
  // −Σ (w/S) ln (w/S) = ln S − (Σ w ln w) / S. Rounding may leave less than nothing of a single weight.
  return sum === 0 ? 0 : Math.max(0, Math.log(sum) - weighted / sum);
}
