import { z } from 'zod';
import { count, instant } from '#kernel/answer.schema.ts';

/** How this server is set up; nothing secret. */
export const settingsSchema = z.strictObject({
  version: z.string(),
  uptimeSeconds: z.number(),
  database: z.enum(['SQLite', 'Postgres']),
  queue: z.enum(['data base', 'Redis']),
  artifactsFolder: z.string(),
  stageMemoryBytes: count,
  /** The models that manifests can name. */
  llms: z.array(z.strictObject({ name: z.string(), kind: z.string() })),
  accounts: z.boolean(),
  /** What the mirror has told its server; `null` where no server is named. */
  mlflow: z
    .strictObject({
      url: z.string(),
      /** Number of the last event that it was told of, and how many it was not. */
      mirroredThrough: count,
      pending: count,
      mirroredAt: instant.nullable(),
      /** Why nothing goes on, and since when. */
      problem: z.string().nullable(),
      problemSince: instant.nullable(),
      /** Runs that are told nothing more until they are repaired. */
      broken: z.array(z.strictObject({ run: z.string(), subject: z.string(), problem: z.string() })),
    })
    .nullable(),
  limits: z.strictObject({ bodyBytes: count, requestsPerMinute: count }),
  checks: z.array(
    z.strictObject({
      name: z.string(),
      state: z.enum(['ok', 'degraded', 'failed']),
      finding: z.string(),
      advice: z.string().nullable(),
    }),
  ),
});

export type SettingsAnswer = z.infer<typeof settingsSchema>;
