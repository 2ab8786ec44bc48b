export interface YamlPlace {
  /** Keys that lead to where the cursor stands; of a value its own key is the last. */
  readonly path: readonly string[];
  readonly isValue: boolean;
  /** What is written of the word so far, and where in the line it begins. */
  readonly word: string;
  readonly from: number;
}

const KEY = /^(\s*(?:- )*)([\w.-]+):/;

/**
 * Where in a YAML text a cursor stands, by indentation and, on its own line, by the braces of flow style. Half-written text
 * is what one completes, so no parser is asked.
 * @param lines up to and with that of the cursor, the last cut at it
 */
export function yamlPlace(lines: readonly string[]): YamlPlace {
  const line = lines.at(-1) ?? '';
  const indent = indentOf(line);
  const above = parents(lines.slice(0, -1), indent);
  const inLine = flowPath(line);
  const word = /[\w.@-]*$/.exec(line)?.[0] ?? '';
  return { path: [...above, ...inLine.path], isValue: inLine.isValue, word, from: line.length - word.length };
}

function parents(lines: readonly string[], below: number): string[] {
  const path: string[] = [];
  let limit = below;
  for (const line of lines.toReversed()) {
    const [, lead, key] = KEY.exec(line) ?? [];
    if (lead === undefined || key === undefined || lead.length >= limit) continue;
    path.unshift(key);
    limit = lead.length;
    if (limit === 0) break;
  }
  return path;
}

function indentOf(line: string): number {
  return /^\s*(?:- )*/.exec(line)?.[0].length ?? 0;
}

interface Bracket {
  readonly kind: '{' | '[';
  /** What it is the value of. */
  readonly key: string | null;
}

/** `settings: {selection: {strategy: ra` leads to settings, selection, strategy, and its value is being written. */
function flowPath(line: string): { readonly path: string[]; readonly isValue: boolean } {
  const open: Bracket[] = [];
  let key: string | null = null;
  for (const [token, word, colon] of line.matchAll(/([\w.@-]+)(\s*:)?|[{}[\],]/g)) {
    if (word !== undefined) key = colon === undefined ? key : word;
    else key = keyAfter(token, key, open);
  }
  const path = open.flatMap((bracket) => (bracket.kind === '{' ? (bracket.key ?? []) : []));
  return key === null ? { path, isValue: false } : { path: [...path, key], isValue: true };
}

/** Whose value goes on after a bracket or comma; in a list each item is a value of the same key. */
function keyAfter(token: string, key: string | null, open: Bracket[]): string | null {
  if (token === ',') return open.at(-1)?.kind === '[' ? key : null;
  if (token === '{' || token === '[') {
    open.push({ kind: token, key });
    return token === '[' ? key : null;
  }
  const closed = open.pop();
  return closed !== undefined && open.at(-1)?.kind === '[' ? closed.key : null;
}
