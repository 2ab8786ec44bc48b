import { EntitySchema } from 'typeorm';
import { columns } from '#platform/database/columns.ts';

export interface TrialRow {
  id: string;
  revisionId: string;
  /** Place in the plan, from 0. */
  position: number;
  arm: string;
  dataset: string;
  trainSeed: number | null;
  profileSeed: number | null;
  settings: string;
  protocol: string;
}

export const trialEntity = new EntitySchema<TrialRow>({
  name: 'trial',
  tableName: 'trials',
  columns: {
    id: { ...columns.key, primary: true },
    revisionId: columns.key,
    position: columns.integer,
    arm: columns.text,
    dataset: columns.key,
    trainSeed: { ...columns.integer, nullable: true },
    profileSeed: { ...columns.integer, nullable: true },
    settings: columns.json,
    protocol: columns.json,
  },
  indices: [{ name: 'trials_by_position', columns: ['revisionId', 'position'], unique: true }],
  foreignKeys: [
    { target: 'revision', columnNames: ['revisionId'], referencedColumnNames: ['id'], onDelete: 'CASCADE' },
  ],
});

export interface TrialStageRow {
  trialId: string;
  stageKey: string;
  /** Place in the trial, from 0: inputs before what reads them. */
  position: number;
}

export const trialStageEntity = new EntitySchema<TrialStageRow>({
  name: 'trial-stage',
  tableName: 'trial_stages',
  columns: {
    trialId: { ...columns.key, primary: true },
    stageKey: { ...columns.key, primary: true },
    position: columns.integer,
  },
  indices: [{ name: 'trial_stages_by_stage', columns: ['stageKey'] }],
  foreignKeys: [
    { target: 'trial', columnNames: ['trialId'], referencedColumnNames: ['id'], onDelete: 'CASCADE' },
    { target: 'stage', columnNames: ['stageKey'], referencedColumnNames: ['key'] },
  ],
});
