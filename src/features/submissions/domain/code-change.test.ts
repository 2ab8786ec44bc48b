import { describe, expect, it } from 'vitest';
import type { StageStatus } from '#features/stages/domain/stage.ts';
import { STAGE_KINDS, type StageKind } from '#science/stages/stage.ts';
import { changedKinds, CodeChangedError, type CodeVersionsByKind } from './code-change.ts';

const OLD = 'a'.repeat(64);
const NEW = 'b'.repeat(64);

/** All kinds have the old code, but these. */
function versions(...changed: readonly StageKind[]): CodeVersionsByKind {
  const entries = STAGE_KINDS.map((kind) => [kind, changed.includes(kind) ? NEW : OLD]);
  return Object.fromEntries(entries) as CodeVersionsByKind;
}

const stage = (kind: StageKind, status: StageStatus) => ({ kind, codeVersion: OLD, status });

describe('a change of code', () => {
  it('is none while all that is left has the code of this build', () => {
    expect(changedKinds([stage('sessions', 'succeeded'), stage('training', 'blocked')], versions())).toEqual([]);
  });

  it('is none where only what is done has other code', () => {
    const stages = [stage('sessions', 'succeeded'), stage('training', 'ready')];
    expect(changedKinds(stages, versions('sessions'))).toEqual([]);
  });

  it('names each kind with what is left and what is done of it', () => {
    const stages = [stage('training', 'succeeded'), stage('training', 'failed'), stage('evaluation', 'blocked')];
    expect(changedKinds(stages, versions('training'))).toEqual([
      { kind: 'training', planned: OLD, current: NEW, stages: 2, done: 1 },
    ]);
  });

  it('does not matter while a worker is alive that has the code of old', () => {
    expect(changedKinds([stage('training', 'ready')], versions('training'), [versions()])).toEqual([]);
  });

  it('is told with the kinds, the versions and the way out', () => {
    const changed = changedKinds([stage('training', 'succeeded'), stage('training', 'ready')], versions('training'));
    expect(new CodeChangedError('3f9a12cd-1', changed, { toRun: 3, repeated: 1 }).message).toBe(
      'Submission 3f9a12cd was planned for other code than this build has: training (2 stages, 1 of them done) has code ' +
        'bbbbbbbb, not aaaaaaaa. What is left of it cannot run here. `sprintlab resume 3f9a12cd --approve` submits its ' +
        'manifest again as a new revision, of which 3 stages would run, 1 of what is done among them once more.',
    );
  });
});
