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
    createdAt: columns.instant,
    endedAt: { ...columns.instant, nullable: true },
  },
  indices: [{ name: 'stages_by_status', columns: ['status'] }],
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
}

export const submissionStageEntity = new EntitySchema<SubmissionStageRow>({
  name: 'submission-stage',
  tableName: 'submission_stages',
  columns: {
    submissionId: { ...columns.key, primary: true },
    stageKey: { ...columns.key, primary: true },
    priority: columns.integer,
  },
  indices: [{ name: 'submission_stages_by_stage', columns: ['stageKey'] }],
  foreignKeys: [
    { target: 'submission', columnNames: ['submissionId'], referencedColumnNames: ['id'], onDelete: 'CASCADE' },
    { target: 'stage', columnNames: ['stageKey'], referencedColumnNames: ['key'] },
  ],
});
