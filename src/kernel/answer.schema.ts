import { z } from 'zod';

/** Milliseconds are kept: `2026-03-01T09:30:00.000Z`. */
export const instant = z.iso.datetime();
export const count = z.int().nonnegative();
/** Any JSON. */
export const json = z.unknown();
export const jsonObject = z.record(z.string(), json);
/** SHA-256, 64 hexadecimal digits. */
export const hash = z.string().regex(/^[0-9a-f]{64}$/);

/** The shape of every list. `next` is what `after=` takes; `null` at the end. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.strictObject({ items: z.array(item), next: z.string().nullable() });
}

export const placeSchema = z.strictObject({
  file: z.string().nullable(),
  /** 1-based. */
  line: z.int().nullable(),
  /** 1-based. */
  column: z.int().nullable(),
  path: z.string().nullable(),
  problem: z.string(),
  allowed: z.string().nullable(),
  suggestion: z.string().nullable(),
});

/** Every refusal, whatever its status. */
export const errorAnswerSchema = z.strictObject({
  error: z.strictObject({ code: z.string(), message: z.string(), places: z.array(placeSchema) }),
});
