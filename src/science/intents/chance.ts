/** What decides whether random answers pass. */
export interface GuessingRules {
  readonly attempts: number;
  readonly candidates: number;
  readonly successRank: number;
}

/** Share of sessions that random rankings pass within `attempts`: 1 − (1 − k/C)^T (science C.6). */
export function chanceAcceptance({ attempts, candidates, successRank }: GuessingRules): number {
  return 1 - (1 - Math.min(1, successRank / candidates)) ** attempts;
}

/** How many of n sessions random rankings hardly exceed: the mean and two standard deviations of a binomial distribution. */
export function hardlyExceededByChance(sessions: number, rules: GuessingRules): number {
  const chance = chanceAcceptance(rules);
  return sessions * chance + 2 * Math.sqrt(sessions * chance * (1 - chance));
}
