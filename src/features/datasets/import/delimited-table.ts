import { BrokenRowError } from './data-file-error.ts';
import { parseQuotedBlock } from './quoted-block.ts';
import { DataFileEmptyError } from './source-file.ts';
import { assertDistinct, textOf, type Row, type Table } from './table.ts';
import { LONGEST_LINE_BYTES, type TextBlock } from './text-blocks.ts';

export interface Dialect {
  readonly delimiter: string;
  readonly quotes: boolean;
  /** Header fields are `name:type`, as in RecBole's atomic files. */
  readonly typedHeader: boolean;
}

type RowBlock = readonly (Row | BrokenRowError)[];

const TYPED_FIELD = /^(.*):(token|token_seq|float|float_seq)$/;

export class FieldCountError extends BrokenRowError<'FIELD_COUNT'> {
  constructor(file: string, row: Row, width: number) {
    const problem = `the row has ${row.cells.length} ${row.cells.length === 1 ? 'field' : 'fields'}`;
    super('FIELD_COUNT', { file, line: row.line, problem, allowed: `${width} fields, as in the header` });
  }
}

/** @throws DataFileEmptyError, DuplicateHeaderError, BrokenQuotesError for the header. */
export async function openDelimitedTable(
  blocks: AsyncGenerator<TextBlock>,
  file: string,
  dialect: Dialect,
): Promise<Table> {
  const rows = dialect.quotes ? quotedRows(blocks, dialect.delimiter, file) : plainRows(blocks, dialect.delimiter);
  const [first, ...rest] = (await firstBlock(rows)) ?? [];
  if (first === undefined) throw new DataFileEmptyError(file);
  if (first instanceof BrokenRowError) throw first;
  const fields = first.cells.map((cell) => textOf(cell).trim());
  const names = dialect.typedHeader ? fields.map((field) => TYPED_FIELD.exec(field)?.[1] ?? field) : fields;
  assertDistinct(names, file, first.line);
  return {
    file,
    header: names,
    wordLists: new Set(names.filter((_, position) => dialect.typedHeader && fields[position]?.endsWith(':token_seq'))),
    blocks: checkedRows(rest, rows, names.length, file),
    close: async () => {
      await rows.return(undefined);
    },
  };
}

/** Blank lines may stand before the header. */
async function firstBlock(rows: AsyncGenerator<RowBlock>): Promise<RowBlock | undefined> {
  for (;;) {
    const next = await rows.next();
    if (next.done === true) return undefined;
    if (next.value.length > 0) return next.value;
  }
}

async function* plainRows(blocks: AsyncGenerator<TextBlock>, delimiter: string): AsyncGenerator<RowBlock> {
  for await (const block of blocks) yield splitBlock(block, delimiter);
}

/**
 * A block without a quote needs no CSV parser, which makes tables that could be quoted but are not as quick as plain ones.
 * A block that ends inside a quoted field waits for the next, up to the length that a line may have.
 */
async function* quotedRows(
  blocks: AsyncGenerator<TextBlock>,
  delimiter: string,
  file: string,
): AsyncGenerator<RowBlock> {
  let waiting: TextBlock | null = null;
  for await (const block of blocks) {
    const whole: TextBlock = waiting === null ? block : { ...waiting, text: `${waiting.text}\n${block.text}` };
    const isOpen = endsInsideQuotes(whole.text) && whole.text.length < LONGEST_LINE_BYTES;
    waiting = isOpen ? whole : null;
    if (!isOpen) yield parseBlock(whole, delimiter, file);
  }
  if (waiting !== null) yield parseBlock(waiting, delimiter, file);
}

function parseBlock(block: TextBlock, delimiter: string, file: string): RowBlock {
  return block.text.includes('"') ? parseQuotedBlock(block, delimiter, file) : splitBlock(block, delimiter);
}

/** An inner quote is written as two, so that an odd number of quotes leaves one open. */
function endsInsideQuotes(text: string): boolean {
  let isInside = false;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) isInside = !isInside;
  return isInside;
}

function splitBlock(block: TextBlock, delimiter: string): Row[] {
  const rows: Row[] = [];
  const lines = block.text.split('\n');
  for (const [index, line] of lines.entries()) {
    if (line !== '') rows.push({ line: block.firstLine + index, cells: line.split(delimiter), isPlain: true });
  }
  return rows;
}

async function* checkedRows(
  first: RowBlock,
  rest: AsyncGenerator<RowBlock>,
  width: number,
  file: string,
): AsyncGenerator<RowBlock> {
  const check = (row: Row | BrokenRowError) =>
    row instanceof BrokenRowError || row.cells.length === width ? row : new FieldCountError(file, row, width);
  try {
    yield first.map(check);
    for await (const block of rest) yield block.map(check);
  } finally {
    await rest.return(undefined);
  }
}
