import type { DatasetColumns } from '#features/datasets/domain/dataset.ts';
import type { Protocol } from './manifest-schema.ts';
import { durationSeconds } from './protocol-schema.ts';

/** A protocol with nothing left to the data. */
export interface ResolvedProtocol {
  readonly sessions: 'same-day' | 'history' | 'given' | { readonly gapSeconds: number };
  readonly split: 'leave-one-out' | 'temporal' | 'given';
  readonly minItemCount: number;
  readonly minLength: number;
  /** Most recent items that a model is shown. */
  readonly maxLength: number;
  readonly evaluate: 'last' | 'all-prefixes';
  readonly maskSeen: boolean;
  readonly cutoffs: readonly number[];
}

type SessionKind = 'same-day' | 'gap' | 'history' | 'given';
type Split = ResolvedProtocol['split'];

/** The sessions that a split is defined for (science C.1). */
const LEGAL: Readonly<Record<Split, readonly SessionKind[]>> = {
  'leave-one-out': ['history'],
  temporal: ['same-day', 'gap', 'given'],
  given: ['given'],
};

const SESSION_COLUMNS: Readonly<Record<SessionKind, readonly (keyof DatasetColumns)[]>> = {
  'same-day': ['user', 'time'],
  gap: ['user', 'time'],
  history: ['user'],
  given: ['session'],
};

const SPLIT_COLUMNS: Readonly<Record<Split, readonly (keyof DatasetColumns)[]>> = {
  'leave-one-out': [],
  temporal: ['time'],
  given: ['split'],
};

export const LEGAL_IN_WORDS =
  'history with leave-one-out, same-day, gap or given with temporal, or given with given (sessions with split)';

/** What the data decide where the manifest does not: sessions and split as given if they are, else by day and by time. */
export function resolveProtocol(protocol: Protocol, columns: DatasetColumns): ResolvedProtocol {
  const sessions = protocol.sessions ?? (columns.session ? 'given' : 'same-day');
  const split = protocol.split ?? (columns.split ? 'given' : 'temporal');
  const { minItemCount, minLength, maxLength, evaluate, cutoffs } = protocol;
  return {
    sessions: typeof sessions === 'string' ? sessions : { gapSeconds: durationSeconds(sessions.gap) },
    split,
    minItemCount,
    minLength,
    maxLength,
    evaluate,
    maskSeen: protocol.maskSeen ?? split === 'leave-one-out',
    cutoffs,
  };
}

/** Can the protocol be legal, whatever the data decide? */
export function canBeLegal({ sessions, split }: Pick<Protocol, 'sessions' | 'split'>): boolean {
  const kinds: readonly SessionKind[] = sessions === undefined ? ['same-day', 'given'] : [sessionKind(sessions)];
  const splits: readonly Split[] = split === undefined ? ['temporal', 'given'] : [split];
  return splits.some((one) => kinds.some((kind) => LEGAL[one].includes(kind)));
}

export function isLegal({ sessions, split }: Pick<ResolvedProtocol, 'sessions' | 'split'>): boolean {
  return LEGAL[split].includes(sessionKind(sessions));
}

/** The columns that sessions, or a split, cannot do without. */
export function missingColumns(
  { sessions, split }: Pick<ResolvedProtocol, 'sessions' | 'split'>,
  columns: DatasetColumns,
): { readonly sessions: readonly string[]; readonly split: readonly string[] } {
  return {
    sessions: SESSION_COLUMNS[sessionKind(sessions)].filter((column) => !columns[column]),
    split: SPLIT_COLUMNS[split].filter((column) => !columns[column]),
  };
}

/** The protocols that some columns permit, in words. */
export function possibleProtocols(columns: DatasetColumns): string {
  const has = (needed: readonly (keyof DatasetColumns)[]): boolean => needed.every((column) => columns[column]);
  const splits = (Object.keys(LEGAL) as Split[]).filter((split) => has(SPLIT_COLUMNS[split]));
  const possible = splits.flatMap((split) =>
    LEGAL[split].filter((kind) => has(SESSION_COLUMNS[kind])).map((kind) => `${kind} with ${split}`),
  );
  return possible.length === 0 ? 'none with these columns; import the data again with more' : possible.join(', ');
}

export function sessionsInWords(sessions: Protocol['sessions'] | ResolvedProtocol['sessions']): string {
  return sessions === undefined ? 'the default sessions' : `${sessionKind(sessions)} sessions`;
}

function sessionKind(sessions: NonNullable<Protocol['sessions']> | ResolvedProtocol['sessions']): SessionKind {
  return typeof sessions === 'string' ? sessions : 'gap';
}
