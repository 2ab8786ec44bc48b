import { DomainError, placeOf } from '../domain-error.ts';

export interface FilterMistake {
  /** 1-based, in the text of the filter. */
  readonly column: number;
  /** The word that is wrong; empty at the end of the text. */
  readonly word: string;
  readonly problem: string;
  readonly allowed: string;
  readonly suggestion?: string | null;
}

/** The first mistake of a filter: whatever follows could not be understood. */
export class InvalidFilterError extends DomainError<'INVALID_FILTER'> {
  constructor({ column, word, problem, allowed, suggestion = null }: FilterMistake) {
    const hint = suggestion === null ? '' : ` Did you mean ${suggestion}?`;
    super('INVALID_FILTER', `Filter, column ${column}: ${problem}.${hint} Expected: ${allowed}.`, [
      placeOf({ line: 1, column, path: word, problem, allowed, suggestion }),
    ]);
  }
}
