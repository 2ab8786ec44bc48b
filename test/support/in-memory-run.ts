import type { PlannedStage, StageKey } from '#features/stages/domain/stage.ts';
import type { ContentHash } from '#kernel/content-hash.ts';
import { loadOnnxRuntime } from '#platform/onnx-runtime/on-demand.ts';
import { MemoryCallBook } from './memory-call-book.ts';
import { finishStage, type FinishedStage } from './run-stage.ts';

/** Runs planned stages one after the other in this process: the plan and the science of a home, without its data base. */
export class InMemoryRun {
  readonly done = new Map<StageKey, FinishedStage>();
  /** Of all stages: what one asked, a later one is not asked again. */
  readonly calls = new MemoryCallBook();

  /** @param files the files of the data set, by hash. */
  constructor(private readonly files: ReadonlyMap<ContentHash, Uint8Array>) {}

  /** Runs those that have not run, in their order. */
  async run(stages: readonly PlannedStage[]): Promise<void> {
    for (const stage of stages) {
      if (this.done.has(stage.key)) continue;
      const { kind, parameters } = stage;
      const { calls } = this;
      const artifacts = this.inputsOf(stage);
      this.done.set(stage.key, await finishStage(kind, { parameters, artifacts, loadRuntime: loadOnnxRuntime, calls }));
    }
  }

  /** What a stage is given, once those that it reads have run. */
  inputsOf({ inputs }: PlannedStage): Readonly<Record<string, Uint8Array>> {
    return Object.fromEntries(
      Object.entries(inputs).map(([name, source]) => [
        name,
        source.from === 'dataset' ? this.fileOf(source.hash) : this.artifactOf(source.stage, source.artifact),
      ]),
    );
  }

  /** What the last stage of a kind made. */
  of(stages: readonly PlannedStage[], kind: PlannedStage['kind']): FinishedStage {
    const stage = stages.findLast((one) => one.kind === kind);
    const finished = stage === undefined ? undefined : this.done.get(stage.key);
    if (finished === undefined) throw new Error(`No stage ${kind} has run.`);
    return finished;
  }

  private fileOf(hash: ContentHash): Uint8Array {
    const bytes = this.files.get(hash);
    if (bytes === undefined) throw new Error(`The data set has no file ${hash}.`);
    return bytes;
  }

  private artifactOf(stage: StageKey, name: string): Uint8Array {
    const bytes = this.done.get(stage)?.artifacts[name];
    if (bytes === undefined) throw new Error(`Stage ${stage} made no ${name}.`);
    return bytes;
  }
}
