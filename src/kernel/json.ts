export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };
export type JsonObject = Readonly<Record<string, JsonValue>>;

/**
 * The one spelling of a value: keys sorted by code unit, no white space, numbers as JSON writes them. Two values that are
 * equal have the same text, so that it can be hashed.
 * @throws RangeError for a number that JSON cannot say (NaN, infinities), which would otherwise silently become `null`.
 */
export function canonicalJson(value: JsonValue): string {
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new RangeError(`JSON has no number ${String(value)}.`);
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(',')}}`;
}

/** `Array.isArray` widens a readonly array to `any[]`; this keeps the element type. */
function isArray(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
