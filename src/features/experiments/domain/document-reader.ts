import {
  Composer,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type CST,
  type Document,
  type Node,
  type Pair,
} from 'yaml';
import { placeOf, type Place } from '#kernel/domain-error.ts';
import type { DocumentNode, MappingEntry, MappingNode, Position } from './document-node.ts';
import {
  DOCUMENT_LIMITS,
  readTokens,
  surveyWords,
  tooDeep,
  tooManyValues,
  type DocumentProblem,
} from './document-survey.ts';

/** A file and what it holds. */
export interface Source {
  readonly file: string;
  readonly text: string;
}

export interface ReadDocument {
  /** `null` if the text cannot be understood. */
  readonly root: MappingNode | null;
  readonly places: readonly Place[];
}

/** More syntax mistakes than this say nothing new. */
const MOST_SYNTAX_MISTAKES = 100;
const BREAKS = /[\n\r\t]/g;
/** Characters that no one types: they hide text from the reader or break what prints them. */
const UNSEEN_CHARACTER = /[\p{Cc}\p{Surrogate}\u2028\u2029]/u;

/**
 * Reads YAML 1.2 into values with places: one document of mappings, lists, text, finite numbers, booleans and null, without
 * tags, directives and merge keys, within `DOCUMENT_LIMITS`. A key that is written twice does not hide other mistakes.
 */
export function readDocument(source: Source): ReadDocument {
  const lines = lineCounterOf(source.text);
  const placed = (problem: DocumentProblem): Place => {
    const { offset, ...what } = problem;
    return placeOf({ ...positionAt(source.file, lines, offset), ...what });
  };
  const unreadable = (problems: readonly DocumentProblem[]): ReadDocument => ({
    root: null,
    places: withoutRepetition(problems).slice(0, MOST_SYNTAX_MISTAKES).map(placed),
  });
  const surveyed = textProblems(source.text, lines.lineStarts.length) ?? surveyWords(source.text);
  if (surveyed.length > 0) return unreadable(surveyed);
  const { tokens, problem } = readTokens(source.text);
  if (problem !== null) return unreadable([problem]);
  const { document, duplicates, problems } = compose(tokens);
  if (document === null || problems.length > 0) return unreadable([...problems, ...duplicates]);
  const builder = new NodeBuilder(document, (offset) => positionAt(source.file, lines, offset));
  const root = builder.rootOf(document.contents);
  if (builder.problems.length > 0) return unreadable([...builder.problems, ...duplicates]);
  return { root, places: duplicates.map(placed) };
}

/** A list that never ends is reported once, not at each of its levels. */
function withoutRepetition(problems: readonly DocumentProblem[]): readonly DocumentProblem[] {
  return [...new Map(problems.map((one) => [`${one.offset} ${one.problem}`, one])).values()];
}

function positionAt(file: string, lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return { file, line, column: col };
}

function lineCounterOf(text: string): LineCounter {
  const lines = new LineCounter();
  lines.addNewLine(0);
  for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', end + 1)) lines.addNewLine(end + 1);
  return lines;
}

function textProblems(text: string, lines: number): readonly DocumentProblem[] | null {
  const { bytes, lines: mostLines } = DOCUMENT_LIMITS;
  const isTooLong = text.length > bytes || new TextEncoder().encode(text).length > bytes;
  if (isTooLong) return [{ offset: 0, problem: 'the document is too long', allowed: `at most ${bytes} bytes` }];
  if (lines > mostLines)
    return [{ offset: 0, problem: 'the document has too many lines', allowed: `at most ${mostLines}` }];
  const unseen = UNSEEN_CHARACTER.exec(text.replace(BREAKS, ' '));
  return unseen === null ? null : [unseenCharacter(unseen.index, unseen[0])];
}

function unseenCharacter(offset: number, character: string): DocumentProblem {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return { offset, problem: `the character U+${code} is not possible here`, allowed: 'text that can be seen' };
}

interface Composed {
  readonly document: Document.Parsed | null;
  readonly duplicates: readonly DocumentProblem[];
  readonly problems: readonly DocumentProblem[];
}

function compose(tokens: readonly CST.Token[]): Composed {
  const composer = new Composer({
    version: '1.2',
    schema: 'core',
    merge: false,
    stringKeys: true,
    prettyErrors: false,
  });
  const [document = null, second] = [...composer.compose(tokens, true, 0)];
  const errors = document?.errors ?? [];
  const duplicates = errors.filter((error) => error.code === 'DUPLICATE_KEY');
  const others = errors.filter((error) => error.code !== 'DUPLICATE_KEY');
  const problems = others.map(({ pos: [offset], code, message }) => ({ offset, ...syntaxProblem(code, message) }));
  if (second !== undefined) {
    const offset = second.range[0];
    problems.push({ offset, problem: 'a second document begins here', allowed: 'one document in a file' });
  }
  return {
    document,
    duplicates: duplicates.map(({ pos: [offset] }) => ({
      offset,
      problem: 'the key is written twice',
      allowed: 'each key once',
    })),
    problems,
  };
}

