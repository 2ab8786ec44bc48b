/** What stands behind the `?` of an address, before anything of it is trusted. */
export type Search = Readonly<Record<string, unknown>>;

/** Longer than any of ours; what is longer is not a link of ours. */
const LONGEST = 12_000;

export function text(value: unknown): string | undefined {
  const said = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
  return typeof said === 'string' && said !== '' && said.length <= LONGEST ? said : undefined;
}

export function whole(value: unknown): number | undefined {
  const read = typeof value === 'string' ? Number(value) : value;
  return typeof read === 'number' && Number.isInteger(read) ? read : undefined;
}

export function flag(value: unknown): true | undefined {
  return value === true || value === 'true' ? true : undefined;
}

export function oneOf<const Word extends string>(value: unknown, words: readonly Word[]): Word | undefined {
  return words.find((word) => word === value);
}

export function texts(value: unknown): readonly string[] | undefined {
  const all = Array.isArray(value) ? value : value === undefined ? [] : [value];
  const read = all.flatMap((item) => text(item) ?? []);
  return read.length === 0 ? undefined : read;
}
