import { describe, expect, it } from 'vitest';
import { contentHash } from '#kernel/content-hash.ts';
import { aTrial } from '../../../../test/support/builders.ts';
import { distinctStages, stagesOf, type CodeVersions } from './stage-graph.ts';
import type { PlannedStage } from '#features/stages/domain/stage.ts';

const CODE: CodeVersions = {
  sessions: 's'.repeat(64),
  'warm-up': 'w'.repeat(64),
  baseline: 'b'.repeat(64),
  training: 't'.repeat(64),
  evaluation: 'e'.repeat(64),
};
const DATA = { files: { interactions: contentHash('i'), items: contentHash('t'), users: null, sessions: null } };

/** Kinds of the stages that are not in the other trial. */
function differing(left: readonly PlannedStage[], right: readonly PlannedStage[]): readonly string[] {
  const keys = new Set(left.map(({ key }) => key));
  return right.filter(({ key }) => !keys.has(key)).map(({ kind }) => kind);
}

describe('the stages of a trial', () => {
  const trial = aTrial();
  const stages = stagesOf(trial, DATA, CODE);

  it('come inputs first, and have the same keys whenever they are planned', () => {
    expect(stages.map(({ kind }) => kind)).toEqual(['sessions', 'baseline', 'evaluation']);
    expect(stagesOf(aTrial(), DATA, CODE)).toEqual(stages);
  });

  it('are shared up to the first that reads the setting which differs', () => {
    const { settings, protocol } = trial;
    const counts = aTrial({ settings: { ...settings, popularity: { counts: 'all' } } });
    expect(differing(stages, stagesOf(counts, DATA, CODE))).toEqual(['baseline', 'evaluation']);
    const masked = aTrial({ protocol: { ...protocol, maskSeen: false } });
    expect(differing(stages, stagesOf(masked, DATA, CODE))).toEqual(['evaluation']);
    const rare = aTrial({ protocol: { ...protocol, minItemCount: 1 } });
    expect(differing(stages, stagesOf(rare, DATA, CODE))).toEqual(['sessions', 'baseline', 'evaluation']);
  });

  it('are all shared when a setting differs that none of them reads', () => {
    const { settings } = trial;
    const other = aTrial({ settings: { ...settings, itemKnn: { neighbours: 7, shrink: 0 } } });
    expect(differing(stages, stagesOf(other, DATA, CODE))).toEqual([]);
  });

  it('run again from the first whose code or data changed', () => {
    const edited = stagesOf(trial, DATA, { ...CODE, baseline: 'x'.repeat(64) });
    expect(differing(stages, edited)).toEqual(['baseline', 'evaluation']);
    const data = { files: { ...DATA.files, interactions: contentHash('other') } };
    expect(differing(stages, stagesOf(trial, data, CODE))).toEqual(['sessions', 'baseline', 'evaluation']);
  });

  it('look beyond the training data only where the manifest says that they leak', () => {
    expect(Object.keys(stages[1]?.inputs ?? {})).toEqual(['train']);
    const counts = aTrial({ settings: { ...trial.settings, popularity: { counts: 'all' } } });
    expect(Object.keys(stagesOf(counts, DATA, CODE)[1]?.inputs ?? {})).toEqual(['train', 'valid', 'test']);
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
        DATA,
        CODE,
      );
    const inputsOf = (planned: readonly PlannedStage[]) =>
      planned.filter(({ kind }) => kind === 'warm-up' || kind === 'training').map(({ inputs }) => Object.keys(inputs));
    expect(inputsOf(backbone('none'))).toEqual([
      ['train', 'valid'],
      ['train', 'valid', 'warmUpBest'],
    ]);
    const texts = ['train', 'valid', 'items', 'catalogue'];
    expect(inputsOf(backbone('hashed', 'warm-up'))).toEqual([texts, texts, [...texts, 'warmUpBest', 'initial']]);
    expect(backbone('hashed')[1]?.inputs['items']).toEqual({ from: 'dataset', hash: DATA.files.items });
    expect(differing(backbone('none'), backbone('hashed'))).toEqual(['warm-up', 'training', 'evaluation']);
  });

  it('are counted once however many trials take them', () => {
    const other = aTrial({ arm: 'knn', settings: { ...trial.settings, method: 'item-knn' } });
    expect(distinctStages([stages, stages, stagesOf(other, DATA, CODE)]).map(({ kind }) => kind)).toEqual([
      'sessions',
      'baseline',
      'evaluation',
      'baseline',
      'evaluation',
    ]);
  });
});
