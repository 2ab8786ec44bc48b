import type { SessionView } from '#science/sessions/session-view.ts';
import { markSmallest } from '#science/sessions/smallest.ts';
import { encodeSafetensors, numbersOf, type SafetensorsFile } from '#science/tensors/safetensors.ts';
import { vector } from '#science/tensors/tensor.ts';
import { columnsOf, type Incidence, itemsBySession, transposed } from './incidence.ts';
import type { Recommender } from './recommender.ts';

export type ItemKnnSettings = Readonly<{
  /** Neighbours that an item keeps. */
  neighbours: number;
  /** Added to the denominator: similarities that few sessions support shrink. */
  shrink: number;
}>;

/** Each item's most similar items, ascending by item. */
export interface ItemKnn {
  /** (|V| + 2): item v has the places `offsets[v]..offsets[v + 1]`; 0 is padding and has none. */
  readonly offsets: Int32Array;
  readonly neighbours: Int32Array;
  readonly similarities: Float32Array;
}

/**
 * Cosine similarity of items as sets of sessions, n_uv / (sqrt(n_u n_v) + shrink); each item v keeps its `neighbours` most
 * similar items, ties by smaller item. Follows ItemKNN of RecBole (Aiolli 2013), which also adds 1e-6 to the denominator; no
 * denominator here is zero, since only items that share a session are compared. Memory grows with |V| times neighbours.
 */
export function fitItemKnn(train: SessionView, settings: ItemKnnSettings): ItemKnn {
  const sessions = itemsBySession(train);
  const items = transposed(sessions, train.itemCount + 1);
  const offsets = new Int32Array(train.itemCount + 2);
  const bound = mostNeighbours(sessions, items, settings.neighbours);
  const [neighbours, similarities] = [new Int32Array(bound), new Float32Array(bound)];
  const nearest = nearestFinder(sessions, items, settings);
  let end = 0;
  for (let item = 1; item <= train.itemCount; item++) {
    for (const [neighbour, similarity] of nearest(item)) {
      neighbours[end] = neighbour;
      similarities[end++] = similarity;
    }
    offsets[item + 1] = end;
  }
  return { offsets, neighbours: neighbours.slice(0, end), similarities: similarities.slice(0, end) };
}

export function encodeItemKnn({ offsets, neighbours, similarities }: ItemKnn): Uint8Array {
  const tensors = { offsets: vector(offsets), neighbours: vector(neighbours), similarities: vector(similarities) };
  return encodeSafetensors(tensors, { method: 'item-knn' });
}

/** @throws DamagedTensorsError if the file is not what `encodeItemKnn` writes. */
export function decodeItemKnn(file: SafetensorsFile): ItemKnn {
  return {
    offsets: numbersOf(file, 'offsets', 'I32'),
    neighbours: numbersOf(file, 'neighbours', 'I32'),
    similarities: numbersOf(file, 'similarities', 'F32'),
  };
}

/** score(v) = sum of the similarities of v to those of its neighbours that are in the prefix, each once. */
export function itemKnnRecommender({ offsets, neighbours, similarities }: ItemKnn): Recommender {
  const itemCount = offsets.length - 2;
  // By neighbour, so that a score looks at what the prefix touches only.
  const places = transposedPlaces(neighbours, itemCount);
  const itemAt = itemOfPlace(offsets);
  return {
    itemCount,
    score(prefix, scores) {
      scores.fill(0);
      for (const item of new Set(prefix))
        for (const place of columnsOf(places, item)) scores[itemAt[place]!]! += similarities[place]!;
    },
  };
}

function mostNeighbours(sessions: Incidence, items: Incidence, neighbours: number): number {
  let bound = 0;
  for (let item = 0; item + 1 < items.offsets.length; item++) {
    let shared = 0;
    for (const session of columnsOf(items, item)) shared += columnsOf(sessions, session).length - 1;
    bound += Math.min(neighbours, shared);
  }
  return bound;
}

type NearestFinder = (item: number) => (readonly [neighbour: number, similarity: number])[];

function nearestFinder(sessions: Incidence, items: Incidence, { neighbours, shrink }: ItemKnnSettings): NearestFinder {
  const itemPlaces = items.offsets.length - 1;
  const sessionsOf = (item: number): number => items.offsets[item + 1]! - items.offsets[item]!;
  const shared = new Int32Array(itemPlaces);
  return (item) => {
    const met: number[] = [];
    for (const session of columnsOf(items, item))
      for (const other of columnsOf(sessions, session)) if (shared[other]!++ === 0) met.push(other);
    const others = Int32Array.from(met)
      .sort()
      .filter((other) => other !== item);
    const similarities = Float64Array.from(
      others,
      (other) => shared[other]! / (Math.sqrt(sessionsOf(item) * sessionsOf(other)) + shrink),
    );
    for (const other of met) shared[other] = 0;
    const isNearest = markSmallest(
      similarities.map((similarity) => -similarity),
      neighbours,
    );
    return [...others].flatMap((other, at) => (isNearest[at] === 1 ? [[other, similarities[at]!] as const] : []));
  };
}

/** The places of `neighbours` that hold an item, by item. */
function transposedPlaces(neighbours: Int32Array, itemCount: number): Incidence {
  const offsets = Int32Array.from({ length: neighbours.length + 1 }, (_, place) => place);
  return transposed({ offsets, columns: neighbours }, itemCount + 1);
}

function itemOfPlace(offsets: Int32Array): Int32Array {
  const items = new Int32Array(offsets.at(-1) ?? 0);
  for (let item = 0; item + 1 < offsets.length; item++) items.fill(item, offsets[item], offsets[item + 1]);
  return items;
}
