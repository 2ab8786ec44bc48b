import { z } from 'zod';
import { misread, readable, type Reading, readJson } from '#science/llm/reading.ts';
import { namedIntent, type NamedIntent } from '../named-intent.ts';

const shape = z.strictObject({
  intents: z.array(z.strictObject({ name: z.string().max(500), description: z.string().max(2000) })).max(1000),
});

/** The intents of an answer to EXPLORE or CONSOLIDATE; none is an answer too. */
export function readProposed(text: string, most: number): Reading<readonly NamedIntent[]> {
  const json = readJson(text, shape);
  if (!json.isReadable) return json;
  const { intents } = json.value;
  if (intents.length > most)
    return misread('intent-count', `it names ${intents.length} intents; ${most} are the most that may be named`);
  const named = intents.map(({ name, description }) => namedIntent(name, description));
  const known = named.filter((intent) => intent !== null);
  return known.length < named.length ? misread('not-json', 'an intent has no name') : readable(known);
}
