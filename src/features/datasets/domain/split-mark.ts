/** The parts of a split that the data bring along, in the order of their codes in `interactions.safetensors`. */
export const SPLIT_MARKS = ['train', 'valid', 'test'] as const;
export type SplitMark = (typeof SPLIT_MARKS)[number];

const MARKS: Readonly<Partial<Record<string, SplitMark>>> = {
  train: 'train',
  valid: 'valid',
  validation: 'valid',
  val: 'valid',
  dev: 'valid',
  test: 'test',
};

export const ALLOWED_SPLIT_MARKS = 'train, valid (also validation, val, dev) or test';

/** `null` for a word that marks no part. */
export function parseSplitMark(text: string): SplitMark | null {
  const word = text.trim().toLowerCase();
  return Object.hasOwn(MARKS, word) ? (MARKS[word] ?? null) : null;
}