function syntaxProblem(code: string, message: string): Omit<DocumentProblem, 'offset'> {
  if (code === 'NON_STRING_KEY') return { problem: 'a key must be text', allowed: 'key: value' };
  const sentence = message.replace(/\s+/g, ' ').slice(0, 200);
  return { problem: `this is not YAML: ${sentence}` };
}

/** Builds the tree of a composed document; aliases are written out, counting as often as they stand. */
class NodeBuilder {
  readonly problems: DocumentProblem[] = [];
  private values = 0;
  private readonly targets = new Map<Node, Node | undefined>();

  constructor(
    private readonly document: Document.Parsed,
    private readonly position: (offset: number) => Position,
  ) {}

  rootOf(contents: Node | null): MappingNode | null {
    const isEmpty = contents === null || (isScalar(contents) && contents.value === null);
    const root = isEmpty ? null : this.build(contents, 0);
    if (root?.kind === 'mapping') return root;
    const problem = isEmpty ? 'the document is empty' : 'the document is not a mapping';
    if (this.problems.length === 0) this.problems.push({ offset: 0, problem, allowed: 'key: value' });
    return null;
  }

  private build(node: Node, depth: number): DocumentNode {
    const offset = node.range?.[0] ?? 0;
    const at = this.position(offset);
    this.values += 1;
    if (this.isBeyondLimits(offset, depth)) return { kind: 'scalar', value: null, at };
    if (isAlias(node)) return this.alias(node, depth);
    if (isMap<Node, Node | null>(node)) return { kind: 'mapping', entries: this.entries(node.items, depth), at };
    if (isSeq<Node>(node)) return { kind: 'list', items: node.items.map((item) => this.build(item, depth + 1)), at };
    return { kind: 'scalar', value: this.plainValue(node, offset), at };
  }

  private isBeyondLimits(offset: number, depth: number): boolean {
    const isTooMuch = this.values > DOCUMENT_LIMITS.values;
    if (!isTooMuch && depth <= DOCUMENT_LIMITS.depth) return false;
    if (this.problems.length === 0) this.problems.push(isTooMuch ? tooManyValues(offset) : tooDeep(offset));
    return true;
  }

  /** An alias within what it stands for would never end: the depth stops it. */
  private alias(node: Node, depth: number): DocumentNode {
    if (!this.targets.has(node) && isAlias(node)) this.targets.set(node, node.resolve(this.document));
    const target = this.targets.get(node);
    const offset = node.range?.[0] ?? 0;
    if (target !== undefined) return { ...this.build(target, depth + 1), at: this.position(offset) };
    this.problems.push({ offset, problem: 'the alias names no anchor', allowed: 'an anchor that stands before it' });
    return { kind: 'scalar', value: null, at: this.position(offset) };
  }

  private entries(pairs: readonly Pair<Node, Node | null>[], depth: number): ReadonlyMap<string, MappingEntry> {
    const entries = new Map<string, MappingEntry>();
    for (const { key, value } of pairs) {
      const offset = key.range?.[0] ?? 0;
      const name = this.keyName(key, offset);
      const keyAt = this.position(offset);
      const node: DocumentNode =
        value === null ? { kind: 'scalar', value: null, at: keyAt } : this.build(value, depth + 1);
      if (!entries.has(name)) entries.set(name, { keyAt, node });
    }
    return entries;
  }

  private keyName(key: Node, offset: number): string {
    const name = isScalar(key) && typeof key.value === 'string' ? key.value : '';
    if (name === '<<') {
      this.problems.push({ offset, problem: 'merge keys are not read', allowed: 'extends, or the keys themselves' });
    }
    if (name === '' || name === '__proto__') {
      this.problems.push({ offset, problem: 'this cannot be a key', allowed: 'key: value' });
    }
    this.checkText(name, offset);
    return name;
  }

  private plainValue(node: Node, offset: number): string | number | boolean | null {
    const value: unknown = isScalar(node) ? node.value : undefined;
    if (typeof value === 'string') this.checkText(value, offset);
    if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    this.problems.push({
      offset,
      problem: 'this is not a plain value',
      allowed: 'text, a finite number, true, false or null',
    });
    return null;
  }

  private checkText(text: string, offset: number): void {
    const unseen = UNSEEN_CHARACTER.exec(text.replace(BREAKS, ' '));
    if (unseen !== null) this.problems.push(unseenCharacter(offset, unseen[0]));
  }
}
