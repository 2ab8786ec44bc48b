import { Table, type MigrationInterface, type QueryRunner } from 'typeorm';
import { primaryKey, toTable, type TableSketch } from '../table-sketch.ts';

const key = primaryKey;

const TABLES: readonly TableSketch[] = [
  {
    name: 'datasets',
    columns: {
      name: key,
      digest: 'key',
      columns: 'json',
      counts: 'json',
      files: 'json',
      origin: 'json',
      createdAt: 'instant',
    },
  },
  { name: 'artifacts', columns: { hash: key, bytes: 'bigInteger', createdAt: 'instant' } },
  {
    name: 'artifact_links',
    columns: { ownerKind: { is: 'word', primary: true }, ownerId: key, name: key, hash: 'key' },
    indices: { artifact_links_by_hash: { columns: ['hash'] } },
    references: [['hash', 'artifacts', 'hash']],
  },
  { name: 'experiments', columns: { name: key, createdAt: 'instant' } },
  {
    name: 'revisions',
    columns: {
      id: key,
      experiment: 'key',
      number: 'integer',
      manifest: 'json',
      source: 'text',
      createdAt: 'instant',
    },
    indices: { revisions_by_number: { columns: ['experiment', 'number'], unique: true } },
    references: [['experiment', 'experiments', 'name', 'CASCADE']],
  },
  {
    name: 'submissions',
    columns: { id: key, revisionId: 'key', createdAt: 'instant', endedAt: { is: 'instant', nullable: true } },
    indices: { submissions_by_revision: { columns: ['revisionId'], unique: true } },
    references: [['revisionId', 'revisions', 'id', 'CASCADE']],
  },
  {
    name: 'stages',
    columns: {
      key,
      kind: 'word',
      codeVersion: 'key',
      parameters: 'json',
      inputs: 'json',
      status: 'word',
      token: 'integer',
      createdAt: 'instant',
      endedAt: { is: 'instant', nullable: true },
    },
    indices: { stages_by_status: { columns: ['status'] } },
  },
  {
    name: 'stage_inputs',
    columns: { stageKey: key, sourceKey: key },
    indices: { stage_inputs_by_source: { columns: ['sourceKey'] } },
    references: [
      ['stageKey', 'stages', 'key'],
      ['sourceKey', 'stages', 'key'],
    ],
  },
  {
    name: 'submission_stages',
    columns: { submissionId: key, stageKey: key, priority: 'integer' },
    indices: { submission_stages_by_stage: { columns: ['stageKey'] } },
    references: [
      ['submissionId', 'submissions', 'id', 'CASCADE'],
      ['stageKey', 'stages', 'key'],
    ],
  },
  {
    name: 'executions',
    columns: {
      id: key,
      stageKey: 'key',
      token: 'integer',
      status: 'word',
      host: 'key',
      pid: 'integer',
      leaseUntil: 'instant',
      claimedAt: 'instant',
      endedAt: { is: 'instant', nullable: true },
      error: { is: 'json', nullable: true },
      usage: { is: 'json', nullable: true },
      environment: 'json',
    },
    indices: {
      executions_by_token: { columns: ['stageKey', 'token'], unique: true },
      executions_by_lease: { columns: ['status', 'leaseUntil'] },
    },
    references: [['stageKey', 'stages', 'key']],
  },
  {
    name: 'metrics',
    columns: {
      stageKey: key,
      split: { is: 'word', primary: true },
      name: key,
      step: { is: 'integer', primary: true },
      value: 'real',
    },
    references: [['stageKey', 'stages', 'key']],
  },
  {
    name: 'trials',
    columns: {
      id: key,
      revisionId: 'key',
      position: 'integer',
      arm: 'text',
      dataset: 'key',
      trainSeed: { is: 'integer', nullable: true },
      profileSeed: { is: 'integer', nullable: true },
      settings: 'json',
      protocol: 'json',
    },
    indices: { trials_by_position: { columns: ['revisionId', 'position'], unique: true } },
    references: [['revisionId', 'revisions', 'id', 'CASCADE']],
  },
  {
    name: 'trial_stages',
    columns: { trialId: key, stageKey: key, position: 'integer' },
    indices: { trial_stages_by_stage: { columns: ['stageKey'] } },
    references: [
      ['trialId', 'trials', 'id', 'CASCADE'],
      ['stageKey', 'stages', 'key'],
    ],
  },
  {
    name: 'events',
    columns: {
      number: { is: 'bigInteger', primary: true },
      at: 'instant',
      kind: 'word',
      subjectKind: 'word',
      subjectId: 'key',
      payload: 'json',
      previousHash: 'key',
      hash: 'key',
    },
    indices: { events_by_subject: { columns: ['subjectKind', 'subjectId'] } },
  },
];

export class FirstTables1790000000001 implements MigrationInterface {
  readonly name = 'FirstTables1790000000001';

  async up(runner: QueryRunner): Promise<void> {
    for (const sketch of TABLES) await runner.createTable(new Table(toTable(sketch)));
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const { name } of [...TABLES].reverse()) await runner.dropTable(name);
  }
}
