import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { JsonValue } from '#kernel/json.ts';

const CHUNK_CHARACTERS = 65_536;

/** Writes each value as one line of JSON. */
export async function writeJsonLines(path: string, values: Iterable<JsonValue>): Promise<void> {
  await pipeline(() => chunksOf(values), createWriteStream(path));
}

function* chunksOf(values: Iterable<JsonValue>): Generator<string> {
  let chunk = '';
  for (const value of values) {
    chunk += `${JSON.stringify(value)}\n`;
    if (chunk.length < CHUNK_CHARACTERS) continue;
    yield chunk;
    chunk = '';
  }
  yield chunk;
}
