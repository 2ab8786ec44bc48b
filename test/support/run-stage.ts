import { loadStage } from '#science/stages/registry.ts';
import { MemoryCallBook } from './memory-call-book.ts';
import type { StageInput, StageKind, StageOutput, StageReport } from '#science/stages/stage.ts';

export interface FinishedStage extends StageOutput {
  readonly reports: readonly StageReport[];
}

/** Runs a stage to its end. Without a runtime it must be one that neither trains nor loads a trained model. */
export async function finishStage(
  kind: StageKind,
  input: Pick<StageInput, 'parameters' | 'artifacts'> & Partial<StageInput>,
): Promise<FinishedStage> {
  const loadRuntime = (): never => {
    throw new Error('This stage was given no runtime.');
  };
  const running = (await loadStage(kind))({ loadRuntime, calls: new MemoryCallBook(), ...input });
  const reports: StageReport[] = [];
  for (;;) {
    const step = await running.next();
    if (step.done === true) return { ...step.value, reports };
    reports.push(step.value);
  }
}
