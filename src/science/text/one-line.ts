/**
 * A text as one line of at most `most` characters, so that nothing in it can be taken for another line of what it is put into:
 * control characters, line breaks of every kind, halves of characters and runs of white space become one space.
 */
export function oneLine(text: string, most: number): string {
  const line = text.replace(/[\p{Cc}\p{Cs}\s]+/gu, ' ').trim();
  const characters = Array.from(line);
  if (characters.length <= most) return line;
  return `${characters
    .slice(0, most - 1)
    .join('')
    .trimEnd()}…`;
}
