import { DomainError, placeOf } from '#kernel/domain-error.ts';
import { CATEGORIES } from './planted-words.ts';

export interface PlantedOptions {
  /** Training sessions; validation and test come beside them. */
  readonly sessions: number;
  readonly validSessions: number;
  readonly testSessions: number;
  /** |V| */
  readonly items: number;
  /** M, at most one for each category */
  readonly intents: number;
  /** Weight of the successors of the item before: 0 for none, .3 for data in which order counts too. */
  readonly transitions: number;
  readonly seed: number;
}

/** Without an LLM test sessions cost nothing, and with 20,000 of them a difference of .8 points of HR@20 can be seen. */
export const PLANTED_DEFAULTS: PlantedOptions = {
  sessions: 1500,
  validSessions: 2000,
  testSessions: 20_000,
  items: 300,
  intents: 12,
  transitions: 0,
  seed: 1,
};

/** `planted-demo` for a run of minutes, which 5,000 test sessions keep short; `planted-effect` for what is claimed. */
export const PLANTED_PRESETS = {
  'planted-demo': { ...PLANTED_DEFAULTS, sessions: 3000, items: 400, testSessions: 5000 },
  'planted-effect': { ...PLANTED_DEFAULTS, sessions: 1500, items: 1500 },
} as const satisfies Record<string, PlantedOptions>;
export type PlantedPreset = keyof typeof PLANTED_PRESETS;

/** Items of an intent alone, so that it reaches all its categories, and an item has other successors than itself. */
const ITEMS_AN_INTENT = 4;
const LIMITS: Readonly<Record<keyof PlantedOptions, readonly [number, number]>> = {
  sessions: [1, 1e6],
  validSessions: [1, 1e6],
  testSessions: [1, 1e6],
  items: [2 * ITEMS_AN_INTENT, 20_000],
  // With more intents than categories two would be spread over the same three.
  intents: [2, CATEGORIES.length],
  transitions: [0, 0.9],
  seed: [0, 2 ** 31 - 1],
};

export class InvalidPlantedDatasetError extends DomainError<'INVALID_PLANTED_DATASET'> {
  constructor(option: keyof PlantedOptions, given: number, allowed: string) {
    const problem = `${given} is no number of ${option}`;
    super('INVALID_PLANTED_DATASET', `${option}: ${problem}; ${allowed}.`, [
      placeOf({ path: option, problem, allowed }),
    ]);
  }
}

/** @throws InvalidPlantedDatasetError */
export function assertPlantedOptions(options: PlantedOptions): void {
  for (const option of [
    'sessions',
    'validSessions',
    'testSessions',
    'items',
    'intents',
    'seed',
    'transitions',
  ] as const) {
    const [least, most] = LIMITS[option];
    const given = options[option];
    const isWhole = option !== 'transitions';
    if (given >= least && given <= most && (!isWhole || Number.isInteger(given))) continue;
    throw new InvalidPlantedDatasetError(option, given, `a ${isWhole ? 'whole ' : ''}number from ${least} to ${most}`);
  }
  const fewest = ITEMS_AN_INTENT * options.intents;
  if (options.items < fewest)
    throw new InvalidPlantedDatasetError(
      'items',
      options.items,
      `at least ${fewest}, ${ITEMS_AN_INTENT} for each of ${options.intents} intents`,
    );
}
