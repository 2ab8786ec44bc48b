/**
 * How a method uses the profile seed: not at all; its first one only, for W, the best epoch of that seed's warm-up, which
 * sets the schedule of training (science C.9); or each one, because it profiles.
 */
export type ProfileSeedUse = 'none' | 'first' | 'each';

export interface Method {
  readonly readsTrainSeed: boolean;
  readonly profileSeed: ProfileSeedUse;
  readonly llm: 'never' | 'while profiling' | 'at inference';
  readonly trained: 'no' | 'yes' | 'the backbone';
  /** Sections or dotted keys of the settings that it reads, beside `method`. */
  readonly reads: readonly string[];
  readonly isBuilt: boolean;
  readonly meaning: string;
}

const TRAINING = ['backbone', 'warmUp', 'training'];
/** It decides which epochs may be best, in every trained method alike (science C.9). */
const SCHEDULE = ['enrichment.start', 'enrichment.ramp'];
const ALL = [...TRAINING, 'selection', 'intents', 'profiling', 'probe', 'predictor', 'labels', 'enrichment', 'loss'];

const baseline = { readsTrainSeed: false, profileSeed: 'none', llm: 'never', trained: 'no' } as const;
const trained = { readsTrainSeed: true, profileSeed: 'first', llm: 'never', trained: 'yes' } as const;
const profiled = { readsTrainSeed: true, profileSeed: 'each', llm: 'while profiling', trained: 'yes' } as const;
const ranked = { readsTrainSeed: true, profileSeed: 'none', llm: 'at inference', trained: 'the backbone' } as const;

/** Every method of a manifest, what it reads and whether it can be run yet (science C.11). */
export const METHODS = {
  popularity: { ...baseline, reads: ['popularity'], isBuilt: true, meaning: 'Items by how often they occur.' },
  'item-knn': { ...baseline, reads: ['itemKnn'], isBuilt: true, meaning: 'Items like those of the session.' },
  'vs-knn': { ...baseline, reads: ['vsKnn'], isBuilt: true, meaning: 'Items of sessions like this one.' },
  backbone: {
    ...trained,
    reads: [...TRAINING, ...SCHEDULE],
    isBuilt: true,
    meaning: 'The sequence model alone, in the same training loop as the others.',
  },
  'capacity-control': {
    ...trained,
    reads: [...TRAINING, ...SCHEDULE, 'predictor.fusion', 'predictor.temperature', 'predictor.dropout', 'intents.cap'],
    isBuilt: true,
    meaning: 'All parameters of the whole method, but no labels: is the gain more than capacity?',
  },
  'auxiliary-only': {
    ...profiled,
    reads: ALL,
    isBuilt: true,
    meaning: 'Intents as a second task only, not fused into the session: is the gain more than regularisation?',
  },
  'category-intent': {
    ...trained,
    reads: [...TRAINING, 'predictor', 'labels', 'enrichment', 'loss', 'intents.initial'],
    isBuilt: true,
    meaning: 'Categories of the items in place of intents: what does the LLM add?',
  },
  sprint: { ...profiled, reads: ALL, isBuilt: true, meaning: 'The whole method.' },
  'llm-ranker': {
    ...ranked,
    reads: [...TRAINING, ...SCHEDULE, 'profiling.llm'],
    isBuilt: false,
    meaning: 'An LLM ranks the candidates of the backbone for each session.',
  },
} as const satisfies Record<string, Method>;

export type MethodName = keyof typeof METHODS;

export const METHOD_NAMES = Object.keys(METHODS) as [MethodName, ...MethodName[]];

/** The methods that can be run; the others are refused when a manifest is validated. */
export const BUILT_METHODS: readonly MethodName[] = METHOD_NAMES.filter((name) => METHODS[name].isBuilt);

/** Of the settings whose values are not all built: those that can be run. */
export const BUILT_VALUES: Readonly<Record<string, readonly string[]>> = {
  'backbone.kind': ['sasrec'],
};

/** Does the method read this dotted settings key? Every method reads `method`. */
export function methodReads(method: MethodName, key: string): boolean {
  const reads: readonly string[] = METHODS[method].reads;
  return key === 'method' || reads.some((read) => key === read || key.startsWith(`${read}.`));
}
