import { InvalidFilterError } from './invalid-filter.ts';
import type { Written } from './filter.ts';

export interface FilterWord extends Written {
  /** A `word` may be a field, a value or a keyword; an `end` stands after the last one. */
  readonly kind: 'word' | 'operator' | 'punctuation' | 'end';
}

const BLANK = /\s+/y;
const QUOTED = /"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'/y;
const OPERATOR = /!=|<=|>=|=|<|>|~/y;
const PUNCTUATION = /[(),]/y;
/** Names, numbers, times, `hr@20`, `warm-up`, `-7d`. */
const BARE = /[^\s"'()=!<>~,]+/y;

/** @throws InvalidFilterError */
export function filterWords(text: string): readonly FilterWord[] {
  const words: FilterWord[] = [];
  for (let at = 0; at < text.length;) {
    const blank = matchAt(BLANK, text, at);
    if (blank !== null) {
      at += blank[0].length;
      continue;
    }
    const [word, length] = wordAt(text, at);
    words.push(word);
    at += length;
  }
  words.push({ kind: 'end', text: '', isQuoted: false, column: text.length + 1 });
  return words;
}

function wordAt(text: string, at: number): readonly [FilterWord, number] {
  const column = at + 1;
  const quoted = matchAt(QUOTED, text, at);
  if (quoted !== null) {
    const inside = (quoted[1] ?? quoted[2] ?? '').replaceAll(/\\(.)/g, '$1');
    return [{ kind: 'word', text: inside, isQuoted: true, column }, quoted[0].length];
  }
  for (const [kind, pattern] of KINDS) {
    const found = matchAt(pattern, text, at)?.[0];
    if (found !== undefined) return [{ kind, text: found, isQuoted: false, column }, found.length];
  }
  throw unreadable(text, at);
}

const KINDS = [
  ['operator', OPERATOR],
  ['punctuation', PUNCTUATION],
  ['word', BARE],
] as const;

function unreadable(text: string, at: number): InvalidFilterError {
  const word = text.slice(at, at + 20);
  const isQuote = word.startsWith('"') || word.startsWith("'");
  const problem = isQuote ? 'the quote is not closed' : `${JSON.stringify(word[0])} means nothing here`;
  const allowed = isQuote ? `a text that ends with ${word[0] ?? ''}` : 'a field, an operator or a value';
  return new InvalidFilterError({ column: at + 1, word, problem, allowed });
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
