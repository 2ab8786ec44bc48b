import { z } from 'zod';
import { misread, type Misreading, readable, type Reading, readJson } from '#science/llm/reading.ts';
import type { Intent } from '../intent-pool.ts';
import { namedIntent, type NamedIntent } from '../named-intent.ts';

/** An intent that an answer names. */
export interface IdentifiedIntent extends NamedIntent {
  /** `null`: it is not of the pool. */
  readonly id: number | null;
  /** Numbers of the items of the context that support it, ascending, from 1. */
  readonly evidence: readonly number[];
}

/** What an answer may name. */
export interface IdentifyLimits {
  /** The intents that were shown; `null`: it names its own. */
  readonly intents: readonly Intent[] | null;
  /** Items of the context that were shown. */
  readonly items: number;
  readonly maxIntents: number;
}

const number = z.number().int();
const evidence = z.array(number).max(200);
const named = z.strictObject({ name: z.string().max(500), description: z.string().max(2000), evidence });
const fromPool = z.strictObject({
  intents: z.array(z.strictObject({ id: number, evidence })).max(200),
  new: named.nullable(),
});
const freelyNamed = z.strictObject({ intents: z.array(named).max(200) });

/** The intents of an answer to IDENTIFY or CORRECT, those of the pool first. */
export function readIdentified(text: string, limits: IdentifyLimits): Reading<readonly IdentifiedIntent[]> {
  const reading = limits.intents === null ? readFree(text) : readFromPool(text, limits.intents);
  if (!reading.isReadable) return reading;
  return violation(reading.value, limits) ?? reading;
}

function readFree(text: string): Reading<readonly IdentifiedIntent[]> {
  const json = readJson(text, freelyNamed);
  return json.isReadable ? allNamed(json.value.intents) : json;
}

function readFromPool(text: string, shown: readonly Intent[]): Reading<readonly IdentifiedIntent[]> {
  const json = readJson(text, fromPool);
  if (!json.isReadable) return json;
  const byId = new Map(shown.map((intent) => [intent.id, intent]));
  const chosen: IdentifiedIntent[] = [];
  for (const { id, evidence } of json.value.intents) {
    const intent = byId.get(id);
    if (intent === undefined) return misread('unknown-intent', `the list has no intent ${id}`);
    chosen.push({ id, name: intent.name, description: intent.description, evidence: ascending(evidence) });
  }
  const added = allNamed(json.value.new === null ? [] : [json.value.new]);
  return added.isReadable ? readable([...chosen, ...added.value]) : added;
}

function allNamed(given: readonly z.infer<typeof named>[]): Reading<readonly IdentifiedIntent[]> {
  const intents: IdentifiedIntent[] = [];
  for (const { name, description, evidence } of given) {
    const intent = namedIntent(name, description);
    if (intent === null) return misread('not-json', 'an intent has no name');
    intents.push({ id: null, ...intent, evidence: ascending(evidence) });
  }
  return readable(intents);
}

function violation(
  intents: readonly IdentifiedIntent[],
  { items, maxIntents }: Pick<IdentifyLimits, 'items' | 'maxIntents'>,
): Misreading | null {
  if (intents.length === 0 || intents.length > maxIntents)
    return misread('intent-count', `it names ${intents.length} intents; choose between 1 and ${maxIntents}`);
  if (new Set(intents.map(({ id, name }) => id ?? name)).size < intents.length)
    return misread('intent-count', 'it names an intent twice');
  const outside = intents.flatMap(({ evidence }) => evidence).find((item) => item < 1 || item > items);
  if (outside === undefined) return null;
  return misread('evidence-outside', `its evidence has item ${outside}; the session has the items 1 to ${items}`);
}

function ascending(numbers: readonly number[]): readonly number[] {
  return [...new Set(numbers)].sort((left, right) => left - right);
}
