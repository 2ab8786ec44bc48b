import { DomainError } from '#kernel/domain-error.ts';
import { parseCategories } from '../domain/categories.ts';
import type { DatasetColumns } from '../domain/dataset.ts';
import { BrokenRows } from './broken-rows.ts';
import { readId, readTitle } from './cell-values.ts';
import {
  assertItemColumnsFound,
  resolveInteractionColumns,
  resolveItemColumns,
  type InteractionPositions,
  type ItemPositions,
} from './column-resolution.ts';
import { DataFileError } from './data-file-error.ts';
import { DatasetWriter } from './dataset-writer.ts';
import type { ImportedDataset, ImportProgress, ImportRequest } from './import-request.ts';
import { InteractionReader, SessionMarks, SessionUsers } from './interaction-reader.ts';
import { ItemDescriptions } from './item-descriptions.ts';
import { openTable } from './open-table.ts';
import { ProgressMeter } from './progress-meter.ts';
import { sizeOf } from './source-file.ts';
import { placeOfCell, type Row, type Table } from './table.ts';

/** RecBole's convention: who rates an item below 3 does not want more of its kind. */
const LOWEST_RATING = 3;

export class NothingLeftError extends DataFileError<'NOTHING_LEFT'> {
  constructor(file: string, left: { readonly belowRating: number; readonly invalid: number }) {
    const { belowRating, invalid } = left;
    const problem = `no interaction is left (${belowRating} rows below the lowest rating, ${invalid} broken rows)`;
    super('NOTHING_LEFT', { file, problem, allowed: 'at least one row; --min-rating 0 keeps every rating above 0' });
  }
}

export class WorkspaceUnwritableError extends DomainError<'WORKSPACE_UNWRITABLE'> {
  constructor(workspace: string, reason: string) {
    super(
      'WORKSPACE_UNWRITABLE',
      `The data set cannot be written to ${workspace} (${reason}): make room, or permit it.`,
    );
  }
}

/**
 * Reads the files of a data set as streams and writes it, in the form that stages read, into the empty folder `workspace`.
 * Memory holds the distinct ids and the descriptions of items, never the rows.
 * @throws DomainError at the first thing that cannot be used; `workspace` is then the caller's to delete.
 */
export async function importDataset(
  request: ImportRequest,
  workspace: string,
  onProgress: (progress: ImportProgress) => void,
): Promise<ImportedDataset> {
  try {
    return await new DatasetImport(request, workspace, await openMeter(request, onProgress)).run();
  } catch (error) {
    // What reading can meet has become a refusal before; what is left with a system's code comes from writing.
    if (error instanceof DomainError || !(error instanceof Error && 'syscall' in error)) throw error;
    throw new WorkspaceUnwritableError(workspace, error.message);
  }
}

/** Looks at every file before the first is read, so that a mistyped name costs no time. */
async function openMeter(request: ImportRequest, onProgress: (progress: ImportProgress) => void) {
  const sizes = await Promise.all([request.interactions, ...request.items].map(({ path }) => sizeOf(path)));
  return new ProgressMeter(
    sizes.reduce((total, size) => total + size, 0),
    onProgress,
  );
}

class DatasetImport {
  private readonly broken: BrokenRows;
  private belowRating = 0;

  constructor(
    private readonly request: ImportRequest,
    private readonly workspace: string,
    private readonly meter: ProgressMeter,
  ) {
    this.broken = new BrokenRows(request.skipInvalid);
  }

  async run(): Promise<ImportedDataset> {
    const itemPositions = await this.resolveItemFiles();
    const table = await this.open(this.request.interactions.path, this.meter.startFile());
    try {
      return await this.write(table, itemPositions);
    } finally {
      await table.close();
    }
  }

  private async write(table: Table, itemPositions: readonly ItemPositions[]): Promise<ImportedDataset> {
    const positions = resolveInteractionColumns(table, this.request);
    const columns = columnsOf(positions, itemPositions);
    const writer = new DatasetWriter(this.workspace, columns);
    try {
      await this.readInteractions(table, positions, writer);
      const descriptions = await this.readItems(itemPositions, writer);
      const files = await writer.finish((id) => descriptions.of(id));
      return { columns, counts: this.counts(writer, descriptions), files, skipped: this.broken.places };
    } finally {
      writer.close();
    }
  }

