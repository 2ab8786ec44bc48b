import { describe, expect, it } from 'vitest';
import { contentHash } from '#kernel/content-hash.ts';
import { aGround, aTrial } from '../../../../test/support/builders.ts';
import { distinctStages, stagesOf } from './stage-graph.ts';
import type { PlannedStage } from '#features/stages/domain/stage.ts';

const GROUND = aGround();

/** Kinds of the stages that are not in the other trial. */
function differing(left: readonly PlannedStage[], right: readonly PlannedStage[]): readonly string[] {
  const keys = new Set(left.map(({ key }) => key));
  return right.filter(({ key }) => !keys.has(key)).map(({ kind }) => kind);
}

describe('the stages of a trial', () => {
  const trial = aTrial();
  const stages = stagesOf(trial, GROUND);

  it('come inputs first, and have the same keys whenever they are planned', () => {
    expect(stages.map(({ kind }) => kind)).toEqual(['sessions', 'baseline', 'evaluation']);
    expect(stagesOf(aTrial(), GROUND)).toEqual(stages);
  });

  it('are shared up to the first that reads the setting which differs', () => {
    const { settings, protocol } = trial;
    const counts = aTrial({ settings: { ...settings, popularity: { counts: 'all' } } });
    expect(differing(stages, stagesOf(counts, GROUND))).toEqual(['baseline', 'evaluation']);
    const masked = aTrial({ protocol: { ...protocol, maskSeen: false } });
    expect(differing(stages, stagesOf(masked, GROUND))).toEqual(['evaluation']);
    const rare = aTrial({ protocol: { ...protocol, minItemCount: 1 } });
    expect(differing(stages, stagesOf(rare, GROUND))).toEqual(['sessions', 'baseline', 'evaluation']);
  });

  it('are all shared when a setting differs that none of them reads', () => {
    const { settings } = trial;
    const other = aTrial({ settings: { ...settings, itemKnn: { neighbours: 7, shrink: 0 } } });
    expect(differing(stages, stagesOf(other, GROUND))).toEqual([]);
  });

  it('run again from the first whose code or data changed', () => {
    const edited = stagesOf(trial, { ...GROUND, codeVersions: { ...GROUND.codeVersions, baseline: 'x'.repeat(64) } });
    expect(differing(stages, edited)).toEqual(['baseline', 'evaluation']);
    const other = { ...GROUND, files: { ...GROUND.files, interactions: contentHash('other') } };
    expect(differing(stages, stagesOf(trial, other))).toEqual(['sessions', 'baseline', 'evaluation']);
  });

  it('look beyond the training data only where the manifest says that they leak', () => {
    expect(Object.keys(stages[1]?.inputs ?? {})).toEqual(['train']);
    const counts = aTrial({ settings: { ...trial.settings, popularity: { counts: 'all' } } });
    expect(Object.keys(stagesOf(counts, GROUND)[1]?.inputs ?? {})).toEqual(['train', 'valid', 'test']);
  });

  it('read the texts of items only where the model has them, so that its key knows nothing of them elsewhere', () => {
    const { settings } = trial;
    const backbone = (itemText: 'none' | 'hashed', from: 'scratch' | 'warm-up' = 'scratch') =>
      stagesOf(
        aTrial({
          settings: {
            ...settings,
            method: 'backbone',
            backbone: { ...settings.backbone, itemText },
            training: { ...settings.training, from },
          },
        }),
        GROUND,
      );
    const inputsOf = (planned: readonly PlannedStage[]) =>
      planned.filter(({ kind }) => kind === 'warm-up' || kind === 'training').map(({ inputs }) => Object.keys(inputs));
    expect(inputsOf(backbone('none'))).toEqual([
      ['train', 'valid'],
      ['train', 'valid', 'warmUpBest'],
    ]);
    const texts = ['train', 'valid', 'items', 'catalogue'];
    expect(inputsOf(backbone('hashed', 'warm-up'))).toEqual([texts, texts, [...texts, 'warmUpBest', 'initial']]);
    expect(backbone('hashed')[1]?.inputs['items']).toEqual({ from: 'dataset', hash: GROUND.files.items });
    expect(differing(backbone('none'), backbone('hashed'))).toEqual([
      'warm-up',
      'training',
      'uncertainty',
      'evaluation',
    ]);
  });

  it('are counted once however many trials take them', () => {
    const other = aTrial({ arm: 'knn', settings: { ...trial.settings, method: 'item-knn' } });
    expect(distinctStages([stages, stages, stagesOf(other, GROUND)]).map(({ kind }) => kind)).toEqual([
      'sessions',
      'baseline',
      'evaluation',
      'baseline',
      'evaluation',
    ]);
  });
});
