import { z } from 'zod';
import { canonicalJson, type JsonValue } from '#kernel/json.ts';
import type { NamedArm, Settings } from './manifest-schema.ts';
import { settingsSchema } from './settings-schema.ts';

/** The schema of each setting by its dotted key, in the order of the reference page. */
export const SETTING_KEYS: ReadonlyMap<string, z.ZodType> = new Map(
  Object.entries(settingsSchema.shape).flatMap(([name, schema]) => keysOf(name, schema)),
);

/** The sections of the settings, each with its keys. */
export const SECTION_KEYS: ReadonlyMap<string, readonly string[]> = new Map(
  [...SETTING_KEYS.keys()]
    .filter((key) => key.includes('.'))
    .map((key) => sectionOf(key))
    .map((name) => [name, [...SETTING_KEYS.keys()].filter((key) => sectionOf(key) === name)]),
);

/** The value of a dotted key. */
export function settingAt(settings: Settings, key: string): JsonValue {
  const [first = '', second] = key.split('.');
  const section: unknown = settings[first as keyof Settings];
  return (second === undefined ? section : (section as Record<string, JsonValue>)[second]) as JsonValue;
}

/** The dotted keys that an arm, or the settings as written, name. */
export function writtenKeys(written: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.entries(written).flatMap(([name, value]) =>
    SECTION_KEYS.has(name)
      ? Object.keys(value as object).map((key) => `${name}.${key}`)
      : SETTING_KEYS.has(name)
        ? [name]
        : [],
  );
}

/** The settings that a named arm writes, by dotted key. */
export function armValues(arm: NamedArm): ReadonlyMap<string, JsonValue> {
  return new Map(writtenKeys(arm).map((key) => [key, settingAt(arm as Settings, key)]));
}

/**
 * The settings with other values at some dotted keys; the values were checked by the schemas of their keys. Ratio and
 * budget exclude each other, so a ratio that is written here ends a budget that was inherited.
 */
export function withValues(settings: Settings, values: ReadonlyMap<string, JsonValue>): Settings {
  const changed: Record<string, unknown> = { ...settings };
  const endsBudget = values.has('selection.ratio') && !values.has('selection.budget');
  const all = endsBudget ? new Map([...values, ['selection.budget', null]]) : values;
  for (const [key, value] of all) {
    const [first = '', second] = key.split('.');
    changed[first] = second === undefined ? value : { ...(changed[first] as object), [second]: value };
  }
  return changed as Settings;
}

/** Are two values the same to a stage? */
export function isSameValue(left: JsonValue, right: JsonValue): boolean {
  const isPlain = left === null || typeof left !== 'object';
  return isPlain ? left === right : canonicalJson(left) === canonicalJson(right);
}

function keysOf(name: string, schema: z.ZodType): [string, z.ZodType][] {
  const section = schema instanceof z.ZodPrefault ? schema.unwrap() : null;
  if (!(section instanceof z.ZodObject)) return [[name, schema]];
  return Object.entries(section.shape).map(([key, leaf]): [string, z.ZodType] => [`${name}.${key}`, leaf as z.ZodType]);
}

function sectionOf(key: string): string {
  return key.slice(0, Math.max(0, key.indexOf('.')));
}
