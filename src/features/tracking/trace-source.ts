import type { CallsService } from '#features/calls/calls.service.ts';
import type { StageKey } from '#features/stages/domain/stage.ts';
import { traceOf, traceTopic, type TraceProjection, type WholeUse } from './domain/trace-projection.ts';

/** Traces at once: prompts of a long profiling do not fit in the memory. */
const PORTION = 32;

/** Reads LLM calls and projects them on traces, a portion at a time. */
export class TraceSource {
  constructor(private readonly calls: CallsService) {}

  /** @param run its tag @param members all stages of the profiling @param stage the one of them whose traces are asked for */
  async *of(run: string, members: readonly StageKey[], stage: StageKey): AsyncGenerator<readonly TraceProjection[]> {
    const paidBy = new Set<string>(members);
    let portion: TraceProjection[] = [];
    for await (const calls of this.topicsOf(stage)) {
      portion.push(traceOf(run, calls, paidBy));
      if (portion.length < PORTION) continue;
      yield portion;
      portion = [];
    }
    if (portion.length > 0) yield portion;
  }

  /** The calls of a stage come in the order of what they are about; one topic may be cut by the end of a portion. */
  private async *topicsOf(stage: StageKey): AsyncGenerator<readonly [WholeUse, ...WholeUse[]]> {
    let open: [WholeUse, ...WholeUse[]] | null = null;
    for await (const portion of this.calls.whole([stage])) {
      for (const use of portion) {
        if (open !== null && traceTopic(open[0]) === traceTopic(use)) {
          open.push(use);
          continue;
        }
        if (open !== null) yield open;
        open = [use];
      }
    }
    if (open !== null) yield open;
  }
}
