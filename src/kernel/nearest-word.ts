import { distance } from 'fastest-levenshtein';

/**
 * The known word that was probably meant, for "did you mean"; `null` if none is near. A word is also found by its beginning,
 * and a dotted one by its last part: `ratio` means `selection.ratio` if no other key ends so.
 */
export function nearestWord(word: string, known: Iterable<string>): string | null {
  const words = [...known];
  return (
    onlyOne(words.filter((candidate) => candidate.endsWith(`.${word}`))) ??
    nearestSpelling(word, words) ??
    onlyOne(words.filter((candidate) => word.length > 2 && candidate.startsWith(word)))
  );
}

function onlyOne(words: readonly string[]): string | null {
  return words.length === 1 ? (words[0] ?? null) : null;
}

/** Beyond a third of its letters another word is a guess, not a slip of the fingers. */
function nearestSpelling(word: string, words: readonly string[]): string | null {
  let nearest: string | null = null;
  let smallest = (word.length < 2 ? 0 : Math.max(1, Math.floor(word.length / 3))) + 1;
  for (const candidate of words) {
    if (Math.abs(candidate.length - word.length) >= smallest) continue;
    const edits = distance(word.toLowerCase(), candidate.toLowerCase());
    if (edits < smallest) [nearest, smallest] = [candidate, edits];
  }
  return nearest;
}
