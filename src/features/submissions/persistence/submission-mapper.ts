import type { PauseReason, Submission, SubmissionState } from '../domain/submission.ts';
import type { SubmissionRow } from './submission.entity.ts';

export function toSubmission(row: SubmissionRow): Submission {
  return {
    id: row.id,
    revision: row.revisionId,
    state: row.state as SubmissionState,
    reason: row.reason === null ? null : (JSON.parse(row.reason) as PauseReason),
    activeSince: row.activeSince,
    createdAt: row.createdAt,
    endedAt: row.endedAt,
  };
}
