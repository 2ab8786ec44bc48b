import type { EntitySchemaColumnOptions, ValueTransformer } from 'typeorm';

/**
 * What each kind of column is, once, on both engines. Entities and migrations name these and no raw type, so that SQLite
 * and Postgres keep the same rows.
 */
const column = <Options extends EntitySchemaColumnOptions>(options: Options): Options => options;

/** Both drivers give a 64-bit integer back in their own way (Postgres as text); the code sees a `number`. */
const wholeNumber: ValueTransformer = {
  to: (value: number | null): number | null => value,
  from: (stored: string | number | bigint | null): number | null => (stored === null ? null : Number(stored)),
};

/** SQLite's own dates have a resolution of a second; milliseconds since 1970 are the same everywhere. */
const instantTransformer: ValueTransformer = {
  // `undefined` comes from operators without a value, such as `IsNull()`.
  to: (value: Date | null | undefined): number | null => value?.getTime() ?? null,
  from: (stored: string | number | bigint | null): Date | null => (stored === null ? null : new Date(Number(stored))),
};

export const columns = {
  /** A SHA-256, a name, an id: compared whole, indexed. */
  key: column({ type: 'varchar', length: 200 }),
  /** One of a few literal words. */
  word: column({ type: 'varchar', length: 40 }),
  text: column({ type: 'text' }),
  /** JSON as text: what is queried has a column of its own. */
  json: column({ type: 'text' }),
  integer: column({ type: 'integer' }),
  bigInteger: column({ type: 'bigint', transformer: wholeNumber }),
  real: column({ type: 'double precision' }),
  flag: column({ type: 'boolean' }),
  instant: column({ type: 'bigint', transformer: instantTransformer }),
} as const;
