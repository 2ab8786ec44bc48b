import { Table, type MigrationInterface, type QueryRunner } from 'typeorm';
import { primaryKey, toTable, type TableSketch } from '../table-sketch.ts';

const TABLES: readonly TableSketch[] = [
  {
    name: 'access_tokens',
    columns: {
      id: primaryKey,
      name: 'key',
      role: 'word',
      hash: 'key',
      createdAt: 'instant',
      expiresAt: { is: 'instant', nullable: true },
      usedAt: { is: 'instant', nullable: true },
      revokedAt: { is: 'instant', nullable: true },
    },
    indices: { access_tokens_by_hash: { columns: ['hash'], unique: true } },
  },
  {
    name: 'logins',
    columns: { hash: primaryKey, tokenId: 'key', createdAt: 'instant', expiresAt: 'instant' },
    indices: { logins_by_token: { columns: ['tokenId'] } },
    references: [['tokenId', 'access_tokens', 'id', 'CASCADE']],
  },
  {
    name: 'audit_entries',
    columns: {
      number: { is: 'bigInteger', primary: true },
      at: 'instant',
      who: { is: 'key', nullable: true },
      role: { is: 'word', nullable: true },
      address: 'key',
      deed: 'text',
      status: 'integer',
    },
  },
  {
    name: 'idempotent_answers',
    columns: { key: primaryKey, digest: 'key', answer: 'json', createdAt: 'instant' },
    indices: { idempotent_answers_by_age: { columns: ['createdAt'] } },
  },
];

export class Accounts1790000000005 implements MigrationInterface {
  readonly name = 'Accounts1790000000005';

  async up(runner: QueryRunner): Promise<void> {
    for (const sketch of TABLES) await runner.createTable(new Table(toTable(sketch)));
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const { name } of [...TABLES].reverse()) await runner.dropTable(name);
  }
}
