import type { Place } from '#kernel/domain-error.ts';
import type { FileFormat, NamedColumns } from '../domain/column-roles.ts';
import type { DatasetColumns, DatasetCounts } from '../domain/dataset.ts';
import type { TimeUnit } from '../domain/time-unit.ts';

export interface ImportRequest {
  readonly interactions: { readonly path: string };
  /** Titles and categories may stand in one file or in several; of two descriptions the later value that is not empty wins. */
  readonly items: readonly { readonly path: string }[];
  /** The files' own column names by role; `{}` leaves it to the format's convention. */
  readonly columns: NamedColumns;
  /** `auto` goes by each file's ending, `.gz` aside. */
  readonly format: 'auto' | FileFormat;
  /** Whether `"` quotes fields of TSV and CSV. RecBole's files and JSON lines have no such quotes. */
  readonly quotes: boolean;
  /** What separates several categories in one cell; `null` for one category, or a bracket list. */
  readonly listSeparator: string | null;
  readonly timeUnit: TimeUnit;
  /** Rows rated lower are left out and counted; `null` is 3 where there are ratings. */
  readonly minRating: number | null;
  /** Leave broken rows out and count them, instead of stopping at the first. */
  readonly skipInvalid: boolean;
}

export interface ImportProgress {
  /** Of the files as they lie on disk, compressed or not. */
  readonly bytesRead: number;
  readonly bytesTotal: number;
  /** Data rows read so far, of all files. */
  readonly rows: number;
}

/** Paths of the written files; `null` where the data have none. */
export interface DatasetPaths {
  readonly interactions: string;
  readonly items: string;
  readonly users: string | null;
  readonly sessions: string | null;
  readonly synonyms: string | null;
  readonly truth: string | null;
}

export interface ImportedDataset {
  readonly columns: DatasetColumns;
  readonly counts: DatasetCounts;
  readonly files: DatasetPaths;
  /** The first 20 rows that were left out as broken. */
  readonly skipped: readonly Place[];
}
