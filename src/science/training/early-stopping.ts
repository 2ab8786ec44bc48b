import { DomainError } from '#kernel/domain-error.ts';

export interface StoppingRules {
  /** The most epochs. */
  readonly epochs: number;
  /** Epochs without a better one after which training stops. `off`: all are trained and the last is kept, whatever it is worth. */
  readonly patience: number | 'off';
  /** Earlier epochs are not kept as the best, however good: what they have not yet trained would not count. 1 allows all. */
  readonly firstEligibleEpoch: number;
}

/** The best epoch so far, counted from 1. */
export interface BestEpoch {
  readonly epoch: number;
  /** `null`: it was not kept for what it is worth, but because it is the last. */
  readonly validNdcg20: number | null;
}

export class NoEligibleEpochError extends DomainError<'NO_ELIGIBLE_EPOCH'> {
  constructor({ epochs, firstEligibleEpoch }: StoppingRules) {
    super(
      'NO_ELIGIBLE_EPOCH',
      `Training ends after epoch ${epochs}, but epoch ${firstEligibleEpoch} is the first that may be kept. ` +
        `Raise training.epochs, or lower enrichment.start or enrichment.ramp.`,
    );
  }
}

/** @throws NoEligibleEpochError if no epoch could be kept. */
export function assertSomeEpochIsEligible(rules: StoppingRules): void {
  if (rules.firstEligibleEpoch > rules.epochs) throw new NoEligibleEpochError(rules);
}

/** Of equal epochs the first is the best: it has trained less. */
export function isBest(candidate: BestEpoch, best: BestEpoch | null, rules: StoppingRules): boolean {
  if (rules.patience === 'off') return candidate.epoch === rules.epochs;
  return candidate.epoch >= rules.firstEligibleEpoch && (best === null || worthOf(candidate) > worthOf(best));
}

export function isOver(epoch: number, best: BestEpoch | null, { epochs, patience }: StoppingRules): boolean {
  return epoch >= epochs || (patience !== 'off' && best !== null && epoch - best.epoch >= patience);
}

function worthOf({ validNdcg20 }: BestEpoch): number {
  return validNdcg20 ?? -Infinity;
}
