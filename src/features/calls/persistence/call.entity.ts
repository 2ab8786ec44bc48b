import { EntitySchema } from 'typeorm';
import { columns } from '#platform/database/columns.ts';

export interface CallRow {
  hash: string;
  scope: string;
  /** The stage that asked. */
  paidBy: string;
  model: string;
  parameters: string;
  messages: string;
  temperature: number;
  maxTokens: number;
  sample: number;
  /** As JSON: no engine takes every text that a model may give (a NUL, half a surrogate pair). */
  answer: string;
  finish: string;
  promptTokens: number;
  completionTokens: number;
  usd: number;
  latencyMs: number;
  answeredAt: Date;
}

export const callEntity = new EntitySchema<CallRow>({
  name: 'call',
  tableName: 'calls',
  columns: {
    hash: { ...columns.key, primary: true },
    scope: columns.key,
    paidBy: columns.key,
    model: columns.key,
    parameters: columns.json,
    messages: columns.json,
    temperature: columns.real,
    maxTokens: columns.integer,
    sample: columns.bigInteger,
    answer: columns.json,
    finish: columns.word,
    promptTokens: columns.integer,
    completionTokens: columns.integer,
    usd: columns.real,
    latencyMs: columns.real,
    answeredAt: columns.instant,
  },
  foreignKeys: [{ target: 'stage', columnNames: ['paidBy'], referencedColumnNames: ['key'] }],
});

export interface StageCallRow {
  stageKey: string;
  purpose: string;
  step: string;
  /** −1 for none: a part of a primary key cannot be absent. */
  session: number;
  attempt: number;
  variant: string;
  callHash: string;
  reused: boolean;
  outcome: string | null;
}

export const stageCallEntity = new EntitySchema<StageCallRow>({
  name: 'stage-call',
  tableName: 'stage_calls',
  columns: {
    stageKey: { ...columns.key, primary: true },
    purpose: { ...columns.word, primary: true },
    step: { ...columns.word, primary: true },
    session: { ...columns.integer, primary: true },
    attempt: { ...columns.integer, primary: true },
    variant: { ...columns.key, primary: true },
    callHash: columns.key,
    reused: columns.flag,
    outcome: { ...columns.word, nullable: true },
  },
  indices: [{ name: 'stage_calls_by_call', columns: ['callHash'] }],
  foreignKeys: [
    { target: 'stage', columnNames: ['stageKey'], referencedColumnNames: ['key'] },
    { target: 'call', columnNames: ['callHash'], referencedColumnNames: ['hash'] },
  ],
});
