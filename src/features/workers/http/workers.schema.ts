import { z } from 'zod';
import { count, hash, instant } from '#kernel/answer.schema.ts';

/** As `sprintlab workers list --json`, with what each runs as data. */
export const workerSchema = z.strictObject({
  id: z.string(),
  host: z.string(),
  pid: z.int(),
  slots: count,
  status: z.enum(['working', 'ended', 'gone']),
  since: instant,
  seen: instant,
  running: z.array(z.strictObject({ stage: hash, kind: z.string(), seconds: z.number() })),
});

export type WorkerAnswer = z.infer<typeof workerSchema>;
