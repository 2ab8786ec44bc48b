import { canonicalJson, type JsonObject } from '#kernel/json.ts';

/** Sessions and intents of a trained model in a plane. */
export interface Projection {
  /** `null` where there is too little to compare. */
  readonly alignment: Alignment | null;
  readonly points: readonly ProjectedPoint[];
}

/** How far the space of the intents is that of the sessions (science C.7): of session embeddings h and intent vectors z. */
export interface Alignment {
  /** Sessions that were compared. */
  readonly sessions: number;
  /** Linear CKA. */
  readonly cka: number;
  /** Share of the 10 nearest neighbours that are the same, and what chance would give. */
  readonly neighbourOverlap: number;
  readonly overlapByChance: number;
}

export interface ProjectedPoint {
  readonly kind: 'session' | 'intent';
  /** The name of an intent; of a session its number. */
  readonly label: string;
  /** Id of the intent, or of the likeliest one of a session. */
  readonly intent: number;
  /** Of a session's likeliest intent; `null` for an intent. */
  readonly probability: number | null;
  readonly x: number;
  readonly y: number;
}

/** Below it the spaces of sessions and intents have next to nothing in common: the mismatch that the method warns of. */
export const MISMATCH_BELOW = 0.1;

export function encodeProjection({ alignment, points }: Projection): Uint8Array {
  const json: JsonObject = {
    alignment: alignment === null ? null : { ...alignment },
    points: points.map((point) => ({ ...point })),
  };
  return new TextEncoder().encode(canonicalJson(json));
}
