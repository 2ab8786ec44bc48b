import type { JsonObject } from '#kernel/json.ts';
import type { TensorRuntime } from '#science/engine/runtime.port.ts';
import type { CallBook } from '#science/llm/call-book.port.ts';

/** The steps that a trial can have, in the order in which it takes them. */
export const STAGE_KINDS = [
  'sessions',
  'baseline',
  'warm-up',
  'uncertainty',
  'selection',
  'pool',
  'profiling-batch',
  'profiling-finalise',
  'probe',
  'training',
  'projection',
  'evaluation',
] as const;
export type StageKind = (typeof STAGE_KINDS)[number];

/** What a stage is given: everything that determines its output, and nothing else (the same that its key is made of). */
export interface StageInput<Parameters = JsonObject> {
  readonly parameters: Parameters;
  /** Bytes of the input artifacts by name, for instance `train`, `test`, `model`. */
  readonly artifacts: Readonly<Record<string, Uint8Array>>;
  /** What runs trained models; loaded only by a stage that has one. */
  readonly loadRuntime: () => Promise<TensorRuntime>;
  /** Where its LLM calls are kept; only a stage that asks a language model touches it. */
  readonly calls: CallBook;
}

/** How far a stage is, or what a person should know of it. */
export type ProgressReport =
  | { readonly kind: 'progress'; readonly done: number; readonly total: number; readonly unit: string }
  | { readonly kind: 'warning'; readonly message: string };

/** What a stage tells while it works. The worker shows and keeps it, and cancels by not asking for the next. */
export type StageReport = ProgressReport | EpochReport;

/** The end of an epoch. What it measured and the state from which training can go on are recorded together. */
export interface EpochReport {
  readonly kind: 'epoch';
  /** From 1. */
  readonly epoch: number;
  /** The most there can be. */
  readonly epochs: number;
  /** Items that the loss of this epoch looked at. */
  readonly tokens: number;
  readonly metrics: readonly MetricPoint[];
  /** Bytes of a file; a stage that is given them as the artifact `checkpoint` ends in the same bits as one never interrupted. */
  readonly checkpoint: Uint8Array;
}

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
