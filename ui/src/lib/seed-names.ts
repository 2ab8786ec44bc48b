export type SeedPair = readonly [train: number | null, profile: number | null];

/** `train seed 1, profile seed 2`; a method that draws nothing has no seed. */
export function seedName([train, profile]: SeedPair): string {
  const parts = [train === null ? '' : `train seed ${train}`, profile === null ? '' : `profile seed ${profile}`];
  const said = parts.filter((part) => part !== '').join(', ');
  return said === '' ? 'no seed' : said;
}
