import type { ContentHash } from '#kernel/content-hash.ts';

/** The columns that a data set has, which decide what protocols are possible on it. */
export interface DatasetColumns {
  readonly user: boolean;
  readonly time: boolean;
  readonly order: boolean;
  readonly session: boolean;
  readonly split: boolean;
  readonly title: boolean;
  readonly categories: boolean;
}

/** Rows and distinct ids as registered, and what the import left out. */
export interface DatasetCounts {
  readonly interactions: number;
  readonly items: number;
  readonly users: number;
  readonly sessions: number;
  /** Rows below the smallest rating kept. */
  readonly belowRating: number;
  /** Broken rows left out on request. */
  readonly invalid: number;
  readonly itemsWithTitle: number;
  readonly itemsWithCategories: number;
  /** Items of the item files that nobody interacted with; they are not registered. */
  readonly itemsWithoutInteraction: number;
}

/** The artifacts of a data set. `interactions` holds numbers only; the ids behind the numbers are in the JSON lines files. */
export interface DatasetFiles {
  readonly interactions: ContentHash;
  readonly items: ContentHash;
  readonly users: ContentHash | null;
  readonly sessions: ContentHash | null;
  /** Of planted data: which words of titles belong to a word of an intent's name. The simulated LLM knows them. */
  readonly synonyms: ContentHash | null;
  /** Of planted data: what was planted. No stage is ever given it. */
  readonly truth: ContentHash | null;
}

/** Where a data set came from. Numbers of a synthetic one are labelled wherever they appear. */
export type DatasetOrigin =
  | { readonly kind: 'imported'; readonly files: readonly string[] }
  | { readonly kind: 'synthetic'; readonly generator: string; readonly seed: number };

export interface Dataset {
  readonly name: string;
  /** Hash of the contents; two data sets of one digest are the same to every stage. */
  readonly digest: ContentHash;
  readonly columns: DatasetColumns;
  readonly counts: DatasetCounts;
  readonly files: DatasetFiles;
  readonly origin: DatasetOrigin;
  readonly createdAt: Date;
}
