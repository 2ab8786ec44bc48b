import { Table, type MigrationInterface, type QueryRunner } from 'typeorm';
import { primaryKey, toTable, type TableSketch } from '../table-sketch.ts';

const TABLES: readonly TableSketch[] = [
  {
    name: 'calls',
    columns: {
      hash: primaryKey,
      scope: 'key',
      paidBy: 'key',
      model: 'key',
      parameters: 'json',
      messages: 'json',
      temperature: 'real',
      maxTokens: 'integer',
      sample: 'bigInteger',
      answer: 'json',
      finish: 'word',
      promptTokens: 'integer',
      completionTokens: 'integer',
      usd: 'real',
      latencyMs: 'real',
      answeredAt: 'instant',
    },
    references: [['paidBy', 'stages', 'key']],
  },
  {
    name: 'stage_calls',
    columns: {
      stageKey: primaryKey,
      purpose: { is: 'word', primary: true },
      step: { is: 'word', primary: true },
      session: { is: 'integer', primary: true },
      attempt: { is: 'integer', primary: true },
      variant: primaryKey,
      callHash: 'key',
      reused: 'flag',
      outcome: { is: 'word', nullable: true },
    },
    indices: { stage_calls_by_call: { columns: ['callHash'] } },
    references: [
      ['stageKey', 'stages', 'key'],
      ['callHash', 'calls', 'hash'],
    ],
  },
];

export class LlmCalls1790000000002 implements MigrationInterface {
  readonly name = 'LlmCalls1790000000002';

  async up(runner: QueryRunner): Promise<void> {
    for (const sketch of TABLES) await runner.createTable(new Table(toTable(sketch)));
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const { name } of [...TABLES].reverse()) await runner.dropTable(name);
  }
}
