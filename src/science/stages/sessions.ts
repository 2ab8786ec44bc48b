import { canonicalJson } from '#kernel/json.ts';
import { decodeInteractions } from '#science/sessions/interactions.ts';
import type { SessionsParameters } from '#science/sessions/protocol.ts';
import { buildSessionSets } from '#science/sessions/session-sets.ts';
import { encodeView } from '#science/sessions/session-view.ts';
import { encodeSafetensors } from '#science/tensors/safetensors.ts';
import { vector } from '#science/tensors/tensor.ts';
import { artifactOf } from './stage-artifact.ts';
import type { StageFunction, StageOutput, StageReport } from './stage.ts';

/** `interactions` to the views of training, validation and test, the catalogue of their items, and what became of the data. */
export const run: StageFunction<SessionsParameters> = function* ({
  parameters,
  artifacts,
}): Generator<StageReport, StageOutput> {
  const { train, valid, test, catalogue, statistics } = buildSessionSets(
    decodeInteractions(artifactOf(artifacts, 'interactions')),
    parameters,
  );
  const { orderTies, read } = statistics;
  if (orderTies.sessions > 0)
    yield {
      kind: 'warning',
      message: `In ${orderTies.sessions} of ${read.sessions} sessions equal places leave the order of items open; the order of the input decides.`,
    };
  yield { kind: 'progress', done: read.sessions, total: read.sessions, unit: 'sessions' };
  return {
    artifacts: {
      'train.safetensors': encodeView(train),
      'valid.safetensors': encodeView(valid),
      'test.safetensors': encodeView(test),
      'catalogue.safetensors': encodeSafetensors({ item: vector(catalogue) }),
      'statistics.json': new TextEncoder().encode(canonicalJson(statistics)),
    },
    metrics: [],
  };
};
