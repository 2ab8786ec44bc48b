/** Data that a generator made. Row r is one interaction; the rows of a user, and of a session, follow one another. */
export interface GeneratedDataset {
  readonly interactions: {
    /** Index into `users`. */
    readonly user: Int32Array;
    /** Index into `items`. */
    readonly item: Int32Array;
    /** Seconds since 1970, UTC. */
    readonly time: Float64Array;
    /** Position in the user's history, from 0. */
    readonly order: Float64Array;
    /** Index into `sessions`. */
    readonly session: Int32Array;
    /** 0 training, 1 validation, 2 test; the same in all rows of a session. */
    readonly split: Uint8Array;
  };
  readonly items: readonly GeneratedItem[];
  readonly users: readonly string[];
  readonly sessions: readonly string[];
  /** Of planted data: for words of intents' names what titles say instead. The simulated language model may know them. */
  readonly synonyms?: Readonly<Record<string, readonly string[]>>;
  /** Of planted data: what was planted, as a file. It is for judging, and no stage may ever be given it. */
  readonly truth?: Uint8Array;
}

export interface GeneratedItem {
  readonly id: string;
  readonly title: string;
  readonly categories: readonly string[];
}
