import { type PlantedLaw, SESSION_LAW, SUCCESSORS, successorsOf } from './planted-law.ts';

/** (M) each: the probabilities that the session is easy, or hard, and its next click of intent m. They sum to 1 together. */
export interface NextIntents {
  readonly easy: Float64Array;
  readonly hard: Float64Array;
}

/**
 * P(hard, next intent | items so far) by Bayes' rule: the hidden state of an easy session is its intent, that of a hard one the
 * pair of its intents and which of them is the present one (the forward algorithm of a hidden Markov model).
 * @param context indexes of the items so far, at least one.
 */
export function believedNext(law: PlantedLaw, context: Int32Array): NextIntents {
  const { intents, prior } = law;
  const easy = prior.map((chance) => (1 - SESSION_LAW.shareHard) * chance);
  // (M, M): the first intent of the pair is the present one.
  const hard = new Float64Array(intents * intents);
  for (let at = 0; at < hard.length; at++) {
    const [first, second] = [Math.floor(at / intents), at % intents];
    if (first !== second) hard[at] = (SESSION_LAW.shareHard * prior[first]! * prior[second]!) / (1 - prior[first]!);
  }
  for (const [at, item] of context.entries()) {
    const click = { item, before: at === 0 ? null : context[at - 1]! };
    if (at > 0) mixPresent(hard, intents);
    for (let intent = 0; intent < intents; intent++) {
      easy[intent]! *= clickProbability(law, { ...click, intent, noise: SESSION_LAW.noise.easy });
      const chance = clickProbability(law, { ...click, intent, noise: SESSION_LAW.noise.hard });
      for (let other = 0; other < intents; other++) hard[intent * intents + other]! *= chance;
    }
  }
  mixPresent(hard, intents);
  const present = easy.map((_, intent) => sumOf(hard.subarray(intent * intents, (intent + 1) * intents)));
  const total = sumOf(easy) + sumOf(present);
  return { easy: easy.map((chance) => chance / total), hard: present.map((chance) => chance / total) };
}

interface PossibleClick {
  readonly item: number;
  readonly before: number | null;
  readonly intent: number;
  /** Probability of noise. */
  readonly noise: number;
}

/** P(item | intent, item before), noise included. */
function clickProbability(law: PlantedLaw, { item, before, intent, noise }: PossibleClick): number {
  const ofIntent = law.click[intent * law.items + item]!;
  if (before === null) return (1 - noise) * ofIntent + noise * law.popularity[item]!;
  const { scale, successors, each } = afterItem(law, intent, before);
  const wanted = scale * ofIntent + (successors.includes(item) ? each : 0);
  return (1 - noise) * wanted + (noise * law.popularity[item]!) / (1 - law.popularity[before]!);
}

/** What every item scores as the next click: its probability. (V + 1); place 0 is padding's. */
export function clickScores(law: PlantedLaw, { easy, hard }: NextIntents, before: number): Float64Array {
  const { items, click, popularity } = law;
  const { noise } = SESSION_LAW;
  const scores = new Float64Array(items + 1);
  const byItem = scores.subarray(1);
  for (let intent = 0; intent < law.intents; intent++) {
    const chance = (1 - noise.easy) * easy[intent]! + (1 - noise.hard) * hard[intent]!;
    if (chance === 0) continue;
    const { scale, successors, each } = afterItem(law, intent, before);
    const row = click.subarray(intent * items, (intent + 1) * items);
    for (let item = 0; item < items; item++) byItem[item]! += chance * scale * row[item]!;
    for (const item of successors) byItem[item]! += chance * each;
  }
  const anything = (noise.easy * sumOf(easy) + noise.hard * sumOf(hard)) / (1 - popularity[before]!);
  for (let item = 0; item < items; item++) byItem[item]! += anything * popularity[item]!;
  // Nothing comes twice in a row.
  byItem[before] = 0;
  return scores;
}

/** A click of an intent after an item: its items but that one by `scale` · P(v | m), and its successors by `each` more. */
function afterItem(law: PlantedLaw, intent: number, before: number) {
  const successors = law.transitions === 0 ? [] : successorsOf(law, intent, before);
  const weight = successors.length === 0 ? 0 : law.transitions;
  const scale = (1 - weight) / (1 - law.click[intent * law.items + before]!);
  return { scale, successors, each: weight / SUCCESSORS };
}

/** Before a click the present intent changes to the other of the pair or stays, each with its probability. */
function mixPresent(hard: Float64Array, intents: number): void {
  for (let first = 0; first < intents; first++) {
    for (let second = 0; second < first; second++) {
      const [here, there] = [first * intents + second, second * intents + first];
      const [was, other] = [hard[here]!, hard[there]!];
      hard[here] = was + SESSION_LAW.change * (other - was);
      hard[there] = other + SESSION_LAW.change * (was - other);
    }
  }
}

function sumOf(numbers: Float64Array): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
