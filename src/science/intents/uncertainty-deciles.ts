import { meanRanks } from '#science/metrics/rank-correlation.ts';
import type { Rng } from '#science/random/stream.ts';
import { decodeSafetensors, numbersOf } from '#science/tensors/safetensors.ts';

/** Constant of reciprocal rank fusion (science C.4). */
const K = 60;
export const DECILES = 10;

/** A session and how uncertain it is. */
export interface UncertainSession {
  /** Position in the training view. */
  readonly position: number;
  /** U = 1 / (60 + rank of session entropy) + 1 / (60 + rank of prediction entropy) */
  readonly uncertainty: number;
  /** 1 = the most uncertain tenth. */
  readonly decile: number;
}

/**
 * Sessions with U, the most uncertain first, of equal ones that of the lower position.
 * @param bytes of `uncertainty.safetensors`
 */
export function byUncertainty(bytes: Uint8Array): readonly UncertainSession[] {
  const file = decodeSafetensors(bytes);
  const position = numbersOf(file, 'position', 'I32');
  const session = meanRanks(numbersOf(file, 'sessionEntropy', 'F64'));
  const prediction = meanRanks(numbersOf(file, 'predictionEntropy', 'F64'));
  const scored = Array.from(position, (at, row) => {
    return { position: at, uncertainty: 1 / (K + session[row]!) + 1 / (K + prediction[row]!) };
  });
  scored.sort((left, right) => right.uncertainty - left.uncertainty || left.position - right.position);
  return scored.map((one, place) => ({ ...one, decile: 1 + Math.floor((DECILES * place) / scored.length) }));
}

/** About `count` sessions at random, the same number of each decile as far as it goes; by decile and then position. */
export function stratified(
  sessions: readonly UncertainSession[],
  count: number,
  rng: Rng,
): readonly UncertainSession[] {
  const chosen: UncertainSession[] = [];
  for (let decile = 1; decile <= DECILES; decile++) {
    const stratum = sessions.filter((session) => session.decile === decile);
    // Rounded so that the deciles sum up to `count`.
    const size = Math.floor((count * decile) / DECILES) - Math.floor((count * (decile - 1)) / DECILES);
    rng.shuffle(stratum);
    chosen.push(...stratum.slice(0, size).sort((left, right) => left.position - right.position));
  }
  return chosen;
}
