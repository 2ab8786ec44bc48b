import type { ChatMessage } from '#science/llm/language-model.port.ts';
import type { NamedIntent } from '../named-intent.ts';
import { HEADINGS, NO_SINGLE_PRODUCT, SYSTEM, taskLine, WORDING } from './prompt-words.ts';
import { numberedItems, type ShownItem } from './shown-item.ts';

/** Intents that one call of EXPLORE may propose. */
export const MOST_PROPOSED = 10;

const FORMAT = '{"intents":[{"name":"","description":""}]}';

/** Which intents could be behind these sessions? (science C.5, INIT b) */
export function explorePrompt(sessions: readonly (readonly ShownItem[])[]): readonly ChatMessage[] {
  const shown = sessions.flatMap((items, at) => [`Session ${at + 1}`, ...numberedItems(items)]);
  return asked([
    taskLine('EXPLORE'),
    HEADINGS.sessions,
    ...shown,
    `Propose up to ${MOST_PROPOSED} shopping intents that explain these sessions. ${WORDING}`,
    NO_SINGLE_PRODUCT,
    FORMAT,
  ]);
}

/** Which of the proposed are distinct? (science C.5, INIT c) What was proposed twice stands there twice. */
export function consolidatePrompt(proposed: readonly NamedIntent[], most: number): readonly ChatMessage[] {
  return asked([
    taskLine('CONSOLIDATE'),
    HEADINGS.proposed,
    ...proposed.map(({ name, description }) => `- ${name} - ${description}`),
    `Consolidate them into at most ${most} distinct intents, the most frequent first: merge what means the same. ${WORDING}`,
    NO_SINGLE_PRODUCT,
    FORMAT,
  ]);
}

function asked(lines: readonly string[]): readonly ChatMessage[] {
  return [
    { role: 'system', content: SYSTEM },
    { role: 'user', content: lines.join('\n') },
  ];
}
