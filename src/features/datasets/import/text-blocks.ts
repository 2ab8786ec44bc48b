import { isUtf8 } from 'node:buffer';
import { DataFileError } from './data-file-error.ts';

/** Whole lines, joined by `\n` and without one at the end. */
export interface TextBlock {
  /** 1-based line number of the first line in the file. */
  readonly firstLine: number;
  readonly text: string;
}

/** No row of a data set is longer; a longer "line" is a file of another kind, and reading on would only fill the memory. */
export const LONGEST_LINE_BYTES = 1024 * 1024;

const NEWLINE = 0x0a;

export class LineTooLongError extends DataFileError<'LINE_TOO_LONG'> {
  constructor(file: string, line: number) {
    const allowed = 'text with one row on each line, of at most 1 MiB';
    super('LINE_TOO_LONG', { file, line, problem: 'the line is longer than 1 MiB', allowed });
  }
}

export class NotUtf8Error extends DataFileError<'NOT_UTF8'> {
  constructor(file: string, line: number) {
    const allowed = 'UTF-8 text, for instance after `iconv -f latin1 -t utf-8`';
    super('NOT_UTF8', { file, line, problem: 'the line is not UTF-8', allowed });
  }
}

export class NulByteError extends DataFileError<'NUL_BYTE'> {
  constructor(file: string, line: number) {
    const allowed = 'UTF-8 text (UTF-16 and binary files have NUL bytes)';
    super('NUL_BYTE', { file, line, problem: 'the line holds a NUL byte', allowed });
  }
}

/**
 * The lines of a file, checked before anything looks into them: UTF-8, no NUL byte, no line over 1 MiB. A byte order mark
 * is dropped and `\r\n` becomes `\n`. Memory stays within a line and a chunk, whatever the file is.
 * @throws DataFileError with the line.
 */
export async function* textBlocks(chunks: AsyncIterable<Buffer>, file: string): AsyncGenerator<TextBlock> {
  let line = 1;
  let carried: Buffer[] = [];
  let carriedBytes = 0;
  for await (const chunk of chunks) {
    const firstNewline = chunk.indexOf(NEWLINE);
    const toFirstNewline = firstNewline < 0 ? chunk.length : firstNewline;
    if (carriedBytes + toFirstNewline > LONGEST_LINE_BYTES) throw new LineTooLongError(file, line);
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    if (end > 0) {
      const bytes = Buffer.concat([...carried, chunk.subarray(0, end)]);
      yield decodeBlock(bytes, line, file);
      line += countNewlines(bytes);
      carried = [];
      carriedBytes = 0;
    }
    carried.push(chunk.subarray(end));
    carriedBytes += chunk.length - end;
  }
  if (carriedBytes > 0) yield decodeBlock(Buffer.concat(carried), line, file);
}

function decodeBlock(bytes: Buffer, firstLine: number, file: string): TextBlock {
  if (!isUtf8(bytes)) throw new NotUtf8Error(file, firstLine + linesBefore(bytes, (part) => !isUtf8(part)));
  if (bytes.includes(0)) throw new NulByteError(file, firstLine + linesBefore(bytes, (part) => part.includes(0)));
  return { firstLine, text: normalise(bytes.toString('utf8'), firstLine === 1) };
}

function normalise(decoded: string, isStart: boolean): string {
  const text = isStart && decoded.startsWith('\uFEFF') ? decoded.slice(1) : decoded;
  const lines = text.includes('\r') ? text.replace(/\r(?=\n|$)/g, '') : text;
  return lines.endsWith('\n') ? lines.slice(0, -1) : lines;
}

/** How many lines stand before the first for which `isBad` holds. */
function linesBefore(bytes: Buffer, isBad: (line: Buffer) => boolean): number {
  let start = 0;
  for (let count = 0; ; count++) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline < 0 ? bytes.length : newline;
    if (newline < 0 || isBad(bytes.subarray(start, end))) return count;
    start = end + 1;
  }
}

function countNewlines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) count++;
  return count;
}
