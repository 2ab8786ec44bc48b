import type { SessionView } from '#science/sessions/session-view.ts';
import { markSmallest } from '#science/sessions/smallest.ts';
import {
  DamagedTensorsError,
  encodeSafetensors,
  numbersOf,
  type SafetensorsFile,
} from '#science/tensors/safetensors.ts';
import { vector } from '#science/tensors/tensor.ts';
import { columnsOf, type Incidence, itemsBySession, transposed } from './incidence.ts';
import type { Recommender } from './recommender.ts';

export type VsKnnSettings = Readonly<{
  /** Sessions whose items are scored. */
  neighbours: number;
  /** Most recent sessions among which neighbours are sought. */
  sample: number;
  /** Weight of an item's inverse document frequency. */
  idf: number;
}>;

export interface VsKnn {
  /** Distinct items of the training sessions, the most recent session first. */
  readonly sessions: Incidence;
  /** (|V| + 1): ln(sessions / interactions with the item); 0 for an item that training lacks. */
  readonly idf: Float64Array;
  readonly settings: VsKnnSettings;
}

/**
 * Vector multiplication session-kNN (Ludewig & Jannach 2018, "Evaluation of session-based recommendation algorithms"), after
 * `algorithms/knn/vsknn.py` of rn5l/session-rec with weighting "quadratic", score weighting "div" and idf weighting.
 * A session ends when its last interaction was; without times, and among equal ones, the larger number is the more recent.
 */
export function fitVsKnn(train: SessionView, settings: VsKnnSettings): VsKnn {
  const counts = new Float64Array(train.itemCount + 1);
  for (const item of train.items) counts[item]! += 1;
  return {
    sessions: itemsBySession(train, mostRecentFirst(train)),
    idf: counts.map((count) => (count === 0 ? 0 : Math.log(train.session.length / count))),
    settings,
  };
}

export function encodeVsKnn({ sessions, idf, settings }: VsKnn): Uint8Array {
  return encodeSafetensors(
    { offsets: vector(sessions.offsets), items: vector(sessions.columns), idf: vector(idf) },
    { method: 'vs-knn', settings: JSON.stringify([settings.neighbours, settings.sample, settings.idf]) },
  );
}

/** @throws DamagedTensorsError if the file is not what `encodeVsKnn` writes. */
export function decodeVsKnn(file: SafetensorsFile): VsKnn {
  return {
    sessions: { offsets: numbersOf(file, 'offsets', 'I32'), columns: numbersOf(file, 'items', 'I32') },
    idf: numbersOf(file, 'idf', 'F64'),
    settings: settingsOf(file),
  };
}

/**
 * ```
 * w_i     = (position of the last occurrence of i / |prefix|)²        positions from 1, later items weigh more
 * sim(n)  = Σ w_i over the items that n shares / distinct items of the prefix
 * N       = the most similar of the most recent sessions that share an item; ties: the more recent
 * score v = Σ over n in N with v of sim(n) · (1 + idf · idf_v) / steps from the end of the prefix to the latest shared item
 * ```
 */
export function vsKnnRecommender(model: VsKnn): Recommender {
  const itemCount = model.idf.length - 1;
  const boost = model.idf.map((idf) => 1 + model.settings.idf * idf);
  const neighboursOf = neighbourFinder(model, transposed(model.sessions, itemCount + 1));
  return {
    itemCount,
    score(prefix, scores) {
      scores.fill(0);
      const { sessions, weights } = neighboursOf(prefix);
      for (let at = 0; at < sessions.length; at++)
        for (const item of columnsOf(model.sessions, sessions[at]!)) scores[item]! += weights[at]! * boost[item]!;
    },
  };
}

function mostRecentFirst({ session, end }: SessionView): Int32Array {
  const positions = Int32Array.from(session.keys()).reverse();
  return end === null ? positions : positions.sort((left, right) => end[right]! - end[left]!);
}

function settingsOf({ metadata }: SafetensorsFile): VsKnnSettings {
  const numbers = /^\[(\d+),(\d+),([\d.e+-]+)\]$/.exec(metadata['settings'] ?? '');
  if (numbers === null) throw new DamagedTensorsError('it does not say the settings of its vs-knn');
  return { neighbours: Number(numbers[1]), sample: Number(numbers[2]), idf: Number(numbers[3]) };
}

/** Sessions, and for each its similarity over the steps to the latest shared item. */
interface Neighbours {
  readonly sessions: Int32Array;
  readonly weights: Float64Array;
}

function neighbourFinder({ sessions, settings }: VsKnn, sessionsWith: Incidence): (prefix: Int32Array) => Neighbours {
  const similarity = new Float64Array(sessions.offsets.length - 1);
  const steps = new Int32Array(similarity.length);
  const met = new Int32Array(similarity.length);
  return (prefix) => {
    let count = 0;
    const distinct = new Set<number>();
    // From the end: the first item that meets a session is the latest that they share.
    for (let step = 1; step <= prefix.length; step++) {
      const item = prefix[prefix.length - step]!;
      if (distinct.has(item)) continue;
      distinct.add(item);
      const weight = ((prefix.length - step + 1) / prefix.length) ** 2;
      for (const session of columnsOf(sessionsWith, item)) {
        if (similarity[session] === 0) {
          met[count++] = session;
          steps[session] = step;
        }
        similarity[session]! += weight;
      }
    }
    const candidates = met.slice(0, count);
    const chosen = nearest(candidates, similarity, settings);
    const weights = Float64Array.from(chosen, (session) => similarity[session]! / distinct.size / steps[session]!);
    for (const session of candidates) similarity[session] = 0;
    return { sessions: chosen, weights };
  };
}

/** Sessions count from the most recent one, so the smallest numbers are the sample. */
function nearest(candidates: Int32Array, similarity: Float64Array, settings: VsKnnSettings): Int32Array {
  if (candidates.length <= Math.min(settings.neighbours, settings.sample)) return candidates;
  const sample = candidates.sort().subarray(0, settings.sample);
  const isNearest = markSmallest(
    Float64Array.from(sample, (session) => -similarity[session]!),
    settings.neighbours,
  );
  return sample.filter((_, at) => isNearest[at] === 1);
}
