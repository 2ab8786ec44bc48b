/**
 * @typedef {{ min: number, median: number, max: number, samples: readonly number[] }} Spread
 * @typedef {{ measure: string, unit: string, peer: string, sprintlab: Spread, peerSpread: Spread, ratio: Spread }} Figure
 */

/**
 * Lets the sides take turns, A B A B ..., so that a machine that slows down slows both. Returns a row of answers a round,
 * in the order of the sides.
 * @template Answer
 * @param {readonly (() => Promise<Answer>)[]} sides
 * @param {{ rounds: number, warmUps: number }} plan rounds that count, and rounds before them that do not.
 * @returns {Promise<Answer[][]>}
 */
export async function takeTurns(sides, { rounds, warmUps }) {
  const answers = [];
  for (let round = -warmUps; round < rounds; round++) {
    const row = [];
    for (const side of sides) row.push(await side());
    if (round >= 0) answers.push(row);
  }
  return answers;
}

/**
 * One measure of Sprintlab against one peer. The ratio is taken within each round, Sprintlab's over the peer's: below 1
 * Sprintlab needs less.
 * @param {{ measure: string, unit: string, peer: string }} what
 * @param {readonly (readonly [sprintlab: number, peer: number])[]} rounds
 * @returns {Figure}
 */
export function figureOf(what, rounds) {
  return {
    ...what,
    sprintlab: spreadOf(rounds.map(([sprintlab]) => sprintlab)),
    peerSpread: spreadOf(rounds.map(([, peer]) => peer)),
    ratio: spreadOf(rounds.map(([sprintlab, peer]) => sprintlab / peer)),
  };
}

/** @returns {Spread} */
export function spreadOf(samples) {
  const ordered = samples.toSorted((left, right) => left - right);
  const middle = (ordered.length - 1) / 2;
  const median = (ordered[Math.floor(middle)] + ordered[Math.ceil(middle)]) / 2;
  return { min: ordered[0], median, max: ordered.at(-1), samples };
}
