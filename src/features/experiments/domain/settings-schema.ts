import { z } from 'zod';
import { METHOD_NAMES } from './methods.ts';
import { profilingSettings } from './profiling-settings.ts';
import { recommenderSettings } from './recommender-settings.ts';
import { KEY_NOTES, setting } from './setting.ts';
import { trainingSettings } from './training-settings.ts';

/** All settings with their defaults. Sections hold keys, and a key is named by both: `selection.ratio`. */
export const settingsSchema = z
  .strictObject({
    method: setting(z.enum(METHOD_NAMES), 'sprint', { meaning: 'What is run.', stages: 'all', science: 'C.11' }),
    ...recommenderSettings,
    ...profilingSettings,
    ...trainingSettings,
  })
  .register(KEY_NOTES, { meaning: 'Where every arm starts; all keys have defaults.' });

/** The same keys without defaults, because an arm writes only what differs. */
export const writtenSettingsShape = writtenShape(settingsSchema.shape);

type Written<Schema> =
  Schema extends z.ZodDefault<infer Leaf>
    ? z.ZodOptional<Leaf>
    : Schema extends z.ZodPrefault<z.ZodObject<infer Shape, infer Config>>
      ? z.ZodOptional<z.ZodObject<{ [Key in keyof Shape]: Written<Shape[Key]> }, Config>>
      : never;

function writtenShape<Shape extends z.ZodRawShape>(shape: Shape): { [Key in keyof Shape]: Written<Shape[Key]> } {
  const entries = Object.entries(shape).map(([key, schema]) => [key, written(schema)]);
  return Object.fromEntries(entries) as { [Key in keyof Shape]: Written<Shape[Key]> };
}

function written(schema: unknown): z.ZodType {
  if (schema instanceof z.ZodDefault) return z.optional(schema.unwrap());
  if (!(schema instanceof z.ZodPrefault)) throw new TypeError('A setting has a default.');
  const section = schema.unwrap();
  if (!(section instanceof z.ZodObject)) throw new TypeError('A section holds keys.');
  const copy = z.strictObject(writtenShape(section.shape));
  const note = KEY_NOTES.get(section);
  return (note === undefined ? copy : copy.register(KEY_NOTES, note)).optional();
}
