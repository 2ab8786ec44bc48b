import { Redis } from 'ioredis';

/** How long the first connection, a later one, or the answer to a command may take, in milliseconds. */
const CONNECT_MS = 1_000;
const ANSWER_MS = 2_000;
/** How long a server is left alone after a command failed: whoever asks meanwhile need not wait for the next failure. */
const QUIET_MS = 1_000;
const LONGEST_PAUSE_MS = 1_000;

/**
 * A connection to Redis of which nobody waits: it says whether it is up, fails at once where it is not, and comes back by
 * itself when the server does.
 */
export class RedisLink {
  readonly client: Redis;
  private readonly opened: Promise<unknown>;
  private quietUntil = -Infinity;

  constructor(url: string) {
    this.client = new Redis(url, {
      connectTimeout: CONNECT_MS,
      commandTimeout: ANSWER_MS,
      // A command of a moment ago is of no use to anyone: it is answered without Redis instead.
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      // Demanded by BullMQ.
      maxRetriesPerRequest: null,
      retryStrategy: (attempt) => Math.min(100 * attempt, LONGEST_PAUSE_MS),
    });
    // The state of the connection tells what an error event would; unheard, it would be printed.
    this.client.on('error', () => undefined);
    this.opened = firstOf(this.client, ['ready', 'close']);
  }

  /** Waits only for the first connection, and a second at most. */
  async isUp(): Promise<boolean> {
    await this.opened;
    return this.client.status === 'ready' && performance.now() >= this.quietUntil;
  }

  /** Of a command that failed: the next ones would too. */
  leaveAlone(): void {
    this.quietUntil = performance.now() + QUIET_MS;
  }

  /** Has `listener` called whenever a server is reached, also the same one again: what it knew may be gone. */
  onReached(listener: () => void): void {
    this.client.on('ready', listener);
  }

  close(): void {
    this.client.disconnect();
  }
}

function firstOf(client: Redis, events: readonly string[]): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, CONNECT_MS);
    for (const event of events) {
      client.once(event, () => {
        clearTimeout(timer);
        resolve();
      });
    }
  });
}
