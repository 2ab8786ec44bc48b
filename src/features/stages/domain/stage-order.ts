import type { ContentHash } from '#kernel/content-hash.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { EpochReport, MetricPoint, ProgressReport, StageKind } from '#science/stages/stage.ts';
import type { StageFailure, StageSource, StageUsage } from './stage.ts';

/** A file that a stage reads, with the hash that it must have. */
export interface StageInput {
  readonly path: string;
  readonly hash: ContentHash;
  readonly from: StageSource['from'];
}

/** What a worker tells a stage's process: files to read, and a folder to write into. */
export interface StageOrder {
  readonly kind: StageKind;
  readonly parameters: JsonObject;
  readonly inputs: Readonly<Record<string, StageInput>>;
  readonly outputFolder: string;
}

/** An epoch as its process tells it: the checkpoint is a file of the output folder, and the time is measured. */
export interface EpochMessage extends Omit<EpochReport, 'kind' | 'checkpoint'> {
  readonly type: 'epoch';
  readonly checkpoint: string;
  /** Since the epoch before, or the start of the process. */
  readonly seconds: number;
}

/** What a stage's process answers: that it began, reports, then one of the two ends. */
export type StageMessage =
  | { readonly type: 'started' }
  | { readonly type: 'report'; readonly report: ProgressReport }
  | EpochMessage
  | {
      readonly type: 'done';
      /** Names of the files written to the output folder. */
      readonly files: readonly string[];
      readonly metrics: readonly MetricPoint[];
      readonly usage: StageUsage;
    }
  | { readonly type: 'failed'; readonly failure: StageFailure };
