import { z } from 'zod';
import type { StageKind } from '#science/stages/stage.ts';

/** Each in one place of the reference page: a stage is named as the plan and the progress name it. */
export type StageName = StageKind;

/** What is said of a key in the reference page, the editor and an error. */
export interface KeyNote {
  readonly meaning: string;
  /** The stages whose key this value enters; a stage not named here is not repeated when the value changes. */
  readonly stages?: readonly StageName[] | 'all';
  /** The section of the specification. */
  readonly science?: string;
  /** What is allowed, where the schema alone would say it less well. */
  readonly values?: string;
  /** The default in words, where it depends on something else. */
  readonly otherwise?: string;
}

/** The notes of all keys, by schema. */
export const KEY_NOTES = z.registry<KeyNote>();

/** A leaf of the settings: its values, its default and its note, in the order in which one reads them. */
export function setting<Schema extends z.ZodType>(
  schema: Schema,
  standard: z.core.util.NoUndefined<z.output<Schema>>,
  note: KeyNote,
): z.ZodDefault<Schema> {
  KEY_NOTES.add(schema, note);
  return schema.default(standard);
}

/** A whole number; without `max` only the exact range of numbers limits it. */
export function whole(min: number, max = Number.MAX_SAFE_INTEGER): z.ZodInt {
  return z.int().min(min).max(max);
}

/** A number from 0 to 1. */
export function share(): z.ZodNumber {
  return z.number().min(0).max(1);
}

/** Epochs without a better one after which training stops; `off` trains all epochs and keeps the last. */
export function patience(): z.ZodUnion<readonly [z.ZodLiteral<'off'>, z.ZodInt]> {
  return z.union([z.literal('off'), whole(1)]);
}

/** Dropout of 1 would leave nothing. */
export function dropoutRate(): z.ZodNumber {
  return z.number().min(0).lt(1);
}

export function learningRate(): z.ZodNumber {
  return z.number().gt(0).max(1);
}
