import { BrokenRowError, type KnownPlace } from './data-file-error.ts';
import type { ItemDescription } from './dataset-writer.ts';
import { IdIndex, ownCopy } from './id-index.ts';

export class DuplicateItemError extends BrokenRowError<'DUPLICATE_ITEM'> {
  constructor(place: Omit<KnownPlace, 'problem'>, id: string, firstLine: number) {
    const problem = `the item ${JSON.stringify(id)} is described in line ${firstLine} already`;
    super('DUPLICATE_ITEM', { ...place, problem, allowed: 'one row for each item' });
  }
}

/** Titles and categories of the registered items, gathered from one or several files. */
export class ItemDescriptions {
  private readonly titles: (string | null)[];
  private readonly categories: (readonly string[])[];
  private readonly others = new IdIndex();
  /** Line of each item in the file being read, by the item's number; the others are numbered behind the registered ones. */
  private lines = new Map<number, number>();

  constructor(private readonly items: IdIndex) {
    this.titles = new Array<string | null>(items.size).fill(null);
    this.categories = new Array<readonly string[]>(items.size).fill([]);
  }

  /** Described items that nobody interacted with. */
  get withoutInteraction(): number {
    return this.others.size;
  }

  get withTitle(): number {
    return this.titles.filter((title) => title !== null).length;
  }

  get withCategories(): number {
    return this.categories.filter((categories) => categories.length > 0).length;
  }

  startFile(): void {
    this.lines = new Map();
  }

  /**
   * Takes what is not empty; of two files the later wins.
   * @throws DuplicateItemError if this file has described the item before.
   */
  describe(id: string, description: ItemDescription, place: Omit<KnownPlace, 'problem'> & { line: number }): void {
    const index = this.items.find(id) ?? this.items.size + this.others.indexOf(id);
    const firstLine = this.lines.get(index);
    if (firstLine !== undefined) throw new DuplicateItemError(place, id, firstLine);
    this.lines.set(index, place.line);
    if (index >= this.items.size) return;
    const { title, categories } = description;
    if (title !== null) this.titles[index] = ownCopy(title);
    if (categories.length > 0) this.categories[index] = categories.map(ownCopy);
  }

  of(id: string): ItemDescription {
    const index = this.items.find(id) ?? -1;
    return { title: this.titles[index] ?? null, categories: this.categories[index] ?? [] };
  }
}
