import { nearestWord } from '../nearest-word.ts';
import { OPERATORS, type Filter, type Operator, type Written } from './filter.ts';
import { filterWords, type FilterWord } from './filter-words.ts';
import { InvalidFilterError } from './invalid-filter.ts';

/** Deeper than anybody writes; a text of parentheses alone must not fill the stack. */
const DEEPEST = 50;
/** More terms than this in one filter no data base answers in time. */
const MOST_TERMS = 200;

/**
 * Reads a filter; `null` for an empty one.
 *
 *     filter     = conjunction { OR conjunction }
 *     conjunction = part { AND part }
 *     part       = NOT part | ( filter ) | term
 *     term       = FIELD ( = | != | < | <= | > | >= | ~ ) VALUE
 *                | FIELD [NOT] IN ( VALUE { , VALUE } ) | FIELD IS [NOT] NULL
 *
 * Keywords are written in any case. A value with blanks or signs stands in quotes.
 * @throws InvalidFilterError with the place of the first mistake
 */
export function parseFilter(text: string): Filter | null {
  if (text.trim() === '') return null;
  const parser = new FilterParser(filterWords(text));
  return parser.whole();
}

class FilterParser {
  private at = 0;
  private terms = 0;

  constructor(private readonly words: readonly FilterWord[]) {}

  whole(): Filter {
    const filter = this.joined('OR', 0);
    if (this.next.kind !== 'end') throw this.mistake('AND, OR or the end', nearestKeyword(this.next));
    return filter;
  }

  private joined(word: 'OR' | 'AND', depth: number): Filter {
    const part = (): Filter => (word === 'OR' ? this.joined('AND', depth) : this.part(depth));
    const parts = [part()];
    while (this.takes(word)) parts.push(part());
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : { kind: word === 'OR' ? 'or' : 'and', parts };
  }

  private part(depth: number): Filter {
    if (depth > DEEPEST) throw this.mistake(`at most ${DEEPEST} levels of NOT and parentheses`);
    if (this.isKeyword('NOT') && !this.isField()) {
      this.take();
      return { kind: 'not', part: this.part(depth + 1) };
    }
    if (this.next.kind === 'punctuation' && this.next.text === '(') {
      this.take();
      const inside = this.joined('OR', depth + 1);
      this.expect(')');
      return inside;
    }
    return this.term();
  }

  private term(): Filter {
    this.terms += 1;
    if (this.terms > MOST_TERMS) throw this.mistake(`at most ${MOST_TERMS} terms`);
    const field = this.field();
    if (this.takes('IS')) {
      const isNot = this.takes('NOT');
      if (!this.takes('NULL')) throw this.mistake(isNot ? 'NULL' : 'NULL or NOT NULL');
      return negated(isNot, { kind: 'null', field });
    }
    const isNot = this.takes('NOT');
    if (this.takes('IN')) return negated(isNot, { kind: 'in', field, values: this.list() });
    if (isNot) throw this.mistake('IN');
    return { kind: 'comparison', field, operator: this.operator(), value: this.value() };
  }

  private field(): Written {
    if (this.next.kind !== 'word' || this.next.isQuoted) throw this.mistake('a field, such as status');
    return this.take();
  }

  /** Is the keyword that comes next the name of a field? Then an operator follows. */
  private isField(): boolean {
    return this.words[this.at + 1]?.kind === 'operator';
  }

  private operator(): Operator {
    const found = OPERATORS.find((operator) => this.next.kind === 'operator' && operator === this.next.text);
    if (found === undefined) throw this.mistake(`one of ${OPERATORS.join(' ')}, IN (…), IS NULL`);
    this.take();
    return found;
  }

  private list(): readonly Written[] {
    this.expect('(');
    const values = [this.value()];
    while (this.next.kind === 'punctuation' && this.next.text === ',') {
      this.take();
      values.push(this.value());
    }
    this.expect(')');
    return values;
  }

  private value(): Written {
    if (this.next.kind !== 'word') throw this.mistake('a value; write one with signs or blanks in "quotes"');
    return this.take();
  }

  private expect(sign: '(' | ')'): void {
    if (this.next.kind !== 'punctuation' || this.next.text !== sign) throw this.mistake(sign);
    this.take();
  }

  private takes(keyword: string): boolean {
    if (!this.isKeyword(keyword)) return false;
    this.take();
    return true;
  }

  private isKeyword(keyword: string): boolean {
    const { kind, isQuoted, text } = this.next;
    return kind === 'word' && !isQuoted && text.toUpperCase() === keyword;
  }

  private get next(): FilterWord {
    const word = this.words[this.at];
    if (word === undefined) throw new Error('The end of a filter was read past.');
    return word;
  }

  private take(): Written {
    const { text, isQuoted, column } = this.next;
    this.at += 1;
    return { text, isQuoted, column };
  }

  private mistake(allowed: string, suggestion: string | null = null): InvalidFilterError {
    const { kind, text, column } = this.next;
    const problem = kind === 'end' ? 'the filter ends too early' : `${JSON.stringify(text)} cannot stand here`;
    return new InvalidFilterError({ column, word: text, problem, allowed, suggestion });
  }
}

function negated(isNot: boolean, part: Filter): Filter {
  return isNot ? { kind: 'not', part } : part;
}

function nearestKeyword({ text }: FilterWord): string | null {
  return nearestWord(text.toUpperCase(), ['AND', 'OR']);
}
