import type { Sessions } from './ordered-sessions.ts';

/** Writes a part of some sessions, in their order. */
export class SessionWriter {
  readonly #offsets: Int32Array;
  readonly #rows: Int32Array;
  readonly #session: Int32Array;
  #finished = 0;
  #begin = 0;
  #end = 0;

  constructor(source: Sessions) {
    this.#offsets = new Int32Array(source.offsets.length);
    this.#rows = new Int32Array(source.rows.length);
    this.#session = new Int32Array(source.session.length);
  }

  /** Rows in the session that is being written. */
  get length(): number {
    return this.#end - this.#begin;
  }

  /** The last row of the session that is being written. */
  get last(): number {
    return this.#rows[this.#end - 1]!;
  }

  add(row: number): void {
    this.#rows[this.#end++] = row;
  }

  replaceLast(row: number): void {
    this.#rows[this.#end - 1] = row;
  }

  finish(session: number): void {
    this.#session[this.#finished++] = session;
    this.#offsets[this.#finished] = this.#end;
    this.#begin = this.#end;
  }

  abandon(): void {
    this.#end = this.#begin;
  }

  written(): Sessions {
    return {
      offsets: this.#offsets.slice(0, this.#finished + 1),
      rows: this.#rows.slice(0, this.#end),
      session: this.#session.slice(0, this.#finished),
    };
  }
}

/** The sessions whose position is wanted, whole or without their last rows. */
export function selectSessions(
  sessions: Sessions,
  isWanted: (position: number) => boolean,
  withoutLast: 0 | 1 | 2 = 0,
): Sessions {
  const writer = new SessionWriter(sessions);
  for (let position = 0; position < sessions.session.length; position++) {
    if (!isWanted(position)) continue;
    const end = sessions.offsets[position + 1]! - withoutLast;
    for (let at = sessions.offsets[position]!; at < end; at++) writer.add(sessions.rows[at]!);
    writer.finish(sessions.session[position]!);
  }
  return writer.written();
}
