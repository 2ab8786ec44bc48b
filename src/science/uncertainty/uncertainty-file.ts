import { decodeSafetensors, encodeSafetensors, numbersOf } from '#science/tensors/safetensors.ts';
import { vector } from '#science/tensors/tensor.ts';
import type { Entropies } from './rank-fusion.ts';

/** The entropies of the sessions of a view that were scored. */
export interface ScoredSessions extends Entropies {
  /** (N): positions in the view, ascending. */
  readonly position: Int32Array;
  /** (N): items that were looked at: |c_s|, or of a test session its input. */
  readonly length: Int32Array;
}

export function encodeUncertainty(scored: ScoredSessions): Uint8Array {
  const { position, length, sessionEntropy, predictionEntropy } = scored;
  return encodeSafetensors({
    position: vector(position),
    length: vector(length),
    sessionEntropy: vector(sessionEntropy),
    predictionEntropy: vector(predictionEntropy),
  });
}

/** @throws DamagedTensorsError if the bytes are not what `encodeUncertainty` writes. */
export function decodeUncertainty(bytes: Uint8Array): ScoredSessions {
  const file = decodeSafetensors(bytes);
  return {
    position: numbersOf(file, 'position', 'I32'),
    length: numbersOf(file, 'length', 'I32'),
    sessionEntropy: numbersOf(file, 'sessionEntropy', 'F64'),
    predictionEntropy: numbersOf(file, 'predictionEntropy', 'F64'),
  };
}
