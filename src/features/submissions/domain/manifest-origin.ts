import { z } from 'zod';
import type { JsonObject } from '#kernel/json.ts';

const originSchema = z.object({
  file: z.string(),
  git: z.object({ commit: z.string(), branch: z.string().nullable(), repository: z.string().nullable() }).nullable(),
});

/**
 * Where a manifest lay when it was submitted: its path within its repository, else its file name; and what git knew of the
 * folder, `null` where it knows nothing. The address of the repository has no credentials.
 */
export type ManifestOrigin = Readonly<z.infer<typeof originSchema>>;

/** As the event of a submission tells it; `null` for a manifest that was no file. */
export function originIn(payload: JsonObject): ManifestOrigin | null {
  const told = originSchema.safeParse(payload['origin']);
  return told.success ? told.data : null;
}
