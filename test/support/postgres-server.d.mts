export interface PostgresServer {
  /** `postgres://…` of the maintenance data base. */
  readonly url: string;
  /** Ends the server, as one does who maintains it; `startAgain` has it go on with its data at the same address. */
  shutDown(): Promise<void>;
  /** Ends it without telling its clients, as a crash does. */
  crash(): Promise<void>;
  startAgain(): Promise<void>;
  stop(): Promise<void>;
}
/** A private server on a spare port with its data in a temporary folder; never one that already runs on this machine. */
export function startPostgres(): Promise<PostgresServer>;
/** An empty data base of its own, so that suites do not meet. */
export function freshDatabase(serverUrl: string): Promise<string>;
