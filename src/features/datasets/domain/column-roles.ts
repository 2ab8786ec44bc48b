/** What a column of a data file can be to a data set. */
export const COLUMN_ROLES = [
  'user',
  'item',
  'time',
  'order',
  'rating',
  'session',
  'split',
  'title',
  'categories',
] as const;

export type ColumnRole = (typeof COLUMN_ROLES)[number];
export type ItemRole = Extract<ColumnRole, 'title' | 'categories'>;
export type InteractionRole = Exclude<ColumnRole, ItemRole>;

/** The file's own column names by role. */
export type NamedColumns = Readonly<Partial<Record<ColumnRole, string>>>;

export const FILE_FORMATS = ['tsv', 'csv', 'recbole', 'jsonl'] as const;
export type FileFormat = (typeof FILE_FORMATS)[number];

/** Positions in a header by role; a role without a column is absent. */
export type ColumnPositions<Role extends ColumnRole> = Partial<Record<Role, number>>;

const OWN_WORDS = Object.fromEntries(COLUMN_ROLES.map((role) => [role, [role]])) as Record<ColumnRole, string[]>;

/**
 * The names that a format gives to a role by convention, the best first. RecBole: its atomic files. JSON lines: the
 * Amazon review releases of 2014 and 2018 (reviewerID, asin, unixReviewTime, overall) and of 2023 (user_id, parent_asin,
 * timestamp, rating), where `parent_asin` is the key that reviews and item descriptions share.
 */
const CONVENTIONS: Record<FileFormat, Record<ColumnRole, readonly string[]>> = {
  tsv: OWN_WORDS,
  csv: OWN_WORDS,
  recbole: {
    ...OWN_WORDS,
    user: ['user_id', 'user'],
    item: ['item_id', 'item'],
    time: ['timestamp', 'time'],
    session: ['session_id', 'session'],
    title: ['title', 'item_name'],
    categories: ['categories', 'category', 'class'],
  },
  jsonl: {
    ...OWN_WORDS,
    user: ['reviewerID', 'user_id', 'user'],
    item: ['parent_asin', 'asin', 'item_id', 'item'],
    time: ['unixReviewTime', 'timestamp', 'time'],
    rating: ['overall', 'rating'],
    session: ['session_id', 'session'],
    categories: ['categories', 'category'],
  },
};

/**
 * Finds the columns of `roles` in a header: by the name given for a role, else by the format's convention. Tables without
 * a convention of their own (TSV, CSV) are only searched for this project's words, and only when no column was named: a
 * half-named table is a mistake rather than a riddle.
 */
export function findColumns<Role extends ColumnRole>(
  header: readonly string[],
  roles: readonly Role[],
  named: NamedColumns,
  format: FileFormat,
): ColumnPositions<Role> {
  const positions: ColumnPositions<Role> = {};
  for (const role of roles) {
    const name = named[role] ?? conventionalName(header, role, named, format);
    const position = name === undefined ? -1 : header.indexOf(name);
    if (position >= 0) positions[role] = position;
  }
  return positions;
}

/** What to write after `--columns` for a header that follows some known convention; `null` where nothing is recognised. */
export function suggestColumns(header: readonly string[]): string | null {
  const found = COLUMN_ROLES.flatMap((role) => {
    const name = [...CONVENTIONS.recbole[role], ...CONVENTIONS.jsonl[role]].find((known) => header.includes(known));
    return name === undefined ? [] : [`${role}=${name}`];
  });
  return found.length === 0 ? null : `--columns ${found.join(',')}`;
}

function conventionalName(
  header: readonly string[],
  role: ColumnRole,
  named: NamedColumns,
  format: FileFormat,
): string | undefined {
  const isConventional = format === 'recbole' || format === 'jsonl' || Object.keys(named).length === 0;
  const candidates = isConventional ? CONVENTIONS[format][role] : [];
  return candidates.find((name) => header.includes(name));
}
