import { createReadStream, createWriteStream } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { tensorsHeader } from '#science/tensors/safetensors.ts';
import type { DatasetColumns } from '../domain/dataset.ts';
import { SPLIT_MARKS, type SplitMark } from '../domain/split-mark.ts';
import { ColumnSpool } from './column-spool.ts';
import { IdIndex } from './id-index.ts';
import type { DatasetPaths } from './import-request.ts';
import { writeJsonLines } from './json-lines.ts';

/** One row of the data; what the data set has no column for is `null` in every row. */
export interface Interaction {
  readonly item: string;
  readonly user: string | null;
  /** Seconds since 1970, UTC. */
  readonly time: number | null;
  readonly order: number | null;
  readonly session: string | null;
  readonly split: SplitMark | null;
}

export interface ItemDescription {
  readonly title: string | null;
  readonly categories: readonly string[];
}

interface Column {
  readonly name: string;
  readonly spool: ColumnSpool;
  readonly valueOf: (interaction: Interaction) => number;
}

/**
 * Writes a data set into an empty folder: `interactions.safetensors` (a vector per column, rows in the order of `append`),
 * and `items.jsonl`, `users.jsonl`, `sessions.jsonl`, whose line i is what index i means. Indexes are given by first
 * appearance, so an item without an interaction has none. In memory are only the ids.
 */
export class DatasetWriter {
  readonly items = new IdIndex();
  readonly users = new IdIndex();
  readonly sessions = new IdIndex();
  rows = 0;
  private readonly spools: Column[] = [];

  constructor(
    private readonly workspace: string,
    private readonly columns: DatasetColumns,
  ) {
    this.addColumn('item', 'I32', ({ item }) => this.items.indexOf(item));
    if (columns.user) this.addColumn('user', 'I32', ({ user }) => this.users.indexOf(user ?? ''));
    if (columns.time) this.addColumn('time', 'F64', ({ time }) => time ?? Number.NaN);
    if (columns.order) this.addColumn('order', 'F64', ({ order }) => order ?? Number.NaN);
    if (columns.session) this.addColumn('session', 'I32', ({ session }) => this.sessions.indexOf(session ?? ''));
    if (columns.split) this.addColumn('split', 'U8', ({ split }) => SPLIT_MARKS.indexOf(split ?? 'train'));
  }

  append(interaction: Interaction): void {
    for (const column of this.spools) column.spool.push(column.valueOf(interaction));
    this.rows++;
  }

  /** Completes the files; `describe` is asked for each registered item. */
  async finish(describe: (id: string) => ItemDescription): Promise<DatasetPaths> {
    for (const { spool } of this.spools) spool.flush();
    this.close();
    const files = {
      interactions: join(this.workspace, 'interactions.safetensors'),
      items: join(this.workspace, 'items.jsonl'),
      users: this.columns.user ? join(this.workspace, 'users.jsonl') : null,
      sessions: this.columns.session ? join(this.workspace, 'sessions.jsonl') : null,
      synonyms: null,
      truth: null,
    };
    await this.writeInteractions(files.interactions);
    await writeJsonLines(files.items, this.itemLines(describe));
    if (files.users !== null) await writeJsonLines(files.users, this.users.ids());
    if (files.sessions !== null) await writeJsonLines(files.sessions, this.sessions.ids());
    return files;
  }

  /** Lets go of open files; needed wherever `finish` is not reached. */
  close(): void {
    for (const { spool } of this.spools) spool.close();
  }

  private addColumn(name: string, dtype: ColumnSpool['dtype'], valueOf: Column['valueOf']): void {
    this.spools.push({ name, spool: new ColumnSpool(join(this.workspace, `${name}.column`), dtype), valueOf });
  }

  private async writeInteractions(path: string): Promise<void> {
    const spools = Object.fromEntries(this.spools.map(({ name, spool }) => [name, spool]));
    const layouts = this.spools.map(({ name, spool }) => [name, { dtype: spool.dtype, shape: [this.rows] }] as const);
    const { header, order } = tensorsHeader(Object.fromEntries(layouts));
    await writeFile(path, header);
    for (const spool of order.flatMap((name) => spools[name] ?? [])) {
      await pipeline(createReadStream(spool.path), createWriteStream(path, { flags: 'a' }));
      await rm(spool.path);
    }
  }

  private *itemLines(describe: (id: string) => ItemDescription) {
    for (const id of this.items.ids()) {
      const { title, categories } = describe(id);
      yield { id, title, categories };
    }
  }
}