  /** The columns of each item file, found before the long reading starts. */
  private async resolveItemFiles(): Promise<ItemPositions[]> {
    const tables: Table[] = [];
    for (const { path } of this.request.items) {
      const table = await this.open(path, () => undefined);
      await table.close();
      tables.push(table);
    }
    assertItemColumnsFound(this.request.columns, tables, this.request.interactions.path);
    return tables.map((table) => resolveItemColumns(table, this.request));
  }

  private async readInteractions(table: Table, positions: InteractionPositions, writer: DatasetWriter): Promise<void> {
    const reader = new InteractionReader(table, positions, this.request.timeUnit);
    const marks = new SessionMarks(table.file);
    const owners = new SessionUsers(table, positions, writer);
    const lowest = this.request.minRating ?? LOWEST_RATING;
    const keep = (row: Row) => {
      const interaction = reader.read(row);
      const { rating, session, split } = interaction;
      if (rating !== null && rating < lowest) {
        this.belowRating++;
        return;
      }
      owners.assertOwn(interaction, row);
      if (session !== null && split !== null)
        marks.assertSame(session, writer.sessions.indexOf(session), { mark: split, line: row.line });
      writer.append(interaction);
    };
    await this.forEachRow(table, keep);
    if (writer.rows === 0)
      throw new NothingLeftError(table.file, { belowRating: this.belowRating, invalid: this.broken.count });
  }

  private async readItems(itemPositions: readonly ItemPositions[], writer: DatasetWriter): Promise<ItemDescriptions> {
    const descriptions = new ItemDescriptions(writer.items);
    for (const [index, { path }] of this.request.items.entries()) {
      const positions = itemPositions[index];
      if (positions === undefined) continue;
      descriptions.startFile();
      const table = await this.open(path, this.meter.startFile());
      await this.forEachRow(table, (row) => this.describeItem(descriptions, table, row, positions));
    }
    return descriptions;
  }

  private describeItem(descriptions: ItemDescriptions, table: Table, row: Row, positions: ItemPositions): void {
    const { item, title, categories } = positions;
    const description = {
      title: title === undefined ? null : readTitle(row, title),
      categories: categories === undefined ? [] : this.readCategories(table, row, categories),
    };
    const place = { ...placeOfCell(table, row, item), line: row.line };
    descriptions.describe(readId(table, row, item), description, place);
  }

  private readCategories(table: Table, row: Row, position: number): string[] {
    const isWordList = table.wordLists.has(table.header[position] ?? '');
    return parseCategories(row.cells[position], this.request.listSeparator ?? (isWordList ? ' ' : null));
  }

  private open(path: string, onBytes: (bytesRead: number) => void): Promise<Table> {
    return openTable(path, this.request, onBytes);
  }

  private async forEachRow(table: Table, use: (row: Row) => void): Promise<void> {
    for await (const block of table.blocks) {
      this.broken.useSound(block, use);
      this.meter.rows += block.length;
    }
  }

  private counts(writer: DatasetWriter, descriptions: ItemDescriptions) {
    return {
      interactions: writer.rows,
      items: writer.items.size,
      users: writer.users.size,
      sessions: writer.sessions.size,
      belowRating: this.belowRating,
      invalid: this.broken.count,
      itemsWithTitle: descriptions.withTitle,
      itemsWithCategories: descriptions.withCategories,
      itemsWithoutInteraction: descriptions.withoutInteraction,
    };
  }
}

function columnsOf(positions: InteractionPositions, items: readonly ItemPositions[]): DatasetColumns {
  return {
    user: positions.user !== undefined,
    time: positions.time !== undefined,
    order: positions.order !== undefined,
    session: positions.session !== undefined,
    split: positions.split !== undefined,
    title: items.some(({ title }) => title !== undefined),
    categories: items.some(({ categories }) => categories !== undefined),
  };
}
