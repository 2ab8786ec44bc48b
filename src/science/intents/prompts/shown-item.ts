import type { DescribedItem } from '#science/text/item-texts.ts';
import { oneLine } from '#science/text/one-line.ts';

/** Characters of a title, and of a category, that a language model is shown. */
const [TITLE, CATEGORY] = [120, 60];

/** An item as a language model sees it: one line of text, whatever stood in the data. */
export interface ShownItem {
  readonly title: string | null;
  /** The last of its categories: data name them from the widest to the narrowest. */
  readonly category: string | null;
}

/** (|V| + 1): each item by its id; place 0 belongs to padding. */
export function shownItems(described: readonly DescribedItem[]): readonly ShownItem[] {
  return [{ title: null, category: null }, ...described.map(shownItem)];
}

export function hasText({ title, category }: ShownItem): boolean {
  return title !== null || category !== null;
}

/** What it says, for a model that reads words. */
export function itemWords({ title, category }: ShownItem): string {
  return `${title ?? ''} ${category ?? ''}`.trim();
}

/** `{title} [{category}]` */
export function itemLine({ title, category }: ShownItem): string {
  return category === null ? titleText(title) : `${titleText(title)} [${category}]`;
}

/** A candidate is shown by its title alone; one without a title by its category. */
export function candidateLine(item: ShownItem): string {
  return item.title ?? itemLine(item);
}

/** `1. {item}`, `2. {item}`, … */
export function numberedItems(items: readonly ShownItem[]): readonly string[] {
  return items.map((item, at) => `${at + 1}. ${itemLine(item)}`);
}

function titleText(title: string | null): string {
  return title ?? '(no title)';
}

function shownItem({ title, categories }: DescribedItem): ShownItem {
  return { title: line(title ?? '', TITLE), category: line(categories.at(-1) ?? '', CATEGORY) };
}

/** Square brackets are the category's. */
function line(text: string, most: number): string | null {
  const shown = oneLine(text, most).replaceAll('[', '(').replaceAll(']', ')');
  return shown === '' ? null : shown;
}
