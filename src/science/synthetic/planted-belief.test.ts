import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stream } from '#science/random/stream.ts';
import { believedNext, clickScores } from './planted-belief.ts';
import { drawLaw, type PlantedLaw, SESSION_LAW } from './planted-law.ts';

/** Two intents of two items each, all alike. */
const TWINS: PlantedLaw = {
  intents: 2,
  items: 4,
  category: Int32Array.of(0, 0, 1, 1),
  primary: Int32Array.of(0, 0, 1, 1),
  secondary: Int32Array.of(-1, -1, -1, -1),
  popularity: Float64Array.of(0.25, 0.25, 0.25, 0.25),
  prior: Float64Array.of(0.5, 0.5),
  click: Float64Array.of(0.5, 0.5, 0, 0, 0, 0, 0.5, 0.5),
  follower: Int32Array.of(1, 0, -1, -1, -1, -1, 3, 2),
  transitions: 0,
};

const anyLaw = fc
  .record({ seed: fc.nat(500), transitions: fc.constantFrom(0, 0.3) })
  .map(({ seed, transitions }) => drawLaw({ intents: 3, items: 14, transitions }, stream(seed, 'data', 'law')));
const anyContext = fc
  .array(fc.nat(13), { minLength: 1, maxLength: 4 })
  .filter((items) => items.every((item, at) => item !== items[at - 1]))
  .map((items) => Int32Array.from(items));

describe('what is believed of the next click', () => {
  it('is what one works out by hand', () => {
    // After item 0. Easy: .6 · ½ · (.95 · ½ + .05 · ¼) = .14625 and .6 · ½ · .05 · ¼ = .00375.
    // Hard: .2 · (.8 · ½ + .2 · ¼) = .09 with intent 0 at present, .2 · .2 · ¼ = .01 with intent 1; then half of each changes.
    const { easy, hard } = believedNext(TWINS, Int32Array.of(0));
    expect(easy[0]).toBeCloseTo(0.14625 / 0.25, 12);
    expect(easy[1]).toBeCloseTo(0.00375 / 0.25, 12);
    expect([...hard]).toEqual([expect.closeTo(0.2, 12), expect.closeTo(0.2, 12)]);
  });

  it('is what the sum over all that can have happened gives', () => {
    fc.assert(
      fc.property(anyLaw, anyContext, (law, context) => {
        const believed = believedNext(law, context);
        const summed = sumOverPaths(law, context);
        for (const kind of ['easy', 'hard'] as const)
          for (const [intent, chance] of summed[kind].entries()) expect(believed[kind][intent]).toBeCloseTo(chance, 9);
      }),
      { numRuns: 30 },
    );
  });
});

describe('the scores of the next click', () => {
  it('are what one works out by hand', () => {
    // Intent 0 for sure in an easy session, after item 0: only item 1 is left of it, and noise goes to three items.
    const sure = { easy: Float64Array.of(1, 0), hard: Float64Array.of(0, 0) };
    const noise = 0.05 / 3;
    const expected = [0, 0, 0.95 + noise, noise, noise];
    for (const [at, score] of clickScores(TWINS, sure, 0).entries()) expect(score).toBeCloseTo(expected[at]!, 12);
  });

  it('are probabilities, and none is of the item before', () => {
    fc.assert(
      fc.property(anyLaw, anyContext, (law, context) => {
        const before = context.at(-1)!;
        const scores = clickScores(law, believedNext(law, context), before);
        expect(scores[before + 1]).toBe(0);
        expect(scores.reduce((sum, score) => sum + score, 0)).toBeCloseTo(1, 9);
      }),
    );
  });
});

/** By brute force: every easy session, and every hard one with every way to change, each with its probability. */
function sumOverPaths(law: PlantedLaw, context: Int32Array) {
  const { intents } = law;
  const [easy, hard] = [new Float64Array(intents), new Float64Array(intents)];
  const { shareHard, noise, change } = SESSION_LAW;
  for (let first = 0; first < intents; first++) {
    const path = [...context].map(() => first);
    easy[first]! += (1 - shareHard) * law.prior[first]! * likelihood(law, context, path, noise.easy);
    for (const second of law.prior.keys()) {
      if (second === first) continue;
      const pair = (shareHard * law.prior[first]! * law.prior[second]!) / (1 - law.prior[first]!);
      for (const states of changingPaths([first, second], context.length))
        hard[states.at(-1)!]! += pair * change ** context.length * likelihood(law, context, states, noise.hard);
    }
  }
  const total = [...easy, ...hard].reduce((sum, chance) => sum + chance, 0);
  return { easy: easy.map((chance) => chance / total), hard: hard.map((chance) => chance / total) };
}

/** Every way of changing or not before each of so many clicks; the last is the click to come. */
function changingPaths([first, second]: readonly [number, number], clicks: number): readonly (readonly number[])[] {
  if (clicks === 0) return [[first]];
  return changingPaths([first, second], clicks - 1).flatMap((path) => {
    const present = path.at(-1)!;
    return [present, first + second - present].map((next) => [...path, next]);
  });
}

function likelihood(law: PlantedLaw, context: Int32Array, intents: readonly number[], noise: number): number {
  return [...context].reduce((product, item, at) => {
    if (at === 0) return (1 - noise) * law.click[intents[0]! * law.items + item]! + noise * law.popularity[item]!;
    const sure = new Float64Array(law.intents);
    sure[intents[at]!] = 1;
    const none = new Float64Array(law.intents);
    const next = noise === SESSION_LAW.noise.easy ? { easy: sure, hard: none } : { easy: none, hard: sure };
    return product * clickScores(law, next, context[at - 1]!)[item + 1]!;
  }, 1);
}
