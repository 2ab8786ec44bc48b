import { DomainError, formatPlace, placeOf, type Place } from '#kernel/domain-error.ts';

export type KnownPlace = Partial<Place> & Pick<Place, 'file' | 'problem'>;

/** A data file cannot be used as it is. */
export abstract class DataFileError<Code extends string = string> extends DomainError<Code> {
  protected constructor(code: Code, known: KnownPlace) {
    const place = placeOf(known);
    super(code, `${formatPlace(place)}.`, [place]);
  }
}

/** One row cannot be used, and only that row: the kind of mistake that `--skip-invalid` leaves out and counts. */
export abstract class BrokenRowError<Code extends string = string> extends DataFileError<Code> {}
