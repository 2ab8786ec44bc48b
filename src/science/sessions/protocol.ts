import { DomainError } from '#kernel/domain-error.ts';

/** What a session is: a user's UTC day, all of a user's interactions, what the data say, or what lies between long pauses. */
export type SessionRule = 'same-day' | 'history' | 'given' | Readonly<{ gapSeconds: number }>;
export type SplitRule = 'leave-one-out' | 'temporal' | 'given';

export type SessionsParameters = Readonly<{
  sessions: SessionRule;
  split: SplitRule;
  /** Items with fewer occurrences leave. */
  minItemCount: number;
  /** Sessions with fewer items leave; under leave-one-out 3 at least: an input, a validation and a test target. */
  minLength: number;
}>;

/** The columns of the data that a protocol may need. */
export interface ProtocolColumns {
  readonly user: boolean;
  readonly time: boolean;
  readonly session: boolean;
  readonly split: boolean;
}

export class IllegalProtocolError extends DomainError<'ILLEGAL_PROTOCOL'> {
  constructor(sessions: string, split: SplitRule) {
    super(
      'ILLEGAL_PROTOCOL',
      `Sessions "${sessions}" cannot be split "${split}". Legal are history with leave-one-out; same-day, gap and given with temporal; given with given.`,
    );
  }
}

export class ProtocolNeedsColumnsError extends DomainError<'PROTOCOL_NEEDS_COLUMNS'> {
  constructor(protocol: string, missing: readonly string[], instead: readonly string[]) {
    const choice =
      instead.length > 0
        ? `Import the data with that column, or choose ${instead.join(', or ')}.`
        : 'Import the data with a time or a split column beside their sessions, or with a user column.';
    super('PROTOCOL_NEEDS_COLUMNS', `${protocol} needs what the data lack: ${missing.join(' and ')}. ${choice}`);
  }
}

/**
 * Refuses what cannot be measured on these data.
 * @throws IllegalProtocolError for a rule of sessions and a split that do not go together.
 * @throws ProtocolNeedsColumnsError naming the columns that are missing and the protocols that need none of them.
 */
export function assertProtocolFits(
  protocol: Pick<SessionsParameters, 'sessions' | 'split'>,
  columns: ProtocolColumns,
): void {
  const sessions = nameOf(protocol.sessions);
  const rule = RULES.find((candidate) => candidate.sessions === sessions && candidate.split === protocol.split);
  if (rule === undefined) throw new IllegalProtocolError(sessions, protocol.split);
  const missing = rule.needs.filter((column) => !columns[column]);
  if (missing.length === 0) return;
  const possible = RULES.filter(({ needs }) => needs.every((column) => columns[column]));
  throw new ProtocolNeedsColumnsError(wordsOf(rule), missing, possible.map(wordsOf));
}

interface ProtocolRule {
  readonly sessions: 'same-day' | 'gap' | 'history' | 'given';
  readonly split: SplitRule;
  readonly needs: readonly (keyof ProtocolColumns)[];
}

const RULES: readonly ProtocolRule[] = [
  { sessions: 'history', split: 'leave-one-out', needs: ['user'] },
  { sessions: 'same-day', split: 'temporal', needs: ['user', 'time'] },
  { sessions: 'gap', split: 'temporal', needs: ['user', 'time'] },
  { sessions: 'given', split: 'temporal', needs: ['session', 'time'] },
  { sessions: 'given', split: 'given', needs: ['session', 'split'] },
];

function nameOf(sessions: SessionRule): ProtocolRule['sessions'] {
  return typeof sessions === 'string' ? sessions : 'gap';
}

function wordsOf({ sessions, split }: ProtocolRule): string {
  return `sessions "${sessions}" with split "${split}"`;
}
