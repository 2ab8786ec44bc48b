import { DamagedTensorsError, encodeSafetensors, type SafetensorsFile } from '#science/tensors/safetensors.ts';
import type { TensorOf, Tensors } from '#science/tensors/tensor.ts';
import { type SasrecShape, sasrecWeightShapes } from './sasrec.ts';
import type { Weights, WeightShapes } from './weights.ts';

export interface TrainedSasrec {
  readonly shape: SasrecShape;
  readonly weights: Weights;
}

export function encodeSasrecFile({ shape, weights }: TrainedSasrec): Uint8Array {
  return encodeSafetensors(weights, sasrecMetadata(shape));
}

/** What a file says of the SASRec whose weights it holds. */
export function sasrecMetadata({
  itemCount,
  maxLength,
  dimension,
  layers,
  heads,
}: SasrecShape): SafetensorsFile['metadata'] {
  return { method: 'sasrec', shape: [itemCount, maxLength, dimension, layers, heads].join() };
}

/**
 * The backbone of a file; what else may stand on it is passed over.
 * @throws DamagedTensorsError if the file is not what `encodeSasrecFile` writes.
 */
export function decodeSasrecFile({ tensors, metadata }: SafetensorsFile): TrainedSasrec {
  const numbers = (metadata['shape'] ?? '').split(',').map(Number);
  const [itemCount, maxLength, dimension, layers, heads] = numbers;
  if (metadata['method'] !== 'sasrec' || numbers.length !== 5 || !numbers.every((size) => size > 0))
    throw new DamagedTensorsError('it does not say the shape of its SASRec');
  const shape = { itemCount: itemCount!, maxLength: maxLength!, dimension: dimension!, layers: layers!, heads: heads! };
  return { shape, weights: weightsIn(tensors, sasrecWeightShapes(shape)) };
}

/** The weights of these shapes. @throws DamagedTensorsError if one is missing, or of another shape. */
export function weightsIn(tensors: Tensors, shapes: WeightShapes): Weights {
  const weights = Object.entries(shapes).map(([name, size]): [string, TensorOf<'F32'>] => {
    const tensor = tensors[name];
    if (tensor?.dtype !== 'F32' || tensor.shape.join() !== size.join())
      throw new DamagedTensorsError(`it has no weights "${name}" of the shape [${size.join(', ')}]`);
    return [name, tensor];
  });
  return Object.fromEntries(weights);
}
