import { canonicalJson, type JsonValue } from '#kernel/json.ts';

/** An intent that a session can have. Ids are never used again. */
export interface Intent {
  readonly id: number;
  /** 2 to 5 words, lower case. */
  readonly name: string;
  /** At most 20 words. */
  readonly description: string;
  /** Where it came from: the beginning, or the number of the training session that proposed it. */
  readonly origin: 'init' | number;
  /** A retired intent is shown to nobody and labels nothing. */
  readonly status: 'active' | 'retired';
  /** The older intent that it turned out to be, or to which its labels moved. */
  readonly mergedInto: number | null;
  /** Profiled sessions whose accepted label has it. */
  readonly support: number;
}

/** The global intent pool (science C.5), at one moment. */
export interface IntentPool {
  /** How often it changed. */
  readonly version: number;
  /** By id. */
  readonly intents: readonly Intent[];
}

/** Those that are shown, label sessions and are predicted, by id: the M rows of the predictor. */
export function activeIntents({ intents }: IntentPool): readonly Intent[] {
  return intents.filter(({ status }) => status === 'active');
}

/** What an intent says, as text embeddings and prompts read it. */
export function intentText({ name, description }: Pick<Intent, 'name' | 'description'>): string {
  return `${name}: ${description}`;
}

export function encodePool(pool: IntentPool): Uint8Array {
  return new TextEncoder().encode(canonicalJson(pool as unknown as JsonValue));
}

/** The bytes come from the stage that wrote them, verified by their hash. */
export function decodePool(bytes: Uint8Array): IntentPool {
  return JSON.parse(new TextDecoder().decode(bytes)) as IntentPool;
}
