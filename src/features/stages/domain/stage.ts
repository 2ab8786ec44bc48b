import type { ContentHash } from '#kernel/content-hash.ts';
import { DomainError } from '#kernel/domain-error.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { StageKind } from '#science/stages/stage.ts';

/** Hash of everything that determines a stage's output; equal keys are the same work. */
export type StageKey = ContentHash & { readonly __stage: true };

/** An artifact that a stage reads: of the data set by its hash, or of an earlier stage by its name. */
export type StageSource =
  | { readonly from: 'dataset'; readonly hash: ContentHash }
  | { readonly from: 'stage'; readonly stage: StageKey; readonly artifact: string };

/** One step of a trial as planned. Trials that plan the same key share the stage. */
export interface PlannedStage {
  readonly key: StageKey;
  readonly kind: StageKind;
  readonly codeVersion: string;
  readonly parameters: JsonObject;
  /** By the name under which the stage reads it. */
  readonly inputs: Readonly<Record<string, StageSource>>;
}

export type StageStatus = 'blocked' | 'ready' | 'running' | 'succeeded' | 'failed' | 'cancelled';

/**
 * What may follow what. Whatever is to run (again) is blocked first, and ready once all it reads has succeeded and somebody
 * still wants it. A succeeded stage runs again only when its artifacts were lost.
 */
export const NEXT_STATUS: Readonly<Record<StageStatus, readonly StageStatus[]>> = {
  blocked: ['ready', 'cancelled'],
  ready: ['running', 'blocked', 'cancelled'],
  running: ['succeeded', 'failed', 'blocked', 'cancelled'],
  succeeded: ['blocked'],
  failed: ['blocked'],
  cancelled: ['blocked'],
};

/** The states from which a stage may become `next`: the guard of every change of state. */
export function statusesBefore(next: StageStatus): readonly StageStatus[] {
  return (Object.keys(NEXT_STATUS) as StageStatus[]).filter((status) => NEXT_STATUS[status].includes(next));
}

export interface Stage extends PlannedStage {
  readonly status: StageStatus;
  readonly createdAt: Date;
  readonly endedAt: Date | null;
}

/** What a stage used, as its process measured it. */
export interface StageUsage {
  /** From the start of the process to its last byte, in seconds. */
  readonly seconds: number;
  /** User and system time, in seconds. */
  readonly cpuSeconds: number;
  readonly peakMemoryBytes: number;
}

export interface StageFailure {
  readonly code: string;
  readonly message: string;
  /** Where a defect was thrown, for a report of it; `null` for a refusal, whose message says all. */
  readonly stack: string | null;
  /** A refusal comes again with every try; a mishap, such as a process that was killed, may not. */
  readonly isRefusal: boolean;
}

/** What a person should know of a stage, as it said itself. */
export interface StageWarning {
  readonly stage: StageKey;
  readonly kind: StageKind;
  readonly message: string;
  readonly at: Date;
}

export type ExecutionStatus = 'running' | 'succeeded' | 'failed' | 'orphaned' | 'interrupted' | 'cancelled';

/** One try of a stage by one worker. */
export interface Execution {
  readonly id: string;
  readonly stage: StageKey;
  readonly token: number;
  readonly status: ExecutionStatus;
  readonly host: string;
  readonly pid: number;
  readonly claimedAt: Date;
  readonly endedAt: Date | null;
  readonly error: StageFailure | null;
  readonly usage: StageUsage | null;
}

/** Stages of one kind and method take a like time. */
export function workOf(stage: Pick<PlannedStage, 'kind' | 'parameters'>): string {
  const { method } = stage.parameters;
  return typeof method === 'string' ? `${stage.kind} ${method}` : stage.kind;
}

export class StageNotFoundError extends DomainError<'STAGE_NOT_FOUND'> {
  constructor(key: string) {
    super(
      'STAGE_NOT_FOUND',
      `No stage whose key begins with ${JSON.stringify(key)}. \`sprintlab stages list\` shows them.`,
    );
  }
}

export class AmbiguousStageError extends DomainError<'AMBIGUOUS_STAGE'> {
  constructor(key: string) {
    super('AMBIGUOUS_STAGE', `${key} begins the keys of several stages; give more of its digits.`);
  }
}

/** A worker that was taken for dead comes back: its result is refused, since another may have replaced it. */
export class StaleExecutionError extends DomainError<'STALE_EXECUTION'> {
  constructor(execution: string) {
    super('STALE_EXECUTION', `Execution ${execution} lost its lease; its result is not recorded.`);
  }
}
