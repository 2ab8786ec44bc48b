import type { CodeVersions } from '#features/experiments/domain/planned-stages.ts';
import type { StageTally } from '#features/stages/stage-tally.ts';
import { hasWorkFor, otherCodeIn, type OtherCodeVersionError } from './domain/other-code.ts';

/** The process that leads takes a turn between so many looks of an idle worker, and may find more to do. */
const LOOKS = 4;

/** Tells an idle worker when nothing is left that it could run. */
export class Drain {
  private quietLooks = 0;
  private found: OtherCodeVersionError | null = null;

  constructor(
    private readonly tally: StageTally,
    private readonly codeVersions: CodeVersions,
  ) {}

  /** Why nothing is left, where the reason is that what is left is for other code. */
  get refusal(): OtherCodeVersionError | null {
    return this.found;
  }

  async isOver(): Promise<boolean> {
    const open = await this.tally.open();
    this.quietLooks = hasWorkFor(open, this.codeVersions) ? 0 : this.quietLooks + 1;
    this.found = otherCodeIn(open, this.codeVersions);
    return this.quietLooks >= LOOKS;
  }
}
