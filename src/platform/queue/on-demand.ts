import type { JobsPlace, RedisJobs } from './redis-jobs.ts';
import type { RedisProblem } from './redis-problem.ts';

/** BullMQ takes a while to load, and a connection to make: only what offers or claims pays for them. */
export async function openRedisJobs(place: JobsPlace): Promise<RedisJobs> {
  const { RedisJobs } = await import('./redis-jobs.ts');
  return new RedisJobs(place);
}

/** `null` when the server answers. */
export async function problemAtRedis(url: string): Promise<RedisProblem | null> {
  const { problemAt } = await import('./redis-problem.ts');
  return problemAt(url);
}
