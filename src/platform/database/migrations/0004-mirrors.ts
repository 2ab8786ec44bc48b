import { Table, type MigrationInterface, type QueryRunner } from 'typeorm';
import { primaryKey, toTable, type TableSketch } from '../table-sketch.ts';

const TABLES: readonly TableSketch[] = [
  {
    name: 'mirrors',
    columns: {
      server: primaryKey,
      url: 'text',
      mirroredThrough: 'bigInteger',
      problem: { is: 'text', nullable: true },
      problemSince: { is: 'instant', nullable: true },
      mirroredAt: { is: 'instant', nullable: true },
    },
  },
  {
    name: 'mirrored_runs',
    columns: {
      server: primaryKey,
      subjectKind: { is: 'word', primary: true },
      subjectId: primaryKey,
      experimentId: 'key',
      runId: 'key',
      told: 'key',
      hasEnded: 'flag',
      problem: { is: 'text', nullable: true },
    },
    references: [['server', 'mirrors', 'server', 'CASCADE']],
  },
];

export class Mirrors1790000000004 implements MigrationInterface {
  readonly name = 'Mirrors1790000000004';

  async up(runner: QueryRunner): Promise<void> {
    for (const sketch of TABLES) await runner.createTable(new Table(toTable(sketch)));
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const { name } of [...TABLES].reverse()) await runner.dropTable(name);
  }
}
