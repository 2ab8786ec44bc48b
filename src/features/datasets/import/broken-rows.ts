import type { Place } from '#kernel/domain-error.ts';
import { BrokenRowError } from './data-file-error.ts';
import type { Row } from './table.ts';

const PLACES_KEPT = 20;

/** Decides what a broken row means: the end of the import, or one more row left out. */
export class BrokenRows {
  /** Where the first ones stand. */
  readonly places: Place[] = [];
  count = 0;

  constructor(private readonly skip: boolean) {}

  /**
   * Uses every sound row of a block. `use` either takes the row whole or throws and has no effect.
   * @throws BrokenRowError at the first broken row, unless they are skipped.
   */
  useSound(block: readonly (Row | BrokenRowError)[], use: (row: Row) => void): void {
    for (const row of block) {
      try {
        if (row instanceof BrokenRowError) throw row;
        use(row);
      } catch (error) {
        if (!this.skip || !(error instanceof BrokenRowError)) throw error;
        this.count++;
        if (this.places.length < PLACES_KEPT) this.places.push(...error.places);
      }
    }
  }
}
