/** What a filter says, before it is known which fields there are. Columns are 1-based places in its text. */
export type Filter =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Filter[] }
  | { readonly kind: 'not'; readonly part: Filter }
  | Term;

export type Term =
  | {
      readonly kind: 'comparison';
      readonly field: Written;
      readonly operator: Operator;
      readonly value: Written;
    }
  | { readonly kind: 'in'; readonly field: Written; readonly values: readonly Written[] }
  | { readonly kind: 'null'; readonly field: Written };

export const OPERATORS = ['=', '!=', '<=', '>=', '<', '>', '~'] as const;
export type Operator = (typeof OPERATORS)[number];

/** A word of the text, and where it stands. */
export interface Written {
  readonly text: string;
  readonly isQuoted: boolean;
  readonly column: number;
}
