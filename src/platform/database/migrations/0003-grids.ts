import { Table, type MigrationInterface, type QueryRunner } from 'typeorm';
import { primaryKey, toTable, type TableSketch } from '../table-sketch.ts';

const TABLES: readonly TableSketch[] = [
  {
    name: 'demands',
    columns: {
      submissionId: primaryKey,
      state: 'word',
      urgency: 'integer',
      concurrency: { is: 'integer', nullable: true },
    },
    indices: { demands_by_state: { columns: ['state'] } },
    references: [['submissionId', 'submissions', 'id', 'CASCADE']],
  },
  {
    name: 'leaderships',
    columns: { office: primaryKey, holder: 'key', host: 'key', pid: 'integer', leaseUntil: 'instant' },
  },
  {
    name: 'workers',
    columns: {
      id: primaryKey,
      host: 'key',
      pid: 'integer',
      slots: 'integer',
      codeVersions: 'json',
      startedAt: 'instant',
      seenAt: 'instant',
      endedAt: { is: 'instant', nullable: true },
    },
    indices: { workers_by_end: { columns: ['endedAt'] } },
  },
];

/** What a row gets that was there before. Written as SQL of both engines: TypeORM would copy whole tables on SQLite. */
const COLUMNS: readonly (readonly [table: string, column: string, definition: string])[] = [
  ['stages', 'failures', 'integer NOT NULL DEFAULT 0'],
  ['stages', 'not_before', 'bigint'],
  ['stages', 'urgency', 'integer NOT NULL DEFAULT 0'],
  ['stages', 'position', 'integer NOT NULL DEFAULT 0'],
  ['submission_stages', 'held', 'varchar(40)'],
  ['submissions', 'state', "varchar(40) NOT NULL DEFAULT 'active'"],
  ['submissions', 'reason', 'text'],
  ['submissions', 'active_since', 'bigint NOT NULL DEFAULT 0'],
];

export class Grids1790000000003 implements MigrationInterface {
  readonly name = 'Grids1790000000003';

  async up(runner: QueryRunner): Promise<void> {
    for (const sketch of TABLES) await runner.createTable(new Table(toTable(sketch)));
    for (const [table, column, definition] of COLUMNS)
      await runner.query(`ALTER TABLE ${table} ADD COLUMN ${column} ${definition}`);
    await runner.query('CREATE INDEX stages_by_turn ON stages (status, urgency DESC, position, key)');
    await runner.query('DROP INDEX stages_by_status');
    await runner.query(`UPDATE submissions SET state = 'finished' WHERE ended_at IS NOT NULL`);
    await runner.query(`UPDATE submissions SET active_since = created_at`);
    await runner.query(
      `INSERT INTO demands (submission_id, state, urgency) ` +
        `SELECT id, CASE WHEN ended_at IS NULL THEN 'open' ELSE 'closed' END, 0 FROM submissions`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX stages_by_status ON stages (status)');
    await runner.query('DROP INDEX stages_by_turn');
    for (const [table, column] of COLUMNS) await runner.query(`ALTER TABLE ${table} DROP COLUMN ${column}`);
    for (const { name } of [...TABLES].reverse()) await runner.dropTable(name);
  }
}
