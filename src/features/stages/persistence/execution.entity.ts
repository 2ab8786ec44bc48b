import { EntitySchema } from 'typeorm';
import { columns } from '#platform/database/columns.ts';

export interface ExecutionRow {
  id: string;
  stageKey: string;
  token: number;
  status: string;
  host: string;
  pid: number;
  leaseUntil: Date;
  claimedAt: Date;
  endedAt: Date | null;
  error: string | null;
  usage: string | null;
  environment: string;
}

export const executionEntity = new EntitySchema<ExecutionRow>({
  name: 'execution',
  tableName: 'executions',
  columns: {
    id: { ...columns.key, primary: true },
    stageKey: columns.key,
    token: columns.integer,
    status: columns.word,
    host: columns.key,
    pid: columns.integer,
    leaseUntil: columns.instant,
    claimedAt: columns.instant,
    endedAt: { ...columns.instant, nullable: true },
    error: { ...columns.json, nullable: true },
    usage: { ...columns.json, nullable: true },
    environment: columns.json,
  },
  indices: [
    { name: 'executions_by_token', columns: ['stageKey', 'token'], unique: true },
    { name: 'executions_by_lease', columns: ['status', 'leaseUntil'] },
  ],
  foreignKeys: [{ target: 'stage', columnNames: ['stageKey'], referencedColumnNames: ['key'] }],
});

export interface MetricRow {
  stageKey: string;
  split: string;
  name: string;
  step: number;
  value: number;
}

export const metricEntity = new EntitySchema<MetricRow>({
  name: 'metric',
  tableName: 'metrics',
  columns: {
    stageKey: { ...columns.key, primary: true },
    split: { ...columns.word, primary: true },
    name: { ...columns.key, primary: true },
    step: { ...columns.integer, primary: true },
    value: columns.real,
  },
  foreignKeys: [{ target: 'stage', columnNames: ['stageKey'], referencedColumnNames: ['key'] }],
});
