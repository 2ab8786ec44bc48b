import type { Comparison } from '#features/comparisons/domain/comparison.ts';

/** A page of results in Markdown, from what `compare` and `trials show` give with `--json`. */
export function resultsPage(content: {
  readonly name: string;
  readonly manifest: string;
  readonly source: string;
  readonly comparison: Comparison;
  readonly trials: readonly unknown[];
}): string;
