import { DomainError } from '#kernel/domain-error.ts';

/** A JavaScript map holds at most 2^24 entries. */
const MOST_IDS = 2 ** 24 - 1;

export class TooManyIdsError extends DomainError<'TOO_MANY_IDS'> {
  constructor() {
    super('TOO_MANY_IDS', `The data have more than ${MOST_IDS} different ids of one kind: import a sample of them.`);
  }
}

/** Ids numbered from 0 in the order in which they first appear. */
export class IdIndex {
  private readonly indexes = new Map<string, number>();

  get size(): number {
    return this.indexes.size;
  }

  find(id: string): number | undefined {
    return this.indexes.get(id);
  }

  /** The number of an id, which is numbered now if it is new. */
  indexOf(id: string): number {
    const known = this.indexes.get(id);
    if (known !== undefined) return known;
    const index = this.indexes.size;
    if (index === MOST_IDS) throw new TooManyIdsError();
    this.indexes.set(ownCopy(id), index);
    return index;
  }

  /** In the order of their numbers. */
  ids(): Iterable<string> {
    return this.indexes.keys();
  }
}

/** A piece cut from a longer text keeps all of that text in memory; a text of its own does not. */
export function ownCopy(text: string): string {
  return JSON.parse(JSON.stringify(text)) as string;
}
