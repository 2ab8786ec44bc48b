import { fitPopularity } from '#science/models/popularity.ts';
import { type Rng, stream } from '#science/random/stream.ts';
import type { SessionView } from '#science/sessions/session-view.ts';

/** Of 19 wrong candidates 10 are hard (science C.6); of other numbers the same share, rounded up. */
const [HARD, WRONG] = [10, 19];
/** Popularity counts less than it is, so that rare items are drawn too. */
const FLATTENING = 0.75;
/** Draws of which all were there already, after which it is cheaper to list what is left. */
const MOST_REDRAWS = 50;

/** What candidates are made for. */
export interface CandidateQuestion {
  /** Number of the session in its data set. */
  readonly session: number;
  readonly attempt: number;
  readonly context: Int32Array;
  readonly heldOut: number;
  /** Hard negatives, hardest first. */
  readonly negatives: Int32Array;
}

/** Makes the candidates of attempts: the held-out item, hard negatives, and items by popularity^.75. */
export class CandidateDraw {
  /** (|V| + 1): sums of the weights of the items up to each. */
  readonly #cumulative: Float64Array;
  readonly #seed: number;
  readonly #count: number;

  constructor(train: SessionView, { seed, candidates }: { readonly seed: number; readonly candidates: number }) {
    let sum = 0;
    this.#cumulative = fitPopularity(train).counts.map((count) => (sum += count ** FLATTENING));
    this.#seed = seed;
    this.#count = candidates;
  }

  /** Items in the order of their letters; fewer where the catalogue has no more. */
  of({ session, attempt, context, heldOut, negatives }: CandidateQuestion): readonly number[] {
    const rng = stream(this.#seed, 'profile', 'profile/candidates').split(`${session}/${attempt}`);
    const hard = Math.min(negatives.length, Math.ceil(((this.#count - 1) * HARD) / WRONG));
    const candidates = [heldOut, ...negatives.subarray(0, hard)];
    const taken = new Set([...candidates, ...context]);
    while (candidates.length < this.#count) {
      const item = this.#draw(taken, rng);
      if (item === null) break;
      candidates.push(item);
      taken.add(item);
    }
    rng.shuffle(candidates);
    return candidates;
  }

  /** An item that is not taken, by its weight; `null` if no item with a weight is left. */
  #draw(taken: ReadonlySet<number>, rng: Rng): number | null {
    for (let draw = 0; draw < MOST_REDRAWS; draw++) {
      const item = firstAbove(this.#cumulative, rng.uniform() * this.#cumulative.at(-1)!);
      if (!taken.has(item)) return item;
    }
    return this.#drawOfRest(taken, rng);
  }

  #drawOfRest(taken: ReadonlySet<number>, rng: Rng): number | null {
    let sum = 0;
    const rest = this.#cumulative.map((upTo, item) => {
      const weight = item === 0 || taken.has(item) ? 0 : upTo - this.#cumulative[item - 1]!;
      return (sum += weight);
    });
    return sum === 0 ? null : firstAbove(rest, rng.uniform() * sum);
  }
}

/** The first place whose sum exceeds a share of the whole, by halving: places without weight are never it. */
function firstAbove(cumulative: Float64Array, share: number): number {
  let [low, high] = [0, cumulative.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cumulative[middle]! > share) high = middle;
    else low = middle + 1;
  }
  return low;
}
