import type { RecordedEvent } from '#features/events/domain/event.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { StageKind } from '#science/stages/stage.ts';
import type {
  Execution,
  ExecutionStatus,
  PlannedStage,
  Stage,
  StageFailure,
  StageKey,
  StageSource,
  StageStatus,
  StageUsage,
  StageWarning,
} from '../domain/stage.ts';
import type { Claim } from '../stage-queue.port.ts';
import type { ClaimedRow } from './claim-statements.ts';
import type { ExecutionRow } from './execution.entity.ts';
import type { StageRow } from './stage.entity.ts';

export function toStage(row: Omit<StageRow, 'failures' | 'notBefore' | 'token' | 'urgency' | 'position'>): Stage {
  return {
    key: row.key as StageKey,
    kind: row.kind as StageKind,
    codeVersion: row.codeVersion,
    parameters: JSON.parse(row.parameters) as JsonObject,
    inputs: JSON.parse(row.inputs) as Record<string, StageSource>,
    status: row.status as StageStatus,
    createdAt: row.createdAt,
    endedAt: row.endedAt,
  };
}

export function toClaim({ execution, ...row }: ClaimedRow): Claim {
  const stage = { ...row, status: 'running', createdAt: new Date(Number(row.createdAt)), endedAt: null };
  return { stage: toStage(stage), execution, token: row.token };
}

/** @param position its place in the plan */
export function toStageRow(stage: PlannedStage, position: number, createdAt: Date): StageRow {
  return {
    key: stage.key,
    kind: stage.kind,
    codeVersion: stage.codeVersion,
    parameters: JSON.stringify(stage.parameters),
    inputs: JSON.stringify(stage.inputs),
    status: 'blocked',
    token: 0,
    failures: 0,
    notBefore: null,
    urgency: 0,
    position,
    createdAt,
    endedAt: null,
  };
}

export function toExecution(row: ExecutionRow): Execution {
  return {
    id: row.id,
    stage: row.stageKey as StageKey,
    token: row.token,
    status: row.status as ExecutionStatus,
    host: row.host,
    pid: row.pid,
    claimedAt: row.claimedAt,
    endedAt: row.endedAt,
    error: row.error === null ? null : (JSON.parse(row.error) as StageFailure),
    usage: row.usage === null ? null : (JSON.parse(row.usage) as StageUsage),
  };
}

/** Of an event `warned`. */
export function toWarning({ subject, payload, at }: RecordedEvent): StageWarning {
  const { kind, message } = payload as Pick<StageWarning, 'kind' | 'message'>;
  return { stage: subject.id as StageKey, kind, message, at };
}
