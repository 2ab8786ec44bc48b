import { wordsOf } from '#science/text/hashed-ngrams.ts';

/** Words that titles and names share without saying anything. */
const SMALL_WORDS = new Set(['and', 'for', 'from', 'in', 'of', 'on', 'or', 'the', 'to', 'with', 'a', 'an', 'by', 'at']);

/** Whether a name has a word of a title. */
export function overlapsTitle(name: string, title: string | null): boolean {
  const words = new Set(wordsOf(title ?? '').filter((word) => !SMALL_WORDS.has(word)));
  return wordsOf(name).some((word) => words.has(word));
}
