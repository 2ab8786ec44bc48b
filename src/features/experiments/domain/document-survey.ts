import { CST, Lexer, Parser } from 'yaml';

/** Limits of a document, far above any real manifest: what is beyond them is a mistake or an attack. */
export const DOCUMENT_LIMITS = {
  bytes: 1_048_576,
  lines: 20_000,
  depth: 32,
  values: 10_000,
  aliases: 100,
} as const;

/** Marks of a lexeme that have no text of their own. */
const UNWRITTEN: ReadonlySet<string> = new Set([CST.DOCUMENT, CST.FLOW_END, CST.SCALAR]);
/** A value with its key takes at most this many lexemes beside white space and comments. */
const LEXEMES_PER_VALUE = 8;

/** A document problem at an offset in its text. */
export interface DocumentProblem {
  readonly offset: number;
  readonly problem: string;
  readonly allowed?: string;
  readonly suggestion?: string;
}

/**
 * Looks at the words of a document before anything is built from them, because building nests as deep as the document does
 * and compares every key with every other.
 */
export function surveyWords(text: string): readonly DocumentProblem[] {
  const problems: DocumentProblem[] = [];
  let words = 0;
  let aliases = 0;
  for (const [word, offset] of wordsOf(text)) {
    words += 1;
    if (words > DOCUMENT_LIMITS.values * LEXEMES_PER_VALUE) return [tooManyValues(offset)];
    if (word.startsWith('*')) aliases += 1;
    if (aliases > DOCUMENT_LIMITS.aliases) return [tooManyAliases(offset)];
    const problem = wordProblem(word);
    if (problem !== null) problems.push({ offset, ...problem });
  }
  return problems;
}

/** The syntax tokens of a document, or where it nests too deep to be built. */
export function readTokens(text: string): { tokens: readonly CST.Token[]; problem: DocumentProblem | null } {
  const tokens = [...new Parser().parse(text)];
  const pending: [CST.Token, number][] = tokens.map((token) => [token, 0]);
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [token, depth] = next;
    if (depth > DOCUMENT_LIMITS.depth) return { tokens: [], problem: tooDeep(token.offset) };
    for (const child of childrenOf(token)) pending.push([child, 'items' in token ? depth + 1 : depth]);
  }
  return { tokens, problem: null };
}

export function tooDeep(offset: number): DocumentProblem {
  const { depth } = DOCUMENT_LIMITS;
  return { offset, problem: 'the document nests too deep', allowed: `at most ${depth} levels` };
}

export function tooManyValues(offset: number): DocumentProblem {
  const { values } = DOCUMENT_LIMITS;
  return {
    offset,
    problem: 'the document has too many values',
    allowed: `at most ${values}, aliases counted as often as they stand`,
  };
}

function tooManyAliases(offset: number): DocumentProblem {
  return { offset, problem: 'the document has too many aliases', allowed: `at most ${DOCUMENT_LIMITS.aliases}` };
}

/** Each lexeme that is neither white space nor comment with its offset; the text of a scalar is given without its mark. */
function* wordsOf(text: string): Generator<[string, number]> {
  let offset = 0;
  let isScalar = false;
  for (const lexeme of new Lexer().lex(text)) {
    const isUnwritten = !isScalar && UNWRITTEN.has(lexeme);
    if (isScalar) yield ['', offset];
    else if (!isUnwritten && !/^[\s#]/.test(lexeme)) yield [lexeme, offset];
    isScalar = !isScalar && lexeme === CST.SCALAR;
    if (!isUnwritten) offset += lexeme.length;
  }
}

function wordProblem(word: string): Omit<DocumentProblem, 'offset'> | null {
  if (word.startsWith('!'))
    return { problem: 'a tag is not possible here', allowed: 'the plain value, text in quotes' };
  if (word.startsWith('%')) return { problem: 'a directive is not possible here', allowed: 'one YAML 1.2 document' };
  return null;
}

function childrenOf(token: CST.Token): readonly CST.Token[] {
  if (token.type === 'document') return token.value === undefined ? [] : [token.value];
  if (!('items' in token)) return [];
  return token.items.flatMap((item) => [item.key, item.value].filter((child) => child !== undefined && child !== null));
}
