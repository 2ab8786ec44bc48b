import { encodeSafetensors, decodeSafetensors, numbersOf, optionalNumbersOf } from '#science/tensors/safetensors.ts';
import { type Tensor, vector } from '#science/tensors/tensor.ts';

/** The numbers of a data set, a row for each interaction, in the order of the input. Absent columns are `null`. */
export interface Interactions {
  /** 0-based index of the item in the data set. */
  readonly item: Int32Array;
  /** 0-based index of the user. */
  readonly user: Int32Array | null;
  /** Seconds since 1970-01-01 UTC. */
  readonly time: Float64Array | null;
  /** Where the interaction stands among its user's, if the data say so: smaller is earlier. */
  readonly order: Float64Array | null;
  /** 0-based index of the session; unique over all users. */
  readonly session: Int32Array | null;
  /** A `SPLIT_MARK`. */
  readonly split: Uint8Array | null;
}

export const SPLIT_MARK = { train: 0, valid: 1, test: 2 } as const;

const COLUMNS = ['item', 'user', 'time', 'order', 'session', 'split'] as const satisfies (keyof Interactions)[];

export function encodeInteractions(interactions: Interactions): Uint8Array {
  const tensors: Record<string, Tensor> = {};
  for (const name of COLUMNS) {
    const column = interactions[name];
    if (column !== null) tensors[name] = vector(column);
  }
  return encodeSafetensors(tensors);
}

/** A column that is there because the protocol fits the data. */
export function columnOf<Name extends keyof Interactions>(
  interactions: Interactions,
  name: Name,
): NonNullable<Interactions[Name]> {
  const column = interactions[name];
  if (column === null) throw new TypeError(`The interactions have no column "${name}".`);
  return column;
}

/** @throws DamagedTensorsError if the bytes are not what `encodeInteractions` writes. */
export function decodeInteractions(bytes: Uint8Array): Interactions {
  const file = decodeSafetensors(bytes);
  return {
    item: numbersOf(file, 'item', 'I32'),
    user: optionalNumbersOf(file, 'user', 'I32'),
    time: optionalNumbersOf(file, 'time', 'F64'),
    order: optionalNumbersOf(file, 'order', 'F64'),
    session: optionalNumbersOf(file, 'session', 'I32'),
    split: optionalNumbersOf(file, 'split', 'U8'),
  };
}
