import { z } from 'zod';
import { count, hash, instant, jsonObject } from '#kernel/answer.schema.ts';

export const stageStatusSchema = z.enum(['blocked', 'ready', 'running', 'succeeded', 'failed', 'cancelled']);

/** As `sprintlab stages list --json`. */
export const stageSchema = z.strictObject({
  key: hash,
  kind: z.string(),
  status: stageStatusSchema,
  warnings: count,
  /** JSON. */
  parameters: z.string(),
  /** How many trials have it. */
  trials: count,
  createdAt: instant,
  endedAt: instant.nullable(),
});

const executionSchema = z.strictObject({
  id: z.string(),
  stage: hash,
  token: z.int(),
  status: z.enum(['running', 'succeeded', 'failed', 'orphaned', 'interrupted', 'cancelled']),
  host: z.string(),
  pid: z.int(),
  claimedAt: instant,
  endedAt: instant.nullable(),
  error: z.strictObject({ code: z.string(), message: z.string(), isRefusal: z.boolean() }).nullable(),
  usage: z.strictObject({ seconds: z.number(), cpuSeconds: z.number(), peakMemoryBytes: z.number() }).nullable(),
});

/** As `sprintlab stages show --json`. */
export const stageDetailSchema = z.strictObject({
  key: hash,
  kind: z.string(),
  status: stageStatusSchema,
  codeVersion: z.string(),
  parameters: jsonObject,
  inputs: z.record(
    z.string(),
    z.union([
      z.strictObject({ from: z.literal('dataset'), hash }),
      z.strictObject({ from: z.literal('stage'), stage: hash, artifact: z.string() }),
    ]),
  ),
  createdAt: instant,
  endedAt: instant.nullable(),
  trials: count,
  executions: z.array(executionSchema),
  artifacts: z.array(z.strictObject({ name: z.string(), hash, bytes: count })),
  warnings: z.array(z.strictObject({ stage: hash, kind: z.string(), message: z.string(), at: instant })),
});

/** As `sprintlab stages log --json`. */
export const stageLogSchema = z.strictObject({
  stage: hash,
  kind: z.string(),
  execution: z.int(),
  id: z.string(),
  status: executionSchema.shape.status,
  log: z.string(),
});

/** What waits and what runs. */
export const queueSchema = z.strictObject({
  counts: z.array(z.strictObject({ kind: z.string(), status: stageStatusSchema, count })),
  /** Ready stages in the order in which they will be claimed, at most 50. */
  waiting: z.array(
    z.strictObject({ stage: hash, kind: z.string(), urgency: z.int(), trials: count, createdAt: instant }),
  ),
  running: z.array(
    z.strictObject({
      stage: hash,
      kind: z.string(),
      host: z.string(),
      pid: z.int(),
      trials: count,
      seconds: z.number(),
    }),
  ),
});

export type StageAnswer = z.infer<typeof stageSchema>;
export type StageDetailAnswer = z.infer<typeof stageDetailSchema>;
export type StageLogAnswer = z.infer<typeof stageLogSchema>;
export type QueueAnswer = z.infer<typeof queueSchema>;
