import { expandArms, MOST_ARMS, type Arm } from './arms.ts';
import {
  armNameMistakes,
  armSettingMistakes,
  budgetMistakes,
  inheritedWarnings,
  scheduleWarnings,
} from './arm-rules.ts';
import { axisMistakes, exclusionMistakes, gridSizeMistakes } from './axis-rules.ts';
import { checkAgainstDatasets } from './dataset-rules.ts';
import { claimMistakes } from './hypothesis-rules.ts';
import { providerMistakes } from './llm-rules.ts';
import { areArmsNamed, isWhole, type Draft } from './manifest-draft.ts';
import { canBeLegal, LEGAL_IN_WORDS, sessionsInWords } from './protocols.ts';
import type { Mistake } from './schema-mistakes.ts';
import { textMistakes, textWarnings } from './text-rules.ts';
import { countTrials, type DatasetOutline } from './trials.ts';

export interface Judgement {
  readonly mistakes: readonly Mistake[];
  readonly warnings: readonly Mistake[];
}

/** What a manifest is judged beside. Of what is absent nothing is said. */
export interface Surroundings {
  /** The registered data sets. */
  readonly datasets?: ReadonlyMap<string, DatasetOutline>;
  /** The names of the configured LLM providers. */
  readonly llms?: readonly string[];
}

/** The rules between the keys of a manifest, as far as its parts are there. */
export function judgeDraft(draft: Draft, { datasets, llms }: Surroundings): Judgement {
  const { mistakes: ofGrid, arms } = judgeGrid(draft);
  const known = arms ?? namedArms(draft);
  const mistakes = [
    ...protocolMistakes(draft),
    ...(datasets === undefined ? [] : datasetMistakes(draft, known, datasets)),
    ...(llms === undefined || !isWhole(draft, 'settings') ? [] : providerMistakes(draft.manifest, known, llms)),
    ...ofGrid,
    ...armNameMistakes(draft.manifest, known),
    ...armSettingMistakes(draft, known),
    ...budgetMistakes(draft),
    ...claimMistakes(draft, arms),
  ];
  if (arms === null) return { mistakes, warnings: [] };
  const ofTexts = datasets === undefined ? [] : textWarnings(draft.manifest, arms, datasets);
  return { mistakes, warnings: [...inheritedWarnings(draft, arms), ...scheduleWarnings(draft, arms), ...ofTexts] };
}

/** `arms` is `null` while it is not clear which arms there are. */
function judgeGrid(draft: Draft): { mistakes: readonly Mistake[]; arms: readonly Arm[] | null } {
  const { manifest } = draft;
  const ofAxes = [...axisMistakes(manifest), ...gridSizeMistakes(manifest)];
  if (ofAxes.length > 0 || !isWhole(draft, 'axes') || !isWhole(draft, 'link')) return { mistakes: ofAxes, arms: null };
  const ofExclusions = exclusionMistakes(manifest);
  const isKnown = ofExclusions.length === 0 && isWhole(draft, 'exclude') && areArmsNamed(draft);
  if (!isKnown) return { mistakes: ofExclusions, arms: null };
  const arms = expandArms(manifest);
  return { mistakes: countMistakes(draft, arms), arms };
}

/** What can be said of named arms does not depend on the grid. */
function namedArms({ manifest }: Draft): readonly Arm[] {
  return manifest.arms.length === 0 ? [] : expandArms({ ...manifest, axes: {}, link: [], exclude: [] });
}

function protocolMistakes(draft: Draft): readonly Mistake[] {
  const { sessions, split, evaluate } = draft.manifest.protocol;
  const mistakes: Mistake[] = [];
  if (isWhole(draft, 'protocol', 'sessions') && isWhole(draft, 'protocol', 'split')) {
    const isPossible = canBeLegal(draft.manifest.protocol);
    const problem = `${sessionsInWords(sessions)} do not go with ${split === undefined ? 'the default split' : `the split ${split}`}`;
    const path = ['protocol', split === undefined ? 'sessions' : 'split'];
    if (!isPossible) mistakes.push({ path, problem, allowed: LEGAL_IN_WORDS });
  }
  if (split === 'leave-one-out' && evaluate === 'all-prefixes') {
    const problem = 'all-prefixes does not go with leave-one-out, whose earlier targets are training items';
    mistakes.push({ path: ['protocol', 'evaluate'], problem, allowed: 'last' });
  }
  return mistakes;
}

function datasetMistakes(
  draft: Draft,
  arms: readonly Arm[],
  datasets: ReadonlyMap<string, DatasetOutline>,
): readonly Mistake[] {
  if (!isWhole(draft, 'dataset')) return [];
  const isProtocolKnown = isWhole(draft, 'protocol', 'sessions') && isWhole(draft, 'protocol', 'split');
  return [
    ...(isProtocolKnown ? checkAgainstDatasets(draft.manifest, datasets) : []),
    ...(isWhole(draft, 'settings') ? textMistakes(draft.manifest, arms, datasets) : []),
  ];
}

function countMistakes(draft: Draft, arms: readonly Arm[]): readonly Mistake[] {
  if (arms.length === 0) return [{ path: ['exclude'], problem: 'everything is excluded', allowed: 'at least one arm' }];
  const trials = isWhole(draft, 'seeds') ? countTrials(draft.manifest, arms) : 0;
  if (trials <= MOST_ARMS) return [];
  return [{ path: ['seeds'], problem: `the manifest makes ${trials} trials`, allowed: `at most ${MOST_ARMS}` }];
}
