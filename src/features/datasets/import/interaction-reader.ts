import { ALLOWED_SPLIT_MARKS, parseSplitMark, type SplitMark } from '../domain/split-mark.ts';
import type { TimeUnit } from '../domain/time-unit.ts';
import { readId, readNumber, readTime } from './cell-values.ts';
import type { InteractionPositions } from './column-resolution.ts';
import { BrokenRowError, DataFileError, type KnownPlace } from './data-file-error.ts';
import type { DatasetWriter, Interaction } from './dataset-writer.ts';
import { placeOfCell, textOf, type Row, type Table } from './table.ts';

export interface RatedInteraction extends Interaction {
  readonly rating: number | null;
}

export class UnknownSplitMarkError extends BrokenRowError<'UNKNOWN_SPLIT_MARK'> {
  constructor(place: Omit<KnownPlace, 'problem'>, word: string) {
    const problem = `${JSON.stringify(word)} marks no part of a split`;
    super('UNKNOWN_SPLIT_MARK', { ...place, problem, allowed: ALLOWED_SPLIT_MARKS });
  }
}

/** Two sessions that only look like one: taken together they would be a session that nobody had. */
export class SharedSessionError extends BrokenRowError<'SHARED_SESSION'> {
  constructor(place: Omit<KnownPlace, 'problem'>, session: string, firstLine: number) {
    super('SHARED_SESSION', {
      ...place,
      problem: `the session ${JSON.stringify(session)} has another user here than in line ${firstLine}`,
      allowed: 'one user for all rows of a session: make the ids of sessions unique over users',
    });
  }
}

/** Not a broken row: which of the two marks is right only the data's owner knows, so it is never skipped. */
export class SplitConflictError extends DataFileError<'SPLIT_CONFLICT'> {
  constructor(file: string, session: string, first: MarkedLine, second: MarkedLine) {
    super('SPLIT_CONFLICT', {
      file,
      line: second.line,
      problem: `the session ${JSON.stringify(session)} is marked ${second.mark} here and ${first.mark} in line ${first.line}`,
      allowed: 'one mark for all rows of a session',
    });
  }
}

export interface MarkedLine {
  readonly mark: SplitMark;
  readonly line: number;
}

/** Reads the rows of a table whose columns are known. */
export class InteractionReader {
  constructor(
    private readonly table: Table,
    private readonly positions: InteractionPositions,
    private readonly timeUnit: TimeUnit,
  ) {}

  /** @throws BrokenRowError with the first cell that cannot be read. */
  read(row: Row): RatedInteraction {
    const { table, timeUnit } = this;
    const { item, user, session, time, order, rating, split } = this.positions;
    return {
      item: readId(table, row, item),
      user: user === undefined ? null : readId(table, row, user),
      session: session === undefined ? null : readId(table, row, session),
      time: time === undefined ? null : readTime(table, row, time, timeUnit),
      order: order === undefined ? null : readNumber(table, row, order),
      rating: rating === undefined ? null : readNumber(table, row, rating),
      split: split === undefined ? null : this.readSplit(row, split),
    };
  }

  private readSplit(row: Row, position: number): SplitMark {
    const word = textOf(row.cells[position]);
    const mark = parseSplitMark(word);
    if (mark === null) throw new UnknownSplitMarkError(placeOfCell(this.table, row, position), word);
    return mark;
  }
}

/** Remembers where each session was first marked. */
export class SessionMarks {
  private readonly marks: SplitMark[] = [];
  private readonly lines: number[] = [];

  constructor(private readonly file: string) {}

  /** @throws SplitConflictError if the session, whose number is `index`, was marked otherwise before. */
  assertSame(session: string, index: number, marked: MarkedLine): void {
    const mark = this.marks[index];
    if (mark === undefined) {
      this.marks[index] = marked.mark;
      this.lines[index] = marked.line;
    } else if (mark !== marked.mark) {
      throw new SplitConflictError(this.file, session, { mark, line: this.lines[index] ?? 0 }, marked);
    }
  }
}

/** Remembers whose each session is, and where it first appeared. */
export class SessionUsers {
  private readonly users: number[] = [];
  private readonly lines: number[] = [];

  constructor(
    private readonly table: Table,
    private readonly positions: InteractionPositions,
    private readonly ids: Pick<DatasetWriter, 'users' | 'sessions'>,
  ) {}

  /** Numbers the session of a row that is used, and its user. @throws SharedSessionError if the session was another's before. */
  assertOwn({ session, user }: Interaction, row: Row): void {
    const { session: position } = this.positions;
    if (position === undefined || session === null || user === null) return;
    const { sessions, users } = this.ids;
    const index = sessions.find(session);
    if (index === undefined) {
      const added = sessions.indexOf(session);
      this.users[added] = users.indexOf(user);
      this.lines[added] = row.line;
    } else if (this.users[index] !== users.find(user)) {
      throw new SharedSessionError(placeOfCell(this.table, row, position), session, this.lines[index] ?? 0);
    }
  }
}
