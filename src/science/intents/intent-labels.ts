import { decodeSafetensors, encodeSafetensors, numbersOf } from '#science/tensors/safetensors.ts';
import { vector } from '#science/tensors/tensor.ts';

/** The labels of training: of each labelled session its intents, uniformly. Sessions ascend. */
export interface IntentLabels {
  /** (L): positions of the labelled sessions in the training view. */
  readonly position: Int32Array;
  /** (L + 1): label i is `intents[offsets[i]..offsets[i + 1]]`. */
  readonly offsets: Int32Array;
  /** Places among the active intents of the pool, 0 to M − 1. */
  readonly intents: Int32Array;
}

export function encodeLabels({ position, offsets, intents }: IntentLabels): Uint8Array {
  return encodeSafetensors({ position: vector(position), offsets: vector(offsets), intents: vector(intents) });
}

/** @throws DamagedTensorsError if the bytes are not what `encodeLabels` writes. */
export function decodeLabels(bytes: Uint8Array): IntentLabels {
  const file = decodeSafetensors(bytes);
  return {
    position: numbersOf(file, 'position', 'I32'),
    offsets: numbersOf(file, 'offsets', 'I32'),
    intents: numbersOf(file, 'intents', 'I32'),
  };
}
