import { z } from 'zod';
import { count, hash, instant, jsonObject } from '#kernel/answer.schema.ts';

/** As `sprintlab datasets list --json`. */
export const datasetSchema = z.strictObject({
  name: z.string(),
  origin: z.enum(['imported', 'synthetic']),
  interactions: count,
  items: count,
  users: count,
  sessions: count,
  digest: hash,
  createdAt: instant,
});

export const catalogueItemSchema = z.strictObject({
  id: z.string(),
  title: z.string().nullable(),
  categories: z.array(z.string()),
});

/** As `sprintlab datasets show --json`: under the protocol of a manifest that says nothing of it. */
export const datasetDetailSchema = z.strictObject({
  name: z.string(),
  digest: hash,
  columns: z.record(z.string(), z.boolean()),
  counts: z.record(z.string(), count),
  files: z.record(z.string(), hash.nullable()),
  origin: z.union([
    z.strictObject({ kind: z.literal('imported'), files: z.array(z.string()) }),
    z.strictObject({ kind: z.literal('synthetic'), generator: z.string(), seed: z.number() }),
  ]),
  createdAt: instant,
  protocol: jsonObject,
  /** Why this protocol is impossible on it; else `null`. */
  problem: z.string().nullable(),
  /** `read`, `kept`, `dropped`, `train`, `valid`, `test`, …: numbers in objects; `null` with a problem. */
  statistics: jsonObject.nullable(),
  /** Training sessions by their number of items; the last bar holds all longer ones. */
  lengths: z.array(z.strictObject({ length: count, sessions: count })),
});

export const sampleSessionSchema = z.strictObject({ session: z.int(), items: z.array(catalogueItemSchema) });

export type DatasetAnswer = z.infer<typeof datasetSchema>;
export type DatasetDetailAnswer = z.infer<typeof datasetDetailSchema>;
export type CatalogueItemAnswer = z.infer<typeof catalogueItemSchema>;
export type SampleSessionAnswer = z.infer<typeof sampleSessionSchema>;
