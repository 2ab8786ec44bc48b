import { describe, expect, it } from 'vitest';
import { STAGE_KINDS, type StageKind } from '#science/stages/stage.ts';
import { workforceLine } from './handing-over.ts';

const versions = (code: string) =>
  Object.fromEntries(STAGE_KINDS.map((kind) => [kind, code])) as Record<StageKind, string>;
const stages = [{ kind: 'sessions', codeVersion: 'a' }] as const;

describe('who works on what was handed over', () => {
  it('are the workers that have its code', () => {
    const workers = [
      { slots: 2, codeVersions: versions('a') },
      { slots: 4, codeVersions: versions('b') },
    ];
    expect(workforceLine(workers, stages)).toBe('Alive: 1 worker, 2 stages at once.');
  });

  it('is nobody where all that are alive have other code', () => {
    const line = workforceLine([{ slots: 4, codeVersions: versions('b') }], stages);
    expect(line).toMatch(/^The 1 worker alive cannot run it, having other code: `sprintlab worker` starts one/);
  });
});
