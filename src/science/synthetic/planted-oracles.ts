import { hitAt } from '#science/metrics/ranking-metrics.ts';
import { rankOf } from '#science/metrics/rank.ts';
import { SPLIT_MARK } from '#science/sessions/interactions.ts';
import { believedNext, clickScores, type NextIntents } from './planted-belief.ts';
import { SESSION_LAW } from './planted-law.ts';
import type { OracleHitRates, PlantedTruth } from './planted-truth.ts';

const CUTOFF = 20;

/**
 * What can be reached on the test sessions: HR@20 of the last item, all items ranked, nothing masked. All but the first know the
 * law and the items before; what they know of the session besides is more from one to the next.
 * - `popularity`: how often training has each item, nothing else;
 * - `context`: nothing besides, so that Bayes' rule says what the visitor may want next;
 * - `sessionIntents`: whether the session is hard, its intents, and which of them the click before had; not whether it changes;
 * - `nextIntent`: whether the session is hard, and the intent of the very click; not whether that click is noise.
 */
export function plantedOracles(truth: PlantedTruth): OracleHitRates {
  const hits = { popularity: 0, context: 0, sessionIntents: 0, nextIntent: 0 };
  const popularity = trainingCounts(truth);
  const nothing = new Set<number>();
  const tests = [...truth.split.keys()].filter((session) => truth.split[session] === SPLIT_MARK.test);
  for (const session of tests) {
    const [first, last] = [truth.offsets[session]!, truth.offsets[session + 1]! - 1];
    const before = truth.item[last - 1]!;
    const hit = (scores: Float64Array): number => hitAt(CUTOFF, rankOf(scores, truth.item[last]! + 1, nothing));
    const hitOf = (next: NextIntents): number => hit(clickScores(truth, next, before));
    hits.popularity += hit(popularity);
    hits.context += hitOf(believedNext(truth, truth.item.subarray(first, last)));
    hits.sessionIntents += hitOf(knownSession(truth, session, truth.intent[last - 1]!));
    hits.nextIntent += hitOf(certain(truth, truth.intent[last]!, truth.hard[session] === 1));
  }
  return {
    popularity: hits.popularity / tests.length,
    context: hits.context / tests.length,
    sessionIntents: hits.sessionIntents / tests.length,
    nextIntent: hits.nextIntent / tests.length,
  };
}

/** (V + 1): clicks of each item in training. */
function trainingCounts({ items, item, offsets, split }: PlantedTruth): Float64Array {
  const counts = new Float64Array(items + 1);
  for (const [session, mark] of split.entries()) {
    if (mark !== SPLIT_MARK.train) continue;
    for (const clicked of item.subarray(offsets[session], offsets[session + 1])) counts[clicked + 1]! += 1;
  }
  return counts;
}

/** The intents of the session, and at the last click before which of them. */
function knownSession(truth: PlantedTruth, session: number, present: number): NextIntents {
  if (truth.hard[session] === 0) return certain(truth, present, false);
  const other = truth.sessionPrimary[session]! + truth.sessionSecondary[session]! - present;
  const hard = new Float64Array(truth.intents);
  hard[present] = 1 - SESSION_LAW.change;
  hard[other] = SESSION_LAW.change;
  return { easy: new Float64Array(truth.intents), hard };
}

function certain({ intents }: PlantedTruth, intent: number, isHard: boolean): NextIntents {
  const sure = new Float64Array(intents);
  sure[intent] = 1;
  const none = new Float64Array(intents);
  return isHard ? { easy: none, hard: sure } : { easy: sure, hard: none };
}
