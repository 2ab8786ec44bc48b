import type { TextEmbedder } from '#science/text/text-embedder.port.ts';
import { nearestIntent, type Placed, placed } from './intent-likeness.ts';
import type { IntentLabels } from './intent-labels.ts';
import { activeIntents, type Intent, type IntentPool } from './intent-pool.ts';

/** The intents that profiling accepted for a session. */
export interface AcceptedLabel {
  /** Position in the training view. */
  readonly position: number;
  /** Ids of the pool. */
  readonly intents: readonly number[];
}

export interface RetirementRules {
  /** New intents of fewer labels retire. */
  readonly minSupport: number;
  /** Cosine from which the labels of a retired intent move to the nearest active one. */
  readonly mapAt: number;
  /** The most active intents; beyond it those of the least support retire too, of equal support the younger. */
  readonly cap: number;
}

export interface FinalPool {
  readonly pool: IntentPool;
  readonly labels: IntentLabels;
  /** Ids of the intents that retired here. */
  readonly retired: readonly number[];
}

/**
 * The pool and the labels that training reads (science C.5, finalise). Support is counted; new intents that too few labels have
 * retire, and in these labels the nearest of the intents that stay takes their place, or nothing. Then support is counted anew.
 */
export async function finalPool(
  pool: IntentPool,
  accepted: readonly AcceptedLabel[],
  embedder: TextEmbedder,
  rules: RetirementRules,
): Promise<FinalPool> {
  const counted = supportOf(accepted.map(({ intents }) => intents));
  const retired = retiredIds(pool, counted, rules);
  const places = await placed(activeIntents(pool), embedder);
  const staying = places.filter(({ intent }) => !retired.has(intent.id));
  const movedTo = new Map(
    places
      .filter(({ intent }) => retired.has(intent.id))
      .map((place) => [place.intent.id, targetOf(place, staying, rules)]),
  );
  const moved = accepted.map(({ position, intents }) => ({ position, intents: movedIds(intents, movedTo) }));
  const support = supportOf(moved.map(({ intents }) => intents));
  const intents = pool.intents.map((intent): Intent => {
    const mergedInto = movedTo.get(intent.id);
    if (mergedInto !== undefined) return { ...intent, status: 'retired', mergedInto, support: 0 };
    return { ...intent, support: support.get(intent.id) ?? 0 };
  });
  const final = { version: pool.version + 1, intents };
  return { pool: final, labels: labelsOf(moved, final), retired: [...movedTo.keys()] };
}

function supportOf(labels: readonly (readonly number[])[]): ReadonlyMap<number, number> {
  const support = new Map<number, number>();
  for (const id of labels.flat()) support.set(id, (support.get(id) ?? 0) + 1);
  return support;
}

function retiredIds(
  pool: IntentPool,
  support: ReadonlyMap<number, number>,
  { minSupport, cap }: RetirementRules,
): ReadonlySet<number> {
  const active = activeIntents(pool);
  const supportOfIntent = ({ id }: Intent): number => support.get(id) ?? 0;
  const isTooRare = (intent: Intent): boolean => intent.origin !== 'init' && supportOfIntent(intent) < minSupport;
  const rare = active.filter(isTooRare);
  const byWorth = active
    .filter((intent) => !isTooRare(intent))
    .sort((left, right) => supportOfIntent(right) - supportOfIntent(left) || left.id - right.id);
  return new Set([...rare, ...byWorth.slice(cap)].map(({ id }) => id));
}

function targetOf({ vector }: Placed, staying: readonly Placed<Intent>[], { mapAt }: RetirementRules): number | null {
  return nearestIntent(vector, staying, mapAt)?.intent.id ?? null;
}

function movedIds(intents: readonly number[], movedTo: ReadonlyMap<number, number | null>): readonly number[] {
  const ids = intents.map((id) => {
    const target = movedTo.get(id);
    return target === undefined ? id : target;
  });
  return [...new Set(ids)].filter((id) => id !== null).sort((left, right) => left - right);
}

function labelsOf(labels: readonly AcceptedLabel[], pool: IntentPool): IntentLabels {
  const placeOf = new Map(activeIntents(pool).map(({ id }, place) => [id, place]));
  const kept = labels.filter(({ intents }) => intents.length > 0);
  const ascending = [...kept].sort((left, right) => left.position - right.position);
  let end = 0;
  return {
    position: Int32Array.from(ascending, ({ position }) => position),
    offsets: Int32Array.from([0, ...ascending.map(({ intents }) => (end += intents.length))]),
    intents: Int32Array.from(ascending.flatMap(({ intents }) => intents.map((id) => placeOf.get(id)!))),
  };
}
