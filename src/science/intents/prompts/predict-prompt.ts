import type { ChatMessage } from '#science/llm/language-model.port.ts';
import { intentText } from '../intent-pool.ts';
import type { NamedIntent } from '../named-intent.ts';
import { letterOf } from './letters.ts';
import { HEADINGS, SYSTEM, taskLine } from './prompt-words.ts';
import { candidateLine, numberedItems, type ShownItem } from './shown-item.ts';

export interface PredictQuestion {
  /** The context, oldest first. */
  readonly context: readonly ShownItem[];
  /** `null`: what is predicted without intents. */
  readonly intents: readonly NamedIntent[] | null;
  readonly candidates: readonly ShownItem[];
  /** Letters that are asked for. */
  readonly ranked: number;
}

const FORMAT = '{"ranking":["C","K","A","F","B"]}';

/** Which candidate comes next? A fresh conversation: it knows nothing of feedback, pool or answer (science C.6). */
export function predictPrompt({ context, intents, candidates, ranked }: PredictQuestion): readonly ChatMessage[] {
  const lines = [
    taskLine('PREDICT'),
    HEADINGS.session,
    ...numberedItems(context),
    ...(intents === null ? [] : [HEADINGS.inferred, ...intents.map((intent) => `- ${intentText(intent)}`)]),
    HEADINGS.candidates,
    ...candidates.map((item, at) => `${letterOf(at)}. ${candidateLine(item)}`),
    `Give the letters of the ${ranked} most likely, best first, in this format:`,
    FORMAT,
  ];
  return [
    { role: 'system', content: SYSTEM },
    { role: 'user', content: lines.join('\n') },
  ];
}
