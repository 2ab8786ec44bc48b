import { CommanderError } from 'commander';
import { isDomainError } from '#kernel/domain-error.ts';

export const EXIT = {
  done: 0,
  failed: 1,
  /** Wrong usage or manifest. */
  usage: 2,
  /** Refused: budget, approval. */
  refused: 3,
  finishedWithFailures: 4,
  verificationFailed: 5,
  /** By Ctrl-C, as shells count it. */
  interrupted: 130,
} as const;

/** What went wrong outside of what was asked for, or was there already; every other refusal is about the asking. */
const FAILURES: ReadonlySet<string> = new Set([
  'DATABASE_FAILED',
  'DATABASE_UNREACHABLE',
  'PORT_IN_USE',
  'PROGRAM_ENDED',
  'SERVER_ANSWER',
  'SERVER_UNREACHABLE',
  'SERVICE_UNAVAILABLE',
  'TOO_MANY_ATTEMPTS',
  'TOO_MANY_REQUESTS',
  'DAMAGED_ARTIFACT',
  // Of a server: its log has what happened.
  'DEFECT',
  'MLFLOW_ANSWER',
  'MLFLOW_CREDENTIALS',
  'MLFLOW_HOST_CHECK',
  'MLFLOW_TOO_OLD',
  'MLFLOW_UNAVAILABLE',
  'NOTHING_TO_DO',
  'STORAGE_FAILED',
  'STAGE_DIED',
  'STALE_EXECUTION',
  'WORKSPACE_UNWRITABLE',
]);

/** What was understood and could be done, if somebody allowed it. */
const REFUSALS: ReadonlySet<string> = new Set([
  'APPROVAL_NEEDED',
  'CODE_CHANGED',
  'EXPERIMENT_IS_RUNNING',
  'FORBIDDEN',
  'LIMIT_EXCEEDED',
  'NEEDS_AUTHENTICATION',
  'NOT_CONFIRMED',
  'OTHER_CODE_VERSION',
  'UNAUTHENTICATED',
]);

/** Of whatever `runCommandLine` may catch; commander ends with an error of its own after help and version. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return EXIT.done;
  if (!isDomainError(error)) return EXIT.failed;
  if (error.code === 'INTERRUPTED') return EXIT.interrupted;
  if (REFUSALS.has(error.code)) return EXIT.refused;
  return FAILURES.has(error.code) ? EXIT.failed : EXIT.usage;
}
