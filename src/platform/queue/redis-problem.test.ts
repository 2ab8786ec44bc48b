import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startRedis, type RedisServer } from '../../../test/support/redis-server.mjs';
import { problemAt } from './redis-problem.ts';

let server: RedisServer;
beforeAll(async () => (server = await startRedis()));
afterAll(() => server.stop());

describe('problemAt', () => {
  it('finds none where a server answers', async () => {
    expect(await problemAt(server.url)).toBeNull();
  });

  it('finds that nothing answers', async () => {
    expect(await problemAt('redis://127.0.0.1:9')).toBe('silent');
    server.freeze();
    expect(await problemAt(server.url)).toBe('silent');
    server.thaw();
  });

  it('finds that the password is missing or wrong', async () => {
    const client = new Redis(server.url);
    await client.config('SET', 'requirepass', 'secret');
    client.disconnect();
    expect(await problemAt(server.url)).toBe('refused');
    expect(await problemAt(server.url.replace('//', '//:other@'))).toBe('refused');
    expect(await problemAt(server.url.replace('//', '//:secret@'))).toBeNull();
  });
});
