import { z } from 'zod';
import { count } from '#kernel/answer.schema.ts';

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
