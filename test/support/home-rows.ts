import { createRequire } from 'node:module';
import { join } from 'node:path';

interface Connection {
  exec(statement: string): void;
  prepare(query: string): { all(): readonly unknown[] };
  close(): void;
}

/** Changes the rows of a home behind the back of the program, as only a test may. */
export function changeRows(home: string, statement: string): void {
  connected(home, (connection) => connection.exec(statement));
}

/** What a query finds in the rows of a home. */
export function rowsOf(home: string, query: string): readonly unknown[] {
  return connected(home, (connection) => connection.prepare(query).all());
}

function connected<Result>(home: string, work: (connection: Connection) => Result): Result {
  const Sqlite = createRequire(import.meta.url)('libsql') as new (file: string) => Connection;
  const connection = new Sqlite(join(home, 'sprintlab.db'));
  try {
    return work(connection);
  } finally {
    connection.close();
  }
}
