import { Redis } from 'ioredis';

export type RedisProblem = 'silent' | 'refused';

const ANSWER_MS = 2_000;

/** Asks a server once. `null` when it answers. */
export async function problemAt(url: string): Promise<RedisProblem | null> {
  const client = new Redis(url, {
    lazyConnect: true,
    connectTimeout: ANSWER_MS,
    commandTimeout: ANSWER_MS,
    retryStrategy: () => null,
  });
  let said = '';
  client.on('error', (error: Error) => (said += error.message));
  try {
    await client.connect();
    await client.ping();
    return null;
  } catch (error) {
    said += error instanceof Error ? error.message : '';
    return /NOAUTH|WRONGPASS|NOPERM|AUTH/.test(said) ? 'refused' : 'silent';
  } finally {
    client.disconnect();
  }
}
