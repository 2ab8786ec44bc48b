/** One mistake with its place. A field that does not apply is `null`, so that the shape is the same in CLI, API and tests. */
export interface Place {
  readonly file: string | null;
  /** 1-based. */
  readonly line: number | null;
  /** 1-based. */
  readonly column: number | null;
  /** Where in the document or row, in its own words: `axes.intents.cap[0]`, `column item_id`. */
  readonly path: string | null;
  readonly problem: string;
  /** What would have been right. */
  readonly allowed: string | null;
  /** The nearest right word: "did you mean". */
  readonly suggestion: string | null;
}

/** A `Place` from the fields that are known; the others are `null`. */
export function placeOf(known: Partial<Place> & Pick<Place, 'problem'>): Place {
  return { file: null, line: null, column: null, path: null, allowed: null, suggestion: null, ...known };
}

/**
 * A refusal: the user asked for what cannot be, and the message says what to do. It is never retried and never shown with
 * a stack trace. Anything else that is thrown is a defect.
 */
export abstract class DomainError<Code extends string = string> extends Error {
  protected constructor(
    readonly code: Code,
    message: string,
    readonly places: readonly Place[] = [],
  ) {
    super(message);
    this.name = new.target.name;
  }
}

/** `instanceof` alone would leave the code an `any`. */
export function isDomainError(error: unknown): error is DomainError {
  return error instanceof DomainError;
}

/** `file:line:column path: problem, allowed, did you mean …`, leaving out what is not known. */
export function formatPlace(place: Place): string {
  const position = [place.file, place.line, place.column].filter((part) => part !== null).join(':');
  const where = [position, place.path].filter((part) => part !== null && part !== '').join(' ');
  const allowed = place.allowed === null ? null : `allowed: ${place.allowed}`;
  const suggestion = place.suggestion === null ? null : `did you mean ${place.suggestion}?`;
  const what = [place.problem, allowed, suggestion].filter((part) => part !== null).join('; ');
  return where === '' ? what : `${where}: ${what}`;
}
