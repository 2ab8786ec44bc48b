import { setTimeout as pause } from 'node:timers/promises';
import { writtenCode } from './error-codes.ts';

/** For how long a server may be away, in milliseconds: enough for a restart. */
const MOST_MS = 30_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;

/** Of Postgres: it shuts down, has crashed, or is not up yet. Its class 08 is of connections. */
const OF_THE_SERVER = /^(57P0[123]|08...)$/;
const OF_THE_SYSTEM = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT'];
/** The driver has no code for a connection that ended under its hands, or took too long to make. */
const OF_THE_DRIVER = /Connection terminated|not queryable|timeout exceeded when trying to connect/i;

export class LostConnectionError extends Error {
  constructor(cause: unknown) {
    super('Connection terminated in the middle of a transaction.', { cause });
  }
}

/** Of two transactions that held each other up, or saw each other's rows, one was taken back as a whole. */
const OF_A_COLLISION = ['40P01', '40001'];

/** Did the server go away? Then nothing is wrong with what was asked. */
export function isLostConnection(error: unknown): boolean {
  const code = writtenCode(error);
  if (OF_THE_SERVER.test(code) || OF_THE_SYSTEM.includes(code)) return true;
  return error instanceof Error && OF_THE_DRIVER.test(error.message);
}

/** Has `work` done, again after growing pauses while the server is away. @throws what it throws in the end */
export async function outlasting<Result>(work: () => Promise<Result>): Promise<Result> {
  const end = performance.now() + MOST_MS;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    try {
      return await work();
    } catch (error) {
      const isPassing = isLostConnection(error) || OF_A_COLLISION.includes(writtenCode(error));
      if (!isPassing || performance.now() + pauseMs > end) throw error;
    }
    await pause(pauseMs);
  }
}
