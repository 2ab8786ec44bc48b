import type { CallStep } from '#science/llm/call-book.port.ts';

/**
 * The version of each prompt, which stands in its first line: of a kept call one sees which wording was asked, and a reworded
 * prompt is another call. Raise it with every change of the wording.
 */
export const PROMPT_VERSIONS = {
  EXPLORE: 1,
  CONSOLIDATE: 1,
  IDENTIFY: 1,
  CORRECT: 1,
  PREDICT: 1,
} as const satisfies Record<CallStep, number>;

/** The first line of a prompt. */
export function taskLine(step: CallStep): string {
  return `Task: ${step}, version ${PROMPT_VERSIONS[step]}`;
}

export const SYSTEM = 'You label anonymous shopping sessions. Answer with one JSON object and nothing else.';

/** The lines after which a prompt lists something: whoever reads a prompt finds the lists by them. */
export const HEADINGS = {
  session: 'Session, oldest first:',
  sessions: 'Sessions, each oldest first:',
  intents: 'Intent list (id: name - description):',
  inferred: "The visitor's inferred intents:",
  proposed: 'Proposed intents (name - description):',
  candidates: 'Which candidate is most likely to be chosen next?',
} as const;

/** Stands where a list of intents is empty. */
export const NO_INTENTS = '(none yet)';

export const NO_SINGLE_PRODUCT = 'Do not describe a single product; an intent must be reusable for other sessions.';

export const WORDING = 'Each has a name of 2 to 5 words in lower case and a description of at most 20 words.';
