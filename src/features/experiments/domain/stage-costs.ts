import type { MeanTokens } from '#features/calls/domain/call-cost.ts';
import type { ExpectedSeconds } from '#features/stages/domain/stage-seconds.ts';
import type { PlannedStage, StageKey } from '#features/stages/domain/stage.ts';
import { llmBill, type LlmBill } from './llm-bill.ts';
import { askingOf, type Asking } from './planned-calls.ts';

/** What a bill is made from, beside the plan. */
export interface Known {
  readonly done: ReadonlySet<StageKey>;
  readonly seconds: (stage: PlannedStage) => ExpectedSeconds;
  /** Of a call on average, by model, where calls of it are kept. */
  readonly tokens: ReadonlyMap<string, MeanTokens>;
  /** Processes at once. */
  readonly slots: number;
}

/** What some stages cost, together and less what is done. */
export interface Cost {
  /** Stages to run. */
  readonly stages: number;
  readonly calls: number;
  readonly usd: number;
  /** With all processes at work. */
  readonly seconds: number;
}

/** The bills of parts of one plan. What a stage asks and takes is found out once, since parts overlap. */
export class StageCosts {
  private readonly askings: ReadonlyMap<StageKey, Asking>;
  private readonly expected: ReadonlyMap<StageKey, ExpectedSeconds>;

  /** @param distinct every stage of the plan */
  constructor(
    distinct: readonly PlannedStage[],
    private readonly known: Known,
  ) {
    this.askings = new Map(distinct.map((stage) => [stage.key, askingOf(stage)]));
    this.expected = new Map(distinct.map((stage) => [stage.key, known.seconds(stage)]));
  }

  /** The chain of batches whose calls a stage shares with others. */
  chainOf({ key }: PlannedStage): string | null {
    return this.askings.get(key)?.batch?.chain ?? null;
  }

  isDone({ key }: PlannedStage): boolean {
    return this.known.done.has(key);
  }

  billOf(stages: readonly PlannedStage[]): LlmBill {
    const askings = stages.flatMap(({ key }) => this.askings.get(key) ?? []);
    return llmBill(askings, this.known.done, this.known.tokens);
  }

  /** How many of the stages to run are like some that ran here on the same data. */
  measuredAmong(stages: readonly PlannedStage[]): number {
    return stages.filter((stage) => !this.isDone(stage) && this.expected.get(stage.key)?.isMeasured === true).length;
  }

  costOf(stages: readonly PlannedStage[]): Cost {
    const open = stages.filter((stage) => !this.isDone(stage));
    const { calls, usd } = this.billOf(stages);
    const seconds = open.reduce((sum, { key }) => sum + (this.expected.get(key)?.seconds ?? 0), 0);
    return { stages: open.length, calls, usd, seconds: seconds / this.known.slots };
  }
}

/** What `whole` costs more than a part of it. */
export function costAbove(part: Cost, whole: Cost): Cost {
  return {
    stages: whole.stages - part.stages,
    calls: whole.calls - part.calls,
    usd: withoutNoise(whole.usd - part.usd),
    seconds: withoutNoise(whole.seconds - part.seconds),
  };
}

/** Sums in another order differ in their last digits: what costs the same must not seem to cost less. */
function withoutNoise(difference: number): number {
  return Number(difference.toFixed(9));
}
