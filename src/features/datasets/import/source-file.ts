import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { isDomainError } from '#kernel/domain-error.ts';
import { DataFileError } from './data-file-error.ts';

/** Bytes of one read: few enough to keep memory flat, enough to make the cost of a read disappear. */
const CHUNK_BYTES = 256 * 1024;

export class DataFileMissingError extends DataFileError<'DATA_FILE_MISSING'> {
  constructor(file: string) {
    super('DATA_FILE_MISSING', { file, problem: 'there is no such file', allowed: 'the path of a file' });
  }
}

export class DataFileIsFolderError extends DataFileError<'DATA_FILE_IS_FOLDER'> {
  constructor(file: string) {
    super('DATA_FILE_IS_FOLDER', { file, problem: 'this is a folder', allowed: 'the path of a file' });
  }
}

export class DataFileEmptyError extends DataFileError<'DATA_FILE_EMPTY'> {
  constructor(file: string) {
    super('DATA_FILE_EMPTY', {
      file,
      problem: 'the file is empty',
      allowed: 'a header line and data rows, or JSON lines',
    });
  }
}

export class DataFileUnreadableError extends DataFileError<'DATA_FILE_UNREADABLE'> {
  constructor(file: string, reason: string) {
    super('DATA_FILE_UNREADABLE', { file, problem: `the file cannot be read (${reason})` });
  }
}

export class BrokenGzipError extends DataFileError<'BROKEN_GZIP'> {
  constructor(file: string, reason: string) {
    const allowed = 'a whole gzip file; fetch or compress it again (`gzip -t` checks it)';
    super('BROKEN_GZIP', { file, problem: `the compressed data are damaged (${reason})`, allowed });
  }
}

/**
 * Bytes of a file as it lies on disk.
 * @throws DataFileError where there is no file to read or nothing in it.
 */
export async function sizeOf(file: string): Promise<number> {
  const stats = await stat(file).catch((error: unknown) => {
    throw toRefusal(file, error);
  });
  if (stats.isDirectory()) throw new DataFileIsFolderError(file);
  if (stats.isFile() && stats.size === 0) throw new DataFileEmptyError(file);
  return stats.size;
}

/**
 * The contents of a file in pieces, unpacked if its name ends in `.gz`. `onBytes` hears how many bytes of the file on disk
 * have been read. Ending the loop early closes the file.
 */
export async function* readBytes(file: string, onBytes: (bytesRead: number) => void): AsyncGenerator<Buffer> {
  const source = createReadStream(file, { highWaterMark: CHUNK_BYTES });
  // `pipeline` hands a failure of either stream to the reader of the last; there is nothing left to do for its callback.
  const contents = isGzip(file) ? pipeline(source, createGunzip({ chunkSize: CHUNK_BYTES }), () => undefined) : source;
  try {
    for await (const chunk of contents) {
      yield chunk as Buffer;
      onBytes(source.bytesRead);
    }
  } catch (error) {
    throw toRefusal(file, error);
  } finally {
    source.destroy();
  }
}

export function isGzip(file: string): boolean {
  return file.toLowerCase().endsWith('.gz');
}

function toRefusal(file: string, error: unknown): unknown {
  // Whoever hears of the progress may refuse to go on: that says nothing about the file.
  if (isDomainError(error)) return error;
  if (!(error instanceof Error && 'code' in error && typeof error.code === 'string')) return error;
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return new DataFileMissingError(file);
  if (error.code.startsWith('Z_')) return new BrokenGzipError(file, error.message);
  return new DataFileUnreadableError(file, error.code);
}
