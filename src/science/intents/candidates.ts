import { fitPopularity } from '#science/models/popularity.ts';
import { type Rng, stream } from '#science/random/stream.ts';
import { cumulativeOf, drawFrom } from '#science/random/weighted-draw.ts';
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
  /** (|V| + 1): what each item counts; nothing where training lacks it, and padding. */
  readonly #weights: Float64Array;
  readonly #cumulative: Float64Array;
  readonly #seed: number;
  readonly #count: number;

  constructor(train: SessionView, { seed, candidates }: { readonly seed: number; readonly candidates: number }) {
    this.#weights = fitPopularity(train).counts.map((count) => count ** FLATTENING);
    this.#cumulative = cumulativeOf(this.#weights);
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
      const item = drawFrom(this.#cumulative, rng);
      if (!taken.has(item)) return item;
    }
    const rest = this.#weights.map((weight, item) => (taken.has(item) ? 0 : weight));
    return rest.some((weight) => weight > 0) ? drawFrom(cumulativeOf(rest), rng) : null;
  }
}
