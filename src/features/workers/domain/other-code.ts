import type { CodeVersions } from '#features/experiments/domain/planned-stages.ts';
import type { OpenStages } from '#features/stages/domain/open-stages.ts';
import { DomainError } from '#kernel/domain-error.ts';

type ForeignStages = Pick<OpenStages, 'kind' | 'codeVersion' | 'count'>;

/** Stages wait, and all of them for another code than this worker's: it would idle for ever, and nobody would know why. */
export class OtherCodeVersionError extends DomainError<'OTHER_CODE_VERSION'> {
  constructor(foreign: readonly ForeignStages[], own: CodeVersions) {
    const stages = foreign.map(
      ({ kind, codeVersion, count }) =>
        `${count} of ${kind} (planned for code ${short(codeVersion)}, here is ${short(own[kind])})`,
    );
    super(
      'OTHER_CODE_VERSION',
      `Every stage that is ready was planned for another code version than this worker's: ${stages.join(', ')}. ` +
        'Start the worker from the checkout that planned them, or run `sprintlab resume ID --approve` from here.',
    );
  }
}

/** The refusal, where stages are ready and none of them is for this code; else `null`. */
export function otherCodeIn(open: readonly OpenStages[], own: CodeVersions): OtherCodeVersionError | null {
  const ready = open.filter(({ status }) => status === 'ready');
  const versions = new Set(Object.values(own));
  if (ready.length === 0 || ready.some(({ codeVersion }) => versions.has(codeVersion))) return null;
  return new OtherCodeVersionError(ready, own);
}

/** Is there anything that this code could run, now or after a while, without anybody doing anything? */
export function hasWorkFor(open: readonly OpenStages[], own: CodeVersions): boolean {
  const versions = new Set(Object.values(own));
  const mine = open.filter(({ codeVersion }) => versions.has(codeVersion));
  // What runs elsewhere, of whatever code, may be what a blocked stage waits for.
  if (mine.length > 0 && open.some(({ status }) => status === 'running')) return true;
  return mine.some(({ status, rests }) => status === 'ready' || (status === 'blocked' && rests));
}

function short(codeVersion: string): string {
  return codeVersion.slice(0, 8);
}
