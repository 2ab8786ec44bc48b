import { z } from 'zod';
import { count, hash, json } from '#kernel/answer.schema.ts';

const ownerKind = z.enum(['dataset', 'stage', 'execution']);

/** As `sprintlab artifacts list --json`. */
export const artifactSchema = z.strictObject({
  /** `stage/<key>/<name>` */
  id: z.string(),
  name: z.string(),
  hash,
  bytes: count,
  ownerKind,
  owner: z.string(),
  /** How many owners keep these bytes. */
  references: count,
});

const file = { name: z.string(), hash, bytes: count };

/** What can be shown of a file. Beginnings only: the whole is at `/artifacts/:hash`. */
export const artifactPreviewSchema = z.discriminatedUnion('kind', [
  z.strictObject({ ...file, kind: z.literal('json'), value: json }),
  z.strictObject({
    ...file,
    kind: z.literal('table'),
    columns: z.array(z.string()),
    rows: z.array(z.array(json)),
    /** Rows of the whole file. */
    total: count,
  }),
  z.strictObject({ ...file, kind: z.literal('text'), text: z.string(), isCut: z.boolean() }),
  /** Shown by the address of the bytes, as an image: nothing in it runs. */
  z.strictObject({ ...file, kind: z.literal('image'), mediaType: z.string() }),
  z.strictObject({
    ...file,
    kind: z.literal('tensors'),
    tensors: z.array(
      z.strictObject({
        name: z.string(),
        dtype: z.string(),
        shape: z.array(count),
        /** The first values, at most 20. */
        first: z.array(z.number()),
      }),
    ),
  }),
  z.strictObject({ ...file, kind: z.literal('binary') }),
]);

export type ArtifactAnswer = z.infer<typeof artifactSchema>;
export type ArtifactPreviewAnswer = z.infer<typeof artifactPreviewSchema>;
