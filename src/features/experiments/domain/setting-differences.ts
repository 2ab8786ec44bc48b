import { canonicalJson, type JsonObject, type JsonValue } from '#kernel/json.ts';

/** `{selection: {ratio: .1}}` as `{'selection.ratio': .1}`; what is not a section stays whole. */
export function flatSettings(settings: JsonObject): JsonObject {
  const entries = Object.entries(settings).flatMap(([section, value]): readonly (readonly [string, JsonValue])[] =>
    isSection(value)
      ? Object.entries(value).map(([key, item]) => [`${section}.${key}`, item] as const)
      : [[section, value]],
  );
  return Object.fromEntries(entries);
}

function isSection(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The keys in which some flat settings differ, and the method always: the others say nothing about a difference in results.
 * All have the same keys.
 */
export function differingKeys(all: readonly JsonObject[]): readonly string[] {
  const keys = Object.keys(all[0] ?? {});
  return keys.filter((key) => key === 'method' || new Set(all.map((one) => canonicalJson(one[key] ?? null))).size > 1);
}
