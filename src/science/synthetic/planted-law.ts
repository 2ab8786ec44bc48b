import { cumulativeOf, zipfWeights } from '#science/random/weighted-draw.ts';
import type { Rng } from '#science/random/stream.ts';
import { CATEGORIES } from './planted-words.ts';

/** What was planted: by which chances items are clicked. M intents, V items by their index. */
export interface PlantedLaw {
  readonly intents: number;
  readonly items: number;
  /** (V) */
  readonly category: Int32Array;
  /** (V): the intent of each item; as many items for each, but for one. */
  readonly primary: Int32Array;
  /** (V): another intent that an item serves too, or −1. */
  readonly secondary: Int32Array;
  /** (V): sums to 1. */
  readonly popularity: Float64Array;
  /** (M): P(m), sums to 1. */
  readonly prior: Float64Array;
  /** (M, V): P(v | m), each row sums to 1. */
  readonly click: Float64Array;
  /** (M, V): the item that follows an item in a circle of the items of an intent, or −1 for an item that is not of it. */
  readonly follower: Int32Array;
  /** Weight of the successors: the next three of the circle. */
  readonly transitions: number;
}

/** How sessions come about. */
export const SESSION_LAW = {
  shareHard: 0.4,
  /** Probability that a hard session changes to its other intent before a click. */
  change: 0.5,
  noise: { easy: 0.05, hard: 0.2 },
  shortest: 2,
  longest: 12,
  /** Of the geometric part: with it the mean is 3.6 before the longest are cut. */
  meanBeyondShortest: 1.6,
} as const;

export const SUCCESSORS = 3;
const POPULARITY_EXPONENT = 0.8;
const SECONDARY = { share: 0.2, weight: 0.6 } as const;
const DIRICHLET = 5;
/** Categories of intent m, from m on: no two intents share more than one of them, so that no category is an intent. */
const SPREAD = [0, 1, 4] as const;

export function drawLaw(
  size: { readonly intents: number; readonly items: number; readonly transitions: number },
  rng: Rng,
): PlantedLaw {
  const { intents, items, transitions } = size;
  const { category, primary } = drawPlaces(intents, items, rng.split('places'));
  const secondary = drawSecondary(primary, intents, rng.split('secondary'));
  const popularity = drawPopularity(items, rng.split('popularity'));
  const click = clickProbabilities({ primary, secondary, popularity }, intents);
  return {
    intents,
    items,
    category,
    primary,
    secondary,
    popularity,
    prior: drawDirichlet(intents, rng.split('prior')),
    click,
    follower: drawFollowers(click, { intents, items }, rng.split('followers')),
    transitions,
  };
}

/** The same law with its items in another order: item i of the new one is item `order[i]` of the old one. */
export function withItemsInOrder(law: PlantedLaw, order: Int32Array): PlantedLaw {
  const placeOf = new Int32Array(law.items);
  for (const [at, item] of order.entries()) placeOf[item] = at;
  const rowOf = (intent: number, at: number): number => intent * law.items + order[at % law.items]!;
  const reordered = <Numbers extends Float64Array | Int32Array>(numbers: Numbers): Numbers =>
    numbers.map((_, at) => numbers[order[at]!]!) as Numbers;
  return {
    ...law,
    category: reordered(law.category),
    primary: reordered(law.primary),
    secondary: reordered(law.secondary),
    popularity: reordered(law.popularity),
    click: law.click.map((_, at) => law.click[rowOf(Math.floor(at / law.items), at)]!),
    follower: law.follower.map((_, at) => {
      const next = law.follower[rowOf(Math.floor(at / law.items), at)]!;
      return next < 0 ? next : placeOf[next]!;
    }),
  };
}

/** The next items of the circle of an intent after an item; none where the item is not of the intent. */
export function successorsOf({ follower, items }: PlantedLaw, intent: number, item: number): readonly number[] {
  const successors: number[] = [];
  let next = follower[intent * items + item]!;
  for (; next >= 0 && successors.length < SUCCESSORS; next = follower[intent * items + next]!) successors.push(next);
  return successors;
}

/** Item by item in an order of chance: intents in turn, and within an intent its categories in turn. */
function drawPlaces(intents: number, items: number, rng: Rng): Pick<PlantedLaw, 'category' | 'primary'> {
  const order = Int32Array.from({ length: items }, (_, at) => at);
  rng.shuffle(order);
  const [category, primary] = [new Int32Array(items), new Int32Array(items)];
  for (const [at, item] of order.entries()) {
    const intent = at % intents;
    primary[item] = intent;
    category[item] = (intent + SPREAD[Math.floor(at / intents) % SPREAD.length]!) % CATEGORIES.length;
  }
  return { category, primary };
}

function drawSecondary(primary: Int32Array, intents: number, rng: Rng): Int32Array {
  return primary.map((own) => (rng.uniform() < SECONDARY.share ? (own + 1 + rng.integer(intents - 1)) % intents : -1));
}

/** ∝ rank^-.8, the ranks in an order of chance. */
function drawPopularity(items: number, rng: Rng): Float64Array {
  const popularity = normalised(zipfWeights(items, POPULARITY_EXPONENT));
  rng.shuffle(popularity);
  return popularity;
}

/** (M, V): P(v | m) ∝ A_vm · popularity_v, A = 1 for the primary intent and .6 for the secondary one. */
function clickProbabilities(
  { primary, secondary, popularity }: Pick<PlantedLaw, 'primary' | 'secondary' | 'popularity'>,
  intents: number,
): Float64Array {
  const rows = Array.from({ length: intents }, (_, intent) =>
    normalised(
      popularity.map((weight, item) => {
        if (primary[item] === intent) return weight;
        return secondary[item] === intent ? SECONDARY.weight * weight : 0;
      }),
    ),
  );
  return Float64Array.from(rows.flatMap((row) => [...row]));
}

/** Dirichlet(5, …, 5): gamma variates of shape 5, each a sum of five exponential ones, over their sum. */
function drawDirichlet(count: number, rng: Rng): Float64Array {
  const gammas = new Float64Array(count);
  for (let at = 0; at < count; at++)
    // 1 − u is never 0, whose logarithm is infinite.
    for (let part = 0; part < DIRICHLET; part++) gammas[at]! -= Math.log(1 - rng.uniform());
  return normalised(gammas);
}

/** For each intent its items in a circle of chance. */
function drawFollowers(
  click: Float64Array,
  { intents, items }: { readonly intents: number; readonly items: number },
  rng: Rng,
): Int32Array {
  const follower = new Int32Array(intents * items).fill(-1);
  for (let intent = 0; intent < intents; intent++) {
    const row = click.subarray(intent * items, (intent + 1) * items);
    const circle = [...row.keys()].filter((item) => row[item]! > 0);
    rng.shuffle(circle);
    for (const [at, item] of circle.entries()) follower[intent * items + item] = circle[(at + 1) % circle.length]!;
  }
  return follower;
}

function normalised(weights: Float64Array): Float64Array {
  const sum = cumulativeOf(weights).at(-1)!;
  return weights.map((weight) => weight / sum);
}
