import type { Stage } from '#features/stages/domain/stage.ts';
import { DomainError } from '#kernel/domain-error.ts';
import type { StageKind } from '#science/stages/stage.ts';

export type CodeVersionsByKind = Readonly<Record<StageKind, string>>;

/** A kind of stage whose code is another than when the submission was planned. */
export interface ChangedKind {
  readonly kind: StageKind;
  readonly planned: string;
  readonly current: string;
  /** Stages of it that the submission wants. */
  readonly stages: number;
  /** Those of them that have succeeded with the code as it was. */
  readonly done: number;
}

/** What it takes to submit the manifest again. */
export interface Resubmission {
  /** Stages that would run. */
  readonly toRun: number;
  /** Stages that have succeeded, and whose results the new revision could not use. */
  readonly repeated: number;
}

export class CodeChangedError extends DomainError<'CODE_CHANGED'> {
  constructor(submission: string, changed: readonly ChangedKind[], { toRun, repeated }: Resubmission) {
    const short = submission.slice(0, 8);
    super(
      'CODE_CHANGED',
      `Submission ${short} was planned for other code than this build has: ${changed.map(words).join('; ')}. ` +
        `What is left of it cannot run here. \`sprintlab resume ${short} --approve\` submits its manifest again as a new ` +
        `revision, of which ${count(toRun)} would run, ${repeated} of what is done among them once more.`,
    );
  }
}

/**
 * The kinds whose code has changed since some stages were planned; none while somebody has the code of all that is left.
 * @param current the code of this build
 * @param others the code of workers that are alive
 */
export function changedKinds(
  stages: readonly Pick<Stage, 'kind' | 'codeVersion' | 'status'>[],
  current: CodeVersionsByKind,
  others: readonly CodeVersionsByKind[] = [],
): readonly ChangedKind[] {
  const builds = [current, ...others];
  const isStuck = stages.some(
    ({ kind, codeVersion, status }) =>
      status !== 'succeeded' && builds.every((versions) => versions[kind] !== codeVersion),
  );
  if (!isStuck) return [];
  const changed = new Map<StageKind, ChangedKind>();
  for (const { kind, codeVersion: planned, status } of stages) {
    if (planned === current[kind]) continue;
    const known = changed.get(kind) ?? { kind, planned, current: current[kind], stages: 0, done: 0 };
    const done = known.done + (status === 'succeeded' ? 1 : 0);
    changed.set(kind, { ...known, stages: known.stages + 1, done });
  }
  return [...changed.values()];
}

function words({ kind, planned, current, stages, done }: ChangedKind): string {
  return `${kind} (${count(stages)}, ${done} of them done) has code ${current.slice(0, 8)}, not ${planned.slice(0, 8)}`;
}

function count(stages: number): string {
  return stages === 1 ? '1 stage' : `${stages} stages`;
}
