/** The shape of every list, in the CLI's `--json` and over HTTP. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** The cursor of the next page; `null` at the end. */
  readonly next: string | null;
}
