import { EntitySchema } from 'typeorm';
import { columns } from '#platform/database/columns.ts';

export interface EventRow {
  number: number;
  at: Date;
  kind: string;
  subjectKind: string;
  subjectId: string;
  payload: string;
  previousHash: string;
  hash: string;
}

export const eventEntity = new EntitySchema<EventRow>({
  name: 'event',
  tableName: 'events',
  columns: {
    number: { ...columns.bigInteger, primary: true },
    at: columns.instant,
    kind: columns.word,
    subjectKind: columns.word,
    subjectId: columns.key,
    payload: columns.json,
    previousHash: columns.key,
    hash: columns.key,
  },
  indices: [{ name: 'events_by_subject', columns: ['subjectKind', 'subjectId'] }],
});
