import { DamagedTensorsError, encodeSafetensors, type SafetensorsFile } from '#science/tensors/safetensors.ts';
import type { TensorOf } from '#science/tensors/tensor.ts';
import { type SasrecShape, sasrecWeightShapes } from './sasrec.ts';
import type { Weights } from './weights.ts';

export interface TrainedSasrec {
  readonly shape: SasrecShape;
  readonly weights: Weights;
}

export function encodeSasrecFile({ shape, weights }: TrainedSasrec): Uint8Array {
  const { itemCount, maxLength, dimension, layers, heads } = shape;
  return encodeSafetensors(weights, {
    method: 'sasrec',
    shape: [itemCount, maxLength, dimension, layers, heads].join(),
  });
}

/** @throws DamagedTensorsError if the file is not what `encodeSasrecFile` writes. */
export function decodeSasrecFile({ tensors, metadata }: SafetensorsFile): TrainedSasrec {
  const numbers = (metadata['shape'] ?? '').split(',').map(Number);
  const [itemCount, maxLength, dimension, layers, heads] = numbers;
  if (metadata['method'] !== 'sasrec' || numbers.length !== 5 || !numbers.every((size) => size > 0))
    throw new DamagedTensorsError('it does not say the shape of its SASRec');
  const shape = { itemCount: itemCount!, maxLength: maxLength!, dimension: dimension!, layers: layers!, heads: heads! };
  const names = Object.entries(sasrecWeightShapes(shape));
  const weights = names.map(([name, size]): [string, TensorOf<'F32'>] => {
    const tensor = tensors[name];
    if (tensor?.dtype !== 'F32' || tensor.shape.join() !== size.join())
      throw new DamagedTensorsError(`it has no weights "${name}" of the shape [${size.join(', ')}]`);
    return [name, tensor];
  });
  return { shape, weights: Object.fromEntries(weights) };
}
