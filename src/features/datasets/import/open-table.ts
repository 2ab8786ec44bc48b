import { extname } from 'node:path';
import { FILE_FORMATS, type FileFormat } from '../domain/column-roles.ts';
import { DataFileError } from './data-file-error.ts';
import { openDelimitedTable, type Dialect } from './delimited-table.ts';
import type { ImportRequest } from './import-request.ts';
import { openJsonTable } from './json-table.ts';
import { isGzip, readBytes } from './source-file.ts';
import type { Table } from './table.ts';
import { textBlocks } from './text-blocks.ts';

const FORMAT_OF_ENDING: Readonly<Partial<Record<string, FileFormat>>> = {
  '.tsv': 'tsv',
  '.csv': 'csv',
  '.inter': 'recbole',
  '.item': 'recbole',
  '.jsonl': 'jsonl',
  '.json': 'jsonl',
};

export class UnknownFileFormatError extends DataFileError<'UNKNOWN_FILE_FORMAT'> {
  constructor(file: string) {
    const endings = Object.keys(FORMAT_OF_ENDING).join(', ');
    super('UNKNOWN_FILE_FORMAT', {
      file,
      problem: 'the format cannot be told from the ending of the name',
      allowed: `--format ${FILE_FORMATS.join(' | ')}, or a name that ends in ${endings}, with or without .gz`,
    });
  }
}

/** @throws UnknownFileFormatError if it has to be told from the file's ending and cannot. */
export function formatOf(file: string, given: ImportRequest['format']): FileFormat {
  if (given !== 'auto') return given;
  const ending = extname(isGzip(file) ? file.slice(0, -'.gz'.length) : file).toLowerCase();
  const format = FORMAT_OF_ENDING[ending];
  if (format === undefined) throw new UnknownFileFormatError(file);
  return format;
}

/** Opens a data file and reads its header; whoever opens reads the rows to the end, breaks off their loop, or closes. */
export async function openTable(
  file: string,
  request: Pick<ImportRequest, 'format' | 'quotes'>,
  onBytes: (bytesRead: number) => void,
): Promise<Table> {
  const format = formatOf(file, request.format);
  const blocks = textBlocks(readBytes(file, onBytes), file);
  try {
    if (format === 'jsonl') return await openJsonTable(blocks, file);
    return await openDelimitedTable(blocks, file, dialectOf(format, request.quotes));
  } catch (error) {
    await blocks.return(undefined);
    throw error;
  }
}

function dialectOf(format: Exclude<FileFormat, 'jsonl'>, quotes: boolean): Dialect {
  if (format === 'recbole') return { delimiter: '\t', quotes: false, typedHeader: true };
  return { delimiter: format === 'csv' ? ',' : '\t', quotes, typedHeader: false };
}
