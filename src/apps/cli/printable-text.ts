/** What a terminal obeys instead of showing it, or shows elsewhere than it stands: C0, C1, and marks of direction. */
const OBEYED = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/**
 * A text in one line as a terminal may show it. Titles, prompts and answers come from outside: a control character in them
 * could move the cursor over what was printed, so it is written out as JSON writes it.
 */
export function printable(text: string): string {
  return text.replace(OBEYED, (character) => NAMED[character] ?? `\\u${hexadecimal(character)}`);
}

/** The same with its line breaks. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function hexadecimal(character: string): string {
  return character.charCodeAt(0).toString(16).padStart(4, '0');
}
