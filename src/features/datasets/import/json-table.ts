import { BrokenRowError } from './data-file-error.ts';
import type { JsonObject } from '#kernel/json.ts';
import { DataFileEmptyError } from './source-file.ts';
import type { Row, Table } from './table.ts';
import type { TextBlock } from './text-blocks.ts';

interface JsonLine {
  readonly line: number;
  readonly object: JsonObject;
}
type LineBlock = readonly (JsonLine | InvalidJsonLineError)[];

export class InvalidJsonLineError extends BrokenRowError<'INVALID_JSON_LINE'> {
  constructor(file: string, line: number, reason: { readonly problem: string; readonly column: number | null }) {
    super('INVALID_JSON_LINE', { file, line, ...reason, allowed: 'one JSON object on each line' });
  }
}

/**
 * JSON lines as a table. Its header is the keys of the objects in the first block (of 256 KiB): a key that the very first
 * object happens to lack is a column all the same.
 * @throws DataFileEmptyError, or the first InvalidJsonLineError if the block holds no object at all.
 */
export async function openJsonTable(blocks: AsyncGenerator<TextBlock>, file: string): Promise<Table> {
  const lines = jsonLines(blocks, file);
  const first = await firstBlock(lines);
  const fault = first.find((line) => line instanceof InvalidJsonLineError);
  const objects = first.flatMap((line) => (line instanceof InvalidJsonLineError ? [] : [line.object]));
  const header = [...new Set(objects.flatMap((object) => Object.keys(object)))];
  if (fault !== undefined && objects.length === 0) throw fault;
  if (first.length === 0) throw new DataFileEmptyError(file);
  return {
    file,
    header,
    wordLists: new Set(),
    blocks: jsonRows(first, lines, header),
    close: async () => {
      await lines.return(undefined);
    },
  };
}

async function firstBlock(lines: AsyncGenerator<LineBlock>): Promise<LineBlock> {
  for (;;) {
    const next = await lines.next();
    if (next.done === true) return [];
    if (next.value.length > 0) return next.value;
  }
}

async function* jsonLines(blocks: AsyncGenerator<TextBlock>, file: string): AsyncGenerator<LineBlock> {
  for await (const { firstLine, text } of blocks) {
    const lines = text.split('\n').map((line, index) => ({ line: firstLine + index, text: line }));
    yield lines.filter((line) => line.text.trim() !== '').map((line) => parseLine(line.text, line.line, file));
  }
}

function parseLine(text: string, line: number, file: string): JsonLine | InvalidJsonLineError {
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return { line, object: value };
    return new InvalidJsonLineError(file, line, { problem: 'the line is JSON, but not an object', column: 1 });
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const at = /at position (\d+)/.exec(error.message)?.[1];
    const column = at === undefined ? null : Number(at) + 1;
    return new InvalidJsonLineError(file, line, { problem: 'the line is not JSON', column });
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

async function* jsonRows(first: LineBlock, rest: AsyncGenerator<LineBlock>, header: readonly string[]) {
  const toRow = (line: JsonLine | InvalidJsonLineError): Row | InvalidJsonLineError =>
    line instanceof InvalidJsonLineError
      ? line
      : { line: line.line, cells: header.map((key) => cellOf(line.object, key)), isPlain: false };
  try {
    yield first.map(toRow);
    for await (const block of rest) yield block.map(toRow);
  } finally {
    await rest.return(undefined);
  }
}

function cellOf(object: JsonObject, key: string) {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}
