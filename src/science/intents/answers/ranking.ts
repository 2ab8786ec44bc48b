import { z } from 'zod';
import { misread, readable, type Reading, readJson } from '#science/llm/reading.ts';
import { letterOf } from '../prompts/letters.ts';

const shape = z.strictObject({ ranking: z.array(z.string().max(10)).max(200) });

/** The places of the candidates that an answer to PREDICT ranks, best first; it need not rank all. */
export function readRanking(text: string, candidates: number): Reading<readonly number[]> {
  const json = readJson(text, shape);
  if (!json.isReadable) return json;
  const { ranking } = json.value;
  const placeOf = new Map(Array.from({ length: candidates }, (_, at) => [letterOf(at), at]));
  const places: number[] = [];
  for (const letter of ranking) {
    const place = placeOf.get(letter);
    if (place === undefined) return misread('unknown-letter', `no candidate has the letter ${JSON.stringify(letter)}`);
    places.push(place);
  }
  if (places.length === 0) return misread('unknown-letter', 'it ranks no candidate');
  if (new Set(places).size < places.length) return misread('unknown-letter', 'it ranks a candidate twice');
  return readable(places);
}
