/** A line of a data set's items, as far as it is read here. */
interface DescribedItem {
  readonly title: string | null;
  readonly categories: readonly string[];
}

/**
 * (|V|): title and categories of each item of a catalogue, empty for an item without either.
 *
 * @param items the data set's items as JSON lines; the bytes come from the import, verified by their hash.
 * @param catalogue (|V|): at position i the line of item i + 1.
 */
export function itemTexts(items: Uint8Array, catalogue: Int32Array): readonly string[] {
  const lines = new TextDecoder().decode(items).split('\n');
  return Array.from(catalogue, (line) => {
    const { title, categories } = JSON.parse(lines[line]!) as DescribedItem;
    return [title ?? '', ...categories].join('\n').trim();
  });
}
