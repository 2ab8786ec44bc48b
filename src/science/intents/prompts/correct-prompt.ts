import type { ChatMessage } from '#science/llm/language-model.port.ts';
import { oneLine } from '#science/text/one-line.ts';
import { taskLine } from './prompt-words.ts';

/** Why the intents of an attempt did not lead to the held-out item, as far as it may be told. */
export interface FailedPrediction {
  readonly names: readonly string[];
  /** Title of what was predicted; `null` where it cannot be told without telling the held-out item. */
  readonly predicted: string | null;
  /** Numbers of the context's items that no intent names as evidence. */
  readonly gaps: readonly number[];
}

/** Characters of an answer that go into the conversation: enough for any that could be read. */
const ANSWER = 2000;

/** What the visitor's choice says about the intents (science C.6). */
export function predictionFeedback({ names, predicted, gaps }: FailedPrediction): string {
  const intents = `Using only your intents [${names.join(', ')}]`;
  const items = gaps.length === 0 ? 'the items' : `${gaps.length === 1 ? 'item' : 'items'} ${gaps.join(', ')}`;
  return [
    predicted === null
      ? `${intents}, the choice of the visitor could not be predicted.`
      : `${intents}, the next choice was predicted to be "${predicted}", which is not what the visitor chose.`,
    `The intents are incomplete, too broad, or wrong. Look again at ${items} and revise: ` +
      'keep what is supported, drop what is not, add what is missing.',
  ].join('\n');
}

/** What is wrong with an answer that could not be used. */
export function formatFeedback(problem: string): string {
  return `Your answer could not be used: ${problem}.`;
}

/** An answer and what is said to it: what an IDENTIFY conversation goes on with. */
export function correctPrompt(answer: string, feedback: string): readonly ChatMessage[] {
  return [
    { role: 'assistant', content: repeated(answer) },
    { role: 'user', content: [taskLine('CORRECT'), feedback, 'Return the same JSON format.'].join('\n') },
  ];
}

/** The free second question after an answer that was no JSON. */
export function againPrompt(answer: string): readonly ChatMessage[] {
  return [
    { role: 'assistant', content: repeated(answer) },
    {
      role: 'user',
      content:
        'That was not one JSON object of the format asked for. Answer again, with one JSON object and nothing else.',
    },
  ];
}

/** Endpoints refuse an empty message. */
function repeated(answer: string): string {
  const line = oneLine(answer, ANSWER);
  return line === '' ? '(empty)' : line;
}
