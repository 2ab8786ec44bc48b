import { HEADINGS } from '#science/intents/prompts/prompt-words.ts';
import type { ChatMessage } from '../language-model.port.ts';

/** An item as a prompt shows it. */
export interface ReadItem {
  /** Empty where there is none. */
  readonly title: string;
  readonly category: string;
}

export interface ReadIntent {
  readonly id: number;
  readonly text: string;
}

/** What a prompt asks for, as its text says it. */
export type ReadTask =
  | Readonly<{
      step: 'IDENTIFY';
      items: readonly ReadItem[];
      revealed: ReadItem | null;
      /** `null`: there is no list to choose from. */
      intents: readonly ReadIntent[] | null;
      most: number;
      /** What was answered so far and has to be corrected, the latest last. */
      answers: readonly string[];
    }>
  | Readonly<{
      step: 'PREDICT';
      items: readonly ReadItem[];
      intents: readonly string[] | null;
      candidates: readonly Readonly<{ letter: string; item: ReadItem }>[];
      /** Letters that are asked for. */
      ranked: number;
    }>
  | Readonly<{ step: 'EXPLORE'; sessions: readonly (readonly ReadItem[])[]; most: number }>
  | Readonly<{
      step: 'CONSOLIDATE';
      proposed: readonly Readonly<{ name: string; description: string }>[];
      most: number;
    }>;

const TASK = /^Task: (\w+), version \d+$/;
const SESSION = /^Session \d+$/;
const NUMBERED = /^\d+\. (.*)$/;
const LISTED = /^(\d+): (.*)$/;
const DASHED = /^- (.*)$/;
const LETTERED = /^([A-Z]+)\. (.*)$/;
const ITEM = /^([^[]*?)(?: ?\[([^\]]*)\])?$/;
const REVEALED = /^The visitor then chose: (.*)$/;
const MOST = /(?:between 1 and|up to|at most|letters of the) (\d+) /;

/** What a conversation asks for; `null` if it is none that the simulated model understands. */
export function readTask(messages: readonly ChatMessage[]): ReadTask | null {
  const asked = messages.filter(({ role }) => role === 'user').map(({ content }) => content.split('\n'));
  const [opening] = asked;
  if (opening === undefined) return null;
  switch (TASK.exec(opening[0]!)?.[1]) {
    case 'IDENTIFY':
      return identifyTask(opening, answersToCorrect(messages));
    case 'PREDICT':
      return predictTask(opening);
    case 'EXPLORE':
      return { step: 'EXPLORE', sessions: readSessions(opening), most: mostIn(opening, 'up to') };
    case 'CONSOLIDATE':
      return { step: 'CONSOLIDATE', proposed: readProposed(opening), most: mostIn(opening, 'at most') };
    case undefined:
    default:
      return null;
  }
}

/** The answers that a task to correct follows; one that is only asked again was no answer. */
function answersToCorrect(messages: readonly ChatMessage[]): readonly string[] {
  const isCorrected = (at: number): boolean => messages[at + 1]?.content.startsWith('Task: CORRECT') === true;
  return messages.filter(({ role }, at) => role === 'assistant' && isCorrected(at)).map(({ content }) => content);
}

function identifyTask(lines: readonly string[], answers: readonly string[]): ReadTask {
  const revealed = lines.map((line) => REVEALED.exec(line)).find((match) => match !== null);
  const listed = lines.includes(HEADINGS.intents) ? matchesAfter(lines, HEADINGS.intents, LISTED) : null;
  return {
    step: 'IDENTIFY',
    items: readItems(lines),
    revealed: revealed === undefined ? null : readItem(revealed[1]!),
    intents: listed?.map(([, id, text]) => ({ id: Number(id), text: text! })) ?? null,
    most: mostIn(lines, 'between 1 and'),
    answers,
  };
}

function predictTask(lines: readonly string[]): ReadTask {
  const inferred = matchesAfter(lines, HEADINGS.inferred, DASHED);
  return {
    step: 'PREDICT',
    items: readItems(lines),
    intents: lines.includes(HEADINGS.inferred) ? inferred.map(([, text]) => text!) : null,
    candidates: matchesAfter(lines, HEADINGS.candidates, LETTERED).map(([, letter, text]) => ({
      letter: letter!,
      item: readItem(text!),
    })),
    ranked: mostIn(lines, 'letters of the'),
  };
}

function readItems(lines: readonly string[]): readonly ReadItem[] {
  return matchesAfter(lines, HEADINGS.session, NUMBERED).map(([, text]) => readItem(text!));
}

function readSessions(lines: readonly string[]): readonly (readonly ReadItem[])[] {
  const sessions: ReadItem[][] = [];
  for (const line of lines) {
    const item = NUMBERED.exec(line);
    if (SESSION.test(line)) sessions.push([]);
    else if (item !== null) sessions.at(-1)?.push(readItem(item[1]!));
  }
  return sessions;
}

function readProposed(lines: readonly string[]): readonly { name: string; description: string }[] {
  return matchesAfter(lines, HEADINGS.proposed, DASHED).map(([, text]) => {
    const [name, ...description] = text!.split(' - ');
    return { name: name!, description: description.join(' - ') };
  });
}

/** `{title} [{category}]`; titles have no square brackets. */
function readItem(text: string): ReadItem {
  const match = ITEM.exec(text);
  const title = match?.[1] ?? text;
  return { title: title === '(no title)' ? '' : title, category: match?.[2] ?? '' };
}

function mostIn(lines: readonly string[], words: string): number {
  // The last: a title can say anything, and the task stands below the titles.
  const line = lines.findLast((text) => text.includes(` ${words} `) && MOST.test(text));
  return Number(MOST.exec(line ?? '')?.[1] ?? 1);
}

/** The lines after a heading as long as they are of a kind. */
function matchesAfter(lines: readonly string[], heading: string, kind: RegExp): readonly RegExpExecArray[] {
  const found: RegExpExecArray[] = [];
  const begin = lines.indexOf(heading);
  if (begin === -1) return found;
  for (const line of lines.slice(begin + 1)) {
    const match = kind.exec(line);
    if (match === null) break;
    found.push(match);
  }
  return found;
}
