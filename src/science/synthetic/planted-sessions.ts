import type { Rng } from '#science/random/stream.ts';
import { cumulativeOf, drawFrom } from '#science/random/weighted-draw.ts';
import { type PlantedLaw, SESSION_LAW, successorsOf } from './planted-law.ts';

export interface PlantedSession {
  readonly isHard: boolean;
  readonly primary: number;
  /** −1 in an easy session. */
  readonly secondary: number;
  readonly clicks: readonly PlantedClick[];
}

export interface PlantedClick {
  /** What the visitor was after, also where the click is noise. */
  readonly intent: number;
  readonly isNoise: boolean;
  readonly item: number;
}

/**
 * Draws sessions. Of a hard one each click after the first may change to the other intent. A click is noise, an item by
 * popularity alone, or of its intent; no item comes twice in a row, since repeats leave the sessions of every protocol.
 */
export function sessionSampler(law: PlantedLaw, rng: Rng): () => PlantedSession {
  const prior = cumulativeOf(law.prior);
  const drawItem = itemSampler(law, rng);
  return () => {
    const isHard = rng.uniform() < SESSION_LAW.shareHard;
    const primary = drawFrom(prior, rng);
    const secondary = isHard ? drawOther(primary, () => drawFrom(prior, rng)) : -1;
    const clicks: PlantedClick[] = [];
    let intent = primary;
    for (let left = drawLength(rng); left > 0; left--) {
      if (isHard && clicks.length > 0 && rng.uniform() < SESSION_LAW.change) intent = primary + secondary - intent;
      const isNoise = rng.uniform() < SESSION_LAW.noise[isHard ? 'hard' : 'easy'];
      clicks.push({ intent, isNoise, item: drawItem({ intent, isNoise }, clicks.at(-1)?.item ?? null) });
    }
    return { isHard, primary, secondary, clicks };
  };
}

type DrawItem = (click: Pick<PlantedClick, 'intent' | 'isNoise'>, before: number | null) => number;

function itemSampler(law: PlantedLaw, rng: Rng): DrawItem {
  const anyItem = cumulativeOf(law.popularity);
  const ofIntent = Array.from({ length: law.intents }, (_, intent) =>
    cumulativeOf(law.click.subarray(intent * law.items, (intent + 1) * law.items)),
  );
  return ({ intent, isNoise }, before) => {
    if (isNoise) return drawOther(before, () => drawFrom(anyItem, rng));
    const successors = before === null || law.transitions === 0 ? [] : successorsOf(law, intent, before);
    if (successors.length > 0 && rng.uniform() < law.transitions) return successors[rng.integer(successors.length)]!;
    return drawOther(before, () => drawFrom(ofIntent[intent]!, rng));
  };
}

/** 2 + geometric, at most 12; the same for easy and hard sessions. */
function drawLength(rng: Rng): number {
  const { shortest, longest, meanBeyondShortest } = SESSION_LAW;
  const stay = meanBeyondShortest / (1 + meanBeyondShortest);
  // 1 − u is never 0, whose logarithm is infinite.
  return Math.min(longest, shortest + Math.floor(Math.log(1 - rng.uniform()) / Math.log(stay)));
}

function drawOther(than: number | null, draw: () => number): number {
  for (;;) {
    const drawn = draw();
    if (drawn !== than) return drawn;
  }
}
