import { encodeItemKnn, fitItemKnn, type ItemKnnSettings } from '#science/models/item-knn.ts';
import { encodePopularity, fitPopularity } from '#science/models/popularity.ts';
import { encodeVsKnn, fitVsKnn, type VsKnnSettings } from '#science/models/vs-knn.ts';
import { decodeView, type SessionView } from '#science/sessions/session-view.ts';
import { artifactOf } from './stage-artifact.ts';
import type { StageFunction, StageInput, StageOutput, StageReport } from './stage.ts';

export type BaselineParameters =
  | Readonly<{
      method: 'popularity';
      /** `all` counts the targets of validation and test too: it leaks, and is there for a published row only. */
      counts: 'train' | 'all';
    }>
  | (Readonly<{ method: 'item-knn' }> & ItemKnnSettings)
  | (Readonly<{ method: 'vs-knn' }> & VsKnnSettings);

/** `train` (and for popularity with `counts: all` also `valid` and `test`) to the model of a method without training. */
export const run: StageFunction<BaselineParameters> = function* (input): Generator<StageReport, StageOutput> {
  const sessions = decodeView(artifactOf(input.artifacts, 'train'));
  const model = fit(sessions, input);
  yield { kind: 'progress', done: sessions.session.length, total: sessions.session.length, unit: 'sessions' };
  return { artifacts: { 'model.safetensors': model }, metrics: [] };
};

function fit(train: SessionView, { parameters, artifacts }: StageInput<BaselineParameters>): Uint8Array {
  switch (parameters.method) {
    case 'popularity': {
      const later = parameters.counts === 'all' ? ['valid', 'test'] : [];
      return encodePopularity(fitPopularity(train, ...later.map((name) => decodeView(artifactOf(artifacts, name)))));
    }
    case 'item-knn':
      return encodeItemKnn(fitItemKnn(train, parameters));
    case 'vs-knn':
      return encodeVsKnn(fitVsKnn(train, parameters));
  }
}
