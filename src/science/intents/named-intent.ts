import { wordsOf } from '#science/text/hashed-ngrams.ts';
import { oneLine } from '#science/text/one-line.ts';

/** What an intent says. */
export interface NamedIntent {
  /** 2 to 5 words, lower case. */
  readonly name: string;
  /** At most 20 words. */
  readonly description: string;
}

const [NAME_WORDS, DESCRIPTION_WORDS] = [5, 20];
const [NAME_CHARACTERS, DESCRIPTION_CHARACTERS] = [60, 200];

/**
 * An intent as the pool keeps it: in one line, in lower case, cut to the words that it may have; a name of one word stays one.
 * @returns `null` for a name without a word.
 */
export function namedIntent(name: string, description: string): NamedIntent | null {
  if (wordsOf(name).length === 0) return null;
  return {
    name: firstWords(oneLine(name.normalize('NFKC').toLowerCase(), NAME_CHARACTERS), NAME_WORDS),
    description: firstWords(oneLine(description, DESCRIPTION_CHARACTERS), DESCRIPTION_WORDS),
  };
}

function firstWords(line: string, count: number): string {
  return line.split(' ').slice(0, count).join(' ');
}
