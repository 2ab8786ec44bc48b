/** A line of a data set's items, as far as it is read here. */
export interface DescribedItem {
  readonly title: string | null;
  readonly categories: readonly string[];
}

/**
 * (|V|): the items of a catalogue.
 *
 * @param items the data set's items as JSON lines; the bytes come from the import, verified by their hash.
 * @param catalogue (|V|): at position i the line of item i + 1.
 */
export function describedItems(items: Uint8Array, catalogue: Int32Array): readonly DescribedItem[] {
  const lines = new TextDecoder().decode(items).split('\n');
  return Array.from(catalogue, (line) => JSON.parse(lines[line]!) as DescribedItem);
}

/** (|V|): title and categories of each item of a catalogue, empty for an item without either. */
export function itemTexts(items: Uint8Array, catalogue: Int32Array): readonly string[] {
  return describedItems(items, catalogue).map(({ title, categories }) =>
    [title ?? '', ...categories].join('\n').trim(),
  );
}
