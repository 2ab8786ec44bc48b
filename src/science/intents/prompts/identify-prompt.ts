import type { ChatMessage } from '#science/llm/language-model.port.ts';
import type { Intent } from '../intent-pool.ts';
import { HEADINGS, NO_INTENTS, NO_SINGLE_PRODUCT, SYSTEM, taskLine, WORDING } from './prompt-words.ts';
import { itemLine, numberedItems, type ShownItem } from './shown-item.ts';

export interface IdentifyQuestion {
  /** The context, oldest first. */
  readonly context: readonly ShownItem[];
  /** The intents to choose from; `null`: the model names its own. */
  readonly intents: readonly Intent[] | null;
  readonly maxIntents: number;
  /** The held-out item, where the arm shows it. */
  readonly revealed: ShownItem | null;
}

const FORMAT = '{"intents":[{"id":12,"evidence":[1,3]}],"new":{"name":"","description":"","evidence":[]}|null}';
const FREE_FORMAT = '{"intents":[{"name":"","description":"","evidence":[1,3]}]}';

/** Which intents explain this session? (science C.6) */
export function identifyPrompt({
  context,
  intents,
  maxIntents,
  revealed,
}: IdentifyQuestion): readonly [ChatMessage, ChatMessage] {
  const lines = [
    taskLine('IDENTIFY'),
    HEADINGS.session,
    ...numberedItems(context),
    ...(revealed === null ? [] : [`The visitor then chose: ${itemLine(revealed)}`]),
    ...(intents === null ? freeTask(maxIntents) : poolTask(intents, maxIntents)),
  ];
  return [
    { role: 'system', content: SYSTEM },
    { role: 'user', content: lines.join('\n') },
  ];
}

function poolTask(intents: readonly Intent[], maxIntents: number): readonly string[] {
  return [
    HEADINGS.intents,
    ...(intents.length === 0 ? [NO_INTENTS] : intents.map(intentLine)),
    `Choose between 1 and ${maxIntents} intents that together best explain this session. Use ids from the list. ` +
      'If, and only if, nothing fits, add one new intent.',
    NO_SINGLE_PRODUCT,
    FORMAT,
  ];
}

function freeTask(maxIntents: number): readonly string[] {
  return [
    `Name between 1 and ${maxIntents} intents that together best explain this session. ${WORDING}`,
    NO_SINGLE_PRODUCT,
    FREE_FORMAT,
  ];
}

function intentLine({ id, name, description }: Intent): string {
  return `${id}: ${name} - ${description}`;
}
