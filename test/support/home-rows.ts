import { createRequire } from 'node:module';
import { join } from 'node:path';

interface Connection {
  exec(statement: string): void;
  close(): void;
}

/** Changes the rows of a home behind the back of the program, as only a test may. */
export function changeRows(home: string, statement: string): void {
  const Sqlite = createRequire(import.meta.url)('libsql') as new (file: string) => Connection;
  const connection = new Sqlite(join(home, 'sprintlab.db'));
  connection.exec(statement);
  connection.close();
}
