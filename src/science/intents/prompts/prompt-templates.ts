import type { CallStep } from '#science/llm/call-book.port.ts';
import type { ChatMessage } from '#science/llm/language-model.port.ts';
import { correctPrompt, predictionFeedback } from './correct-prompt.ts';
import { identifyPrompt } from './identify-prompt.ts';
import { consolidatePrompt, explorePrompt } from './pool-prompts.ts';
import { predictPrompt } from './predict-prompt.ts';
import type { ShownItem } from './shown-item.ts';

/** What stands in the place of an item, of an intent, of a number. */
const ITEM: ShownItem = { title: '{{title}}', category: '{{category}}' };
const INTENT = { name: '{{intent_name}}', description: '{{intent_description}}' };
const POOLED = { ...INTENT, id: 0, origin: 'init', status: 'active', mergedInto: null, support: 0 } as const;

/** What the numbers of prompts are by default (science C.5, C.6). */
const [MAX_INTENTS, INITIAL, RANKED] = [3, 40, 5];

/** The wording of each step, by the functions that word the questions themselves: one line of each list, with `{{…}}` for what differs. */
export function promptTemplates(): Readonly<Record<CallStep, string>> {
  const context = [ITEM];
  const failure = { names: ['{{intent_name}}'], predicted: '{{title}}', gaps: [] };
  return {
    EXPLORE: textOf(explorePrompt([context])),
    CONSOLIDATE: textOf(consolidatePrompt([INTENT], INITIAL)),
    IDENTIFY: textOf(identifyPrompt({ context, intents: [POOLED], maxIntents: MAX_INTENTS, revealed: null })),
    CORRECT: textOf(correctPrompt('{{answer}}', predictionFeedback(failure))),
    PREDICT: textOf(predictPrompt({ context, intents: [INTENT], candidates: [ITEM], ranked: RANKED })),
  };
}

function textOf(messages: readonly ChatMessage[]): string {
  return messages.map(({ role, content }) => `${role}:\n${content}`).join('\n\n');
}
