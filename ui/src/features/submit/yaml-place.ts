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

/** `settings: {selection: {strategy: ra` leads to settings, selection, strategy, and its value is being written. */
function flowPath(line: string): { readonly path: string[]; readonly isValue: boolean } {
  const path: string[] = [];
  let key: string | null = null;
  for (const token of line.match(/[\w.@-]+|[{}[\],:]/g) ?? []) {
    if (token === ':') continue;
    if (token === '{') {
      if (key !== null) path.push(key);
      key = null;
    } else if (token === '}') {
      path.pop();
      key = null;
    } else if (token === ',') {
      if (!isInList(line)) key = null;
    } else if (/^[\w.@-]/.test(token) && key === null && isKey(line, token)) key = token;
  }
  return key === null ? { path, isValue: false } : { path: [...path, key], isValue: true };
}

function isInList(line: string): boolean {
  return line.lastIndexOf('[') > line.lastIndexOf(']');
}

function isKey(line: string, token: string): boolean {
  return line.includes(`${token}:`);
}
