import type { ContentHash } from '#kernel/content-hash.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { CallDraft, CallOutcome, CallSubject } from '#science/llm/call-book.port.ts';
import type { LanguageModelAnswer } from '#science/llm/language-model.port.ts';
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

/** What a stage asks of its worker about an LLM call. Numbers are those of the questions of one process. */
export type CallRequest =
  /** Is there a kept answer? If so, its use is noted. */
  | { readonly kind: 'recall'; readonly number: number; readonly draft: CallDraft }
  /** The answer to a question that was recalled in vain: to be kept before it is used. */
  | { readonly kind: 'keep'; readonly number: number; readonly answer: LanguageModelAnswer; readonly latencyMs: number }
  | { readonly kind: 'judge'; readonly subject: CallSubject; readonly outcome: CallOutcome };

/** What the worker answers to `recall` (`null`: nobody asked before) and to `keep` (what is kept now, whoever was first). */
export type CallReply =
  | { readonly kind: 'recalled'; readonly number: number; readonly answer: LanguageModelAnswer | null }
  | { readonly kind: 'kept'; readonly number: number; readonly answer: LanguageModelAnswer };

/** What a worker tells a stage's process after its order. */
export interface CallReplies {
  readonly type: 'calls';
  readonly replies: readonly CallReply[];
}

/** What a stage's process answers: that it began, reports and calls, then one of the two ends. */
export type StageMessage =
  | { readonly type: 'started' }
  /** Several at once, since a stage asks many questions at the same time. */
  | { readonly type: 'calls'; readonly requests: readonly CallRequest[] }
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
