import { CsvError, parse } from 'csv-parse/sync';
import { BrokenRowError } from './data-file-error.ts';
import type { Row } from './table.ts';
import type { TextBlock } from './text-blocks.ts';

const PROBLEMS: Readonly<Record<string, string>> = {
  INVALID_OPENING_QUOTE: 'a quote stands inside a field that does not start with one',
  CSV_INVALID_CLOSING_QUOTE: 'text follows the closing quote of a field',
  CSV_QUOTE_NOT_CLOSED: 'a quoted field is not closed',
};

export class BrokenQuotesError extends BrokenRowError<'BROKEN_QUOTES'> {
  constructor(file: string, line: number, cause: CsvError) {
    const problem = PROBLEMS[cause.code] ?? cause.message;
    const allowed = 'fields in quotes with inner quotes doubled, or --no-quotes if `"` is a character like any other';
    super('BROKEN_QUOTES', { file, line, problem, allowed });
  }
}

/**
 * The rows of a block in which fields are quoted, in order. After a broken row it goes on with the next line, where the
 * parser's own recovery would swallow every line up to the next quote.
 */
export function parseQuotedBlock(block: TextBlock, delimiter: string, file: string): (Row | BrokenRowError)[] {
  const rows: (Row | BrokenRowError)[] = [];
  let rest: TextBlock | null = block;
  while (rest !== null) {
    const fault = parseUntilFault(rest, delimiter, rows);
    if (fault === null) return rows;
    rows.push(new BrokenQuotesError(file, fault.line, fault.cause));
    rest = linesAfter(rest, fault.line);
  }
  return rows;
}

/** Appends rows up to the first fault; `null` if there is none. */
function parseUntilFault(block: TextBlock, delimiter: string, rows: (Row | BrokenRowError)[]) {
  let nextLine = block.firstLine;
  const keepRow = (cells: string[], { lines }: { lines: number }) => {
    const lastLine = block.firstLine + lines - 1;
    rows.push({ line: lastLine - newlinesIn(cells), cells, isPlain: false });
    nextLine = lastLine + 1;
    return null;
  };
  try {
    parse(block.text, { delimiter, relax_column_count: true, skip_empty_lines: true, on_record: keepRow });
    return null;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return { line: firstWrittenLine(block, nextLine), cause: error };
  }
}

function newlinesIn(cells: readonly string[]): number {
  return cells.reduce((count, cell) => count + cell.split('\n').length - 1, 0);
}

/** The first line from `line` on that is not blank. */
function firstWrittenLine(block: TextBlock, line: number): number {
  const blanks = /^\n*/.exec(linesAfter(block, line - 1)?.text ?? '');
  return line + (blanks?.[0].length ?? 0);
}

function linesAfter(block: TextBlock, line: number): TextBlock | null {
  let start = 0;
  for (let passed = block.firstLine; passed <= line; passed++) {
    start = block.text.indexOf('\n', start) + 1;
    if (start === 0) return null;
  }
  return { firstLine: Math.max(line + 1, block.firstLine), text: block.text.slice(start) };
}
