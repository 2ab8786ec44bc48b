import type { Dataset } from '#features/datasets/domain/dataset.ts';

/** What a reader must know of numbers that come from no real shop, or from no real language model. */
export interface Labels {
  readonly isSynthetic: boolean;
  readonly isSimulated: boolean;
}

export function labelTags({ isSynthetic, isSimulated }: Labels): Readonly<Record<string, string>> {
  return {
    ...(isSynthetic ? { 'sprintlab.syntheticData': 'true' } : {}),
    ...(isSimulated ? { 'sprintlab.simulatedLlm': 'true' } : {}),
  };
}

/** The note of a run: the question, and what limits the answer. */
export function noteOf(lines: readonly string[], { isSynthetic, isSimulated }: Labels): string {
  const warnings = [
    ...(isSynthetic ? ['**Synthetic data**: these numbers say nothing about a real shop.'] : []),
    ...(isSimulated ? ['**Simulated LLM**: rules over texts answered in the place of a language model.'] : []),
  ];
  return [...lines, ...warnings].join('\n\n');
}

export function isSynthetic(dataset: Pick<Dataset, 'origin'> | null): boolean {
  return dataset?.origin.kind === 'synthetic';
}
