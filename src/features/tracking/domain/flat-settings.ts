import type { JsonValue } from '#kernel/json.ts';

/** A tree of settings as dotted keys and texts: `{selection: {ratio: .1}}` is `selection.ratio` = `0.1`. Lists are JSON. */
export function flatSettings(tree: object, prefix = ''): Readonly<Record<string, string>> {
  const flat: Record<string, string> = {};
  for (const [key, value] of Object.entries(tree) as [string, JsonValue][]) {
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      Object.assign(flat, flatSettings(value, `${prefix}${key}.`));
    else flat[prefix + key] = typeof value === 'string' ? value : JSON.stringify(value);
  }
  return flat;
}
