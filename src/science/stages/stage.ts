import type { JsonObject } from '#kernel/json.ts';

/** The steps that a trial can have, in the order in which it takes them. */
export const STAGE_KINDS = ['sessions', 'baseline', 'evaluation'] as const;
export type StageKind = (typeof STAGE_KINDS)[number];

/** What a stage is given: everything that determines its output, and nothing else (the same that its key is made of). */
export interface StageInput<Parameters = JsonObject> {
  readonly parameters: Parameters;
  /** Bytes of the input artifacts by name, for instance `train`, `test`, `model`. */
  readonly artifacts: Readonly<Record<string, Uint8Array>>;
}

/** What a stage tells while it works. The worker shows it, and cancels by not asking for the next. */
export type StageReport =
  | { readonly kind: 'progress'; readonly done: number; readonly total: number; readonly unit: string }
  | { readonly kind: 'warning'; readonly message: string };

/** One number that a stage measured. `split` is the data it was measured on; `step` is the epoch for series, else 0. */
export interface MetricPoint {
  readonly name: string;
  readonly split: 'valid' | 'test' | 'train';
  readonly step: number;
  readonly value: number;
}

export interface StageOutput {
  /** Bytes by file name, for instance `ranks.safetensors`; the same input gives the same bytes. */
  readonly artifacts: Readonly<Record<string, Uint8Array>>;
  readonly metrics: readonly MetricPoint[];
}

/** A stage is a generator of reports that returns its output: science yields, the application records. */
export type StageRun = Generator<StageReport, StageOutput> | AsyncGenerator<StageReport, StageOutput>;
export type StageFunction<Parameters = JsonObject> = (input: StageInput<Parameters>) => StageRun;
