import { z } from 'zod';
import { count, instant, jsonObject } from '#kernel/answer.schema.ts';

/** One event: an item of the list, and the `data` of each server-sent one, whose `id` is its number. */
export const eventSchema = z.strictObject({
  /** 1, 2, 3, … without a gap. */
  number: count,
  at: instant,
  kind: z.string(),
  subject: z.strictObject({ kind: z.enum(['dataset', 'experiment', 'submission', 'stage']), id: z.string() }),
  payload: jsonObject,
});

export type EventAnswer = z.infer<typeof eventSchema>;
