/** H(p) / ln M of some distribution: 1 is uniform, 0 one intent alone, as it always is where there is but one. */
export function relativeEntropy(distribution: Float32Array | Float64Array): number {
  if (distribution.length < 2) return 0;
  let entropy = 0;
  for (const share of distribution) {
    if (share > 0) entropy -= share * Math.log(share);
  }
  return entropy / Math.log(distribution.length);
}

/** What the predictor makes of many sessions at once: the signs of a predictor that says the same of all, or nothing of any. */
export interface IntentMonitors {
  /** H(mean p) / ln M: near 0 where all sessions get one intent. */
  readonly intentEntropy: number;
  /** Mean of H(p) / ln M: near 1 where no session gets any. */
  readonly intentUncertainty: number;
  /** Share of the sessions whose likeliest intent is the commonest one. */
  readonly topIntentShare: number;
}

/** @param probabilities (n, M) */
export function intentMonitors(probabilities: Float32Array, intents: number): IntentMonitors {
  const n = probabilities.length / intents;
  const mean = new Float64Array(intents);
  const tops = new Int32Array(intents);
  let uncertainty = 0;
  for (let row = 0; row < n; row++) {
    const own = probabilities.subarray(row * intents, (row + 1) * intents);
    for (let intent = 0; intent < intents; intent++) mean[intent]! += own[intent]! / n;
    tops[own.indexOf(Math.max(...own))]! += 1;
    uncertainty += relativeEntropy(own) / n;
  }
  return {
    intentEntropy: relativeEntropy(mean),
    intentUncertainty: uncertainty,
    topIntentShare: Math.max(...tops) / n,
  };
}
