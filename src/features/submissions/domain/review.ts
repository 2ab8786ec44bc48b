import type { Manifest } from '#features/experiments/domain/manifest-schema.ts';
import type { StageStatus } from '#features/stages/domain/stage.ts';
import type { PauseReason } from './submission.ts';

/** How an active submission stands. */
export interface SubmissionFacts {
  readonly rules: Pick<Manifest, 'limits' | 'onFailure'>;
  readonly activeHours: number;
  /** The message of each stage that has failed. */
  readonly failures: readonly string[];
  /** Of the trial that runs alone first; `null` when no stage waits for one. */
  readonly canary: readonly StageStatus[] | null;
  /** Stages that run, may run, or wait for anything but a stage that has failed or was cancelled. */
  readonly open: number;
}

export type Decision =
  | { readonly kind: 'go on' }
  | { readonly kind: 'pause'; readonly reason: PauseReason }
  | { readonly kind: 'end the canary' }
  | { readonly kind: 'finish' };

/** What becomes of an active submission. */
export function review({ rules, activeHours, failures, canary, open }: SubmissionFacts): Decision {
  const { hours } = rules.limits;
  if (canary?.includes('failed') === true) return pause('CANARY', canaryMessage(failures[0] ?? ''));
  if (isTooMuch(rules.onFailure, failures)) return pause('FAILURES', failuresMessage(failures));
  if (canary?.every((status) => status === 'succeeded' || status === 'cancelled') === true)
    return { kind: 'end the canary' };
  if (open === 0) return { kind: 'finish' };
  if (hours !== undefined && activeHours >= hours) return pause('HOURS', hoursMessage(hours));
  return { kind: 'go on' };
}

/** `stopAfter` counts equal errors: many trials that fail alike are one mistake. */
function isTooMuch(onFailure: Manifest['onFailure'], failures: readonly string[]): boolean {
  if (failures.length === 0 || onFailure === 'continue') return false;
  if (onFailure === 'stop') return true;
  const counts = new Map<string, number>();
  for (const message of failures) counts.set(message, (counts.get(message) ?? 0) + 1);
  return Math.max(...counts.values()) >= onFailure.stopAfter;
}

function pause(code: PauseReason['code'], message: string): Decision {
  return { kind: 'pause', reason: { code, message } };
}

function canaryMessage(failure: string): string {
  return (
    `The first trial, which runs alone to find out whether the others can work, has failed: ${failure} ` +
    `\`sprintlab retry\` tries it again.`
  );
}

function failuresMessage(failures: readonly string[]): string {
  return `Stopped after a failure, as \`onFailure\` of the manifest says: ${failures[0] ?? ''}`;
}

function hoursMessage(hours: number): string {
  return `Stopped after ${hours} hours of work, as \`limits.hours\` of the manifest says.`;
}
