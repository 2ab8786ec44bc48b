import { EntitySchema } from 'typeorm';
import { columns } from '#platform/database/columns.ts';

export interface StageRow {
  key: string;
  kind: string;
  codeVersion: string;
  parameters: string;
  inputs: string;
  status: string;
  /** The fencing token of its latest execution; 0 before the first. */
  token: number;
  /** Executions in a row that ended by a mishap, not by a refusal: after some the stage has failed. */
  failures: number;
  /** After a mishap, when it may be tried again. */
  notBefore: Date | null;
  /** Of the demand that released it: larger goes first. */
  urgency: number;
  /** Its place in the plan that first wanted it: smaller goes first. */
  position: number;
  createdAt: Date;
  endedAt: Date | null;
}

export const stageEntity = new EntitySchema<StageRow>({
  name: 'stage',
  tableName: 'stages',
  columns: {
    key: { ...columns.key, primary: true },
    kind: columns.word,
    codeVersion: columns.key,
    parameters: columns.json,
    inputs: columns.json,
    status: columns.word,
    token: columns.integer,
    failures: { ...columns.integer, default: 0 },
    notBefore: { ...columns.instant, nullable: true },
    urgency: { ...columns.integer, default: 0 },
    position: { ...columns.integer, default: 0 },
    createdAt: columns.instant,
    endedAt: { ...columns.instant, nullable: true },
  },
  indices: [{ name: 'stages_by_turn', columns: ['status', 'urgency', 'position', 'key'] }],
});

/** The edges of the stage graph, for releasing what waits for a stage. */
export interface StageInputRow {
  stageKey: string;
  sourceKey: string;
}

export const stageInputEntity = new EntitySchema<StageInputRow>({
  name: 'stage-input',
  tableName: 'stage_inputs',
  columns: {
    stageKey: { ...columns.key, primary: true },
    sourceKey: { ...columns.key, primary: true },
  },
  indices: [{ name: 'stage_inputs_by_source', columns: ['sourceKey'] }],
  foreignKeys: [
    { target: 'stage', columnNames: ['stageKey'], referencedColumnNames: ['key'] },
    { target: 'stage', columnNames: ['sourceKey'], referencedColumnNames: ['key'] },
  ],
});

/** What a submission wants done, and in what order. A stage is done once, however many submissions want it. */
export interface SubmissionStageRow {
  submissionId: string;
  stageKey: string;
  /** Smaller goes first. */
  priority: number;
  /** Why it must wait though the submission goes on; `null` for what may run. */
  held: string | null;
}

export const submissionStageEntity = new EntitySchema<SubmissionStageRow>({
  name: 'submission-stage',
  tableName: 'submission_stages',
  columns: {
    submissionId: { ...columns.key, primary: true },
    stageKey: { ...columns.key, primary: true },
    priority: columns.integer,
    held: { ...columns.word, nullable: true },
  },
  indices: [{ name: 'submission_stages_by_stage', columns: ['stageKey'] }],
  foreignKeys: [
    { target: 'submission', columnNames: ['submissionId'], referencedColumnNames: ['id'], onDelete: 'CASCADE' },
    { target: 'stage', columnNames: ['stageKey'], referencedColumnNames: ['key'] },
  ],
});
