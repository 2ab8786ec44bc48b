import { z } from 'zod';
import { fits, type IdentifyTask, type IntentOption, intentOptions, keyOf, newOption } from './intent-options.ts';
import type { ReadTask } from './prompt-reading.ts';
import { wordGroups } from './word-groups.ts';
import { addedCounts, type WordKnowledge } from './word-knowledge.ts';

/** Share of the best intent's overlap from which another is named too. */
const WORTH_NAMING = 0.5;

/** What the simulated model answers when it makes no mistake, as the value of its JSON. */
export function simulatedAnswer(task: ReadTask, knowledge: WordKnowledge): object {
  switch (task.step) {
    case 'IDENTIFY':
      return identified(task, knowledge);
    case 'PREDICT':
      return { ranking: ranked(task, knowledge).slice(0, task.ranked) };
    case 'EXPLORE':
      return { intents: wordGroups(task.sessions, task.most, knowledge) };
    case 'CONSOLIDATE':
      return { intents: consolidated(task, knowledge) };
  }
}

/** An answer of these intents, in the format that the task asks for. */
export function intentsAnswer(task: IdentifyTask, chosen: readonly IntentOption[]): object {
  const written = chosen.map(({ entry, evidence, kind }) => ({ kind, answer: { ...entry, evidence } }));
  if (task.intents === null) return { intents: written.map(({ answer }) => answer) };
  return {
    intents: written.filter(({ kind }) => kind === 'listed').map(({ answer }) => answer),
    new: written.find(({ kind }) => kind === 'own')?.answer ?? null,
  };
}

function identified(task: IdentifyTask, knowledge: WordKnowledge): object {
  const options = intentOptions(task, knowledge);
  const before = task.answers.map(namedIn).filter((keys) => keys.length > 0);
  const last = before.at(-1);
  const chosen =
    last === undefined
      ? firstChoice(options, task, knowledge)
      : corrected(last, new Set(before.flat()), { task, options, knowledge });
  return intentsAnswer(task, chosen);
}

function firstChoice(
  options: readonly IntentOption[],
  task: IdentifyTask,
  knowledge: WordKnowledge,
): readonly IntentOption[] {
  const [best] = options;
  if (best === undefined || (task.intents !== null && !fits(best, task, knowledge)))
    return [newOption(task, knowledge)];
  return options.filter(({ score }) => score >= best.score * WORTH_NAMING).slice(0, task.most);
}

/** Without the intent that has the least evidence, and with the best one that was not named yet. */
function corrected(
  last: readonly string[],
  named: ReadonlySet<string>,
  { task, options, knowledge }: { task: IdentifyTask; options: readonly IntentOption[]; knowledge: WordKnowledge },
): readonly IntentOption[] {
  const own = newOption(task, knowledge);
  const kept = last.map((key) => options.find((option) => option.key === key)).filter((option) => option !== undefined);
  kept.sort((left, right) => right.evidence.length - left.evidence.length || right.score - left.score);
  const next = options.find(({ key }) => !named.has(key)) ?? (named.has(own.key) ? undefined : own);
  // Of what it cannot find in the session any more, nothing is left to keep.
  const rest = kept.length === last.length ? kept.slice(0, -1) : kept;
  const chosen = next === undefined ? rest : [...rest, next];
  return chosen.length > 0 ? chosen.slice(0, task.most) : [options[0] ?? own];
}

const evidence = z.unknown();
const answered = z.object({
  intents: z.array(z.union([z.object({ id: z.number(), evidence }), z.object({ name: z.string(), evidence })])),
  new: z.object({ name: z.string() }).nullish(),
});

/** The intents that an earlier answer named; none if it was no answer. */
function namedIn(answer: string): readonly string[] {
  try {
    const { intents, new: own } = answered.parse(JSON.parse(answer));
    return [...intents, ...(own ? [own] : [])].map(keyOf);
  } catch {
    return [];
  }
}

type PredictTask = Extract<ReadTask, { step: 'PREDICT' }>;

/** All letters, by overlap with the intents, or where there are none with the session; of equals the more popular first. */
function ranked({ items, intents, candidates }: PredictTask, knowledge: WordKnowledge): readonly string[] {
  const session = addedCounts(items.map(({ title, category }) => knowledge.countsOf(`${title} ${category}`)));
  const bags = intents === null ? [new Set(session.keys())] : intents.map((text) => knowledge.bagOf(text).words);
  const scored = candidates.map(({ letter, item: { title, category } }) => {
    const words = [...knowledge.countsOf(`${title} ${category}`).keys()];
    const found = bags.flatMap((bag) => words.filter((word) => bag.has(word)));
    return {
      letter,
      score: found.reduce((sum, word) => sum + knowledge.idf(word), 0),
      clicks: knowledge.clicksOf(title),
    };
  });
  scored.sort((left, right) => right.score - left.score || right.clicks - left.clicks);
  return scored.map(({ letter }) => letter);
}

type ConsolidateTask = Extract<ReadTask, { step: 'CONSOLIDATE' }>;

/** What was proposed most often first; a name whose words were all used by others adds nothing. */
function consolidated({ proposed, most }: ConsolidateTask, knowledge: WordKnowledge): readonly object[] {
  const byWords = new Map<string, { readonly words: readonly string[]; readonly first: object; count: number }>();
  for (const intent of proposed) {
    const words = [...knowledge.countsOf(intent.name).keys()];
    const key = [...words].sort().join(' ');
    const known = byWords.get(key) ?? { words, first: intent, count: 0 };
    byWords.set(key, known);
    known.count += 1;
  }
  const used = new Set<string>();
  const chosen: object[] = [];
  for (const { words, first } of [...byWords.values()].sort((left, right) => right.count - left.count)) {
    if (chosen.length === most) break;
    if (words.every((word) => used.has(word))) continue;
    for (const word of words) used.add(word);
    chosen.push(first);
  }
  return chosen;
}
