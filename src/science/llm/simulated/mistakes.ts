import type { Rng } from '#science/random/stream.ts';
import { type IdentifyTask, type IntentOption, keyOf, newOption } from './intent-options.ts';
import type { ReadTask } from './prompt-reading.ts';
import { intentsAnswer } from './simulated-answers.ts';
import type { WordKnowledge } from './word-knowledge.ts';

/** What models answer instead of what they were asked for: nothing, prose, half of it, too much, or of something else. */
const GARBAGE: readonly string[] = [
  '',
  'I think that the visitor is looking for something nice.',
  '{"intents":[{"id":1,"evid',
  JSON.stringify({ intents: [{ id: 999_999, evidence: [1] }], new: null }),
  JSON.stringify({ intents: Array.from({ length: 9 }, (_, at) => ({ id: at + 1, evidence: [1] })), new: null }),
  JSON.stringify({ ranking: ['ZZ', '1', 'a'] }),
  `${'['.repeat(1000)}${']'.repeat(1000)}`,
  'no '.repeat(30_000),
];

export function garbage(rng: Rng): string {
  return GARBAGE[rng.integer(GARBAGE.length)]!;
}

/** A valid answer that has nothing to do with the question. */
export function randomAnswer(task: ReadTask, rng: Rng, knowledge: WordKnowledge): object {
  switch (task.step) {
    case 'IDENTIFY':
      return randomIntents(task, rng, knowledge);
    case 'PREDICT':
      return { ranking: drawn(task.candidates, task.ranked, rng).map(({ letter }) => letter) };
    case 'EXPLORE': {
      const items = task.sessions.flat();
      const words = items.flatMap(({ title, category }) => [...knowledge.countsOf(`${title} ${category}`).keys()]);
      return { intents: pairs(drawn([...new Set(words)], 2 * rng.integer(Math.min(5, task.most)), rng)) };
    }
    case 'CONSOLIDATE':
      return { intents: drawn(task.proposed, Math.min(task.most, 1 + rng.integer(10)), rng) };
  }
}

function randomIntents(task: IdentifyTask, rng: Rng, knowledge: WordKnowledge): object {
  const numbers = task.items.map((_, at) => at + 1);
  const listed = drawn(task.intents ?? [], 1 + rng.integer(task.most), rng);
  const options = listed.map(({ id }): IntentOption => {
    return { key: keyOf({ id }), kind: 'listed', entry: { id }, score: 0, evidence: drawn(numbers, 1, rng) };
  });
  return intentsAnswer(task, options.length > 0 ? options : [newOption(task, knowledge)]);
}

function pairs(words: readonly string[]): readonly object[] {
  const count = Math.floor(words.length / 2);
  return Array.from({ length: count }, (_, at) => {
    const [first, second] = [words[2 * at]!, words[2 * at + 1]!];
    return { name: `${first} ${second}`, description: `looking for ${first} and ${second}` };
  });
}

/** Some of the elements, at most `count`, in random order. */
function drawn<Element>(elements: readonly Element[], count: number, rng: Rng): readonly Element[] {
  const shuffled = [...elements];
  rng.shuffle(shuffled);
  return shuffled.slice(0, count);
}
