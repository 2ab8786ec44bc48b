import { EntitySchema } from 'typeorm';
import { columns } from '#platform/database/columns.ts';

/** What was answered to a request with a key, for whoever sends it again. */
export interface IdempotentAnswerRow {
  /** Hash of who asked and his key. */
  key: string;
  /** Hash of what was asked. */
  digest: string;
  answer: string;
  createdAt: Date;
}

export const idempotentAnswerEntity = new EntitySchema<IdempotentAnswerRow>({
  name: 'idempotent-answer',
  tableName: 'idempotent_answers',
  columns: {
    key: { ...columns.key, primary: true },
    digest: columns.key,
    answer: columns.json,
    createdAt: columns.instant,
  },
  indices: [{ name: 'idempotent_answers_by_age', columns: ['createdAt'] }],
});
