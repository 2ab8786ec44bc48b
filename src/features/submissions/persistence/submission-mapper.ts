import type { Submission } from '../domain/submission.ts';
import type { SubmissionRow } from './submission.entity.ts';

export function toSubmission(row: SubmissionRow): Submission {
  return { id: row.id, revision: row.revisionId, createdAt: row.createdAt, endedAt: row.endedAt };
}
