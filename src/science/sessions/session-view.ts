import {
  DamagedTensorsError,
  decodeSafetensors,
  encodeSafetensors,
  numbersOf,
  optionalNumbersOf,
} from '#science/tensors/safetensors.ts';
import { type Tensor, vector } from '#science/tensors/tensor.ts';

/** What a stage may see of the sessions: those of training, validation or test. In order of their numbers. */
export interface SessionView {
  /** |V|; items are 1..|V|, 0 is padding. */
  readonly itemCount: number;
  /** (n + 1): session i is `items[offsets[i]..offsets[i + 1]]`. */
  readonly offsets: Int32Array;
  /** Items of all sessions, oldest first. */
  readonly items: Int32Array;
  /** (n): number of the session in its data set; the same session has the same number in every view. */
  readonly session: Int32Array;
  /** (n): time of the last interaction in the view, in seconds; `null` if the data have no times. */
  readonly end: Float64Array | null;
}

/** The items of the session at a position of the view. */
export function itemsOf(view: Pick<SessionView, 'items' | 'offsets'>, position: number): Int32Array {
  return view.items.subarray(view.offsets[position], view.offsets[position + 1]);
}

/** Some sessions of a view, as a view of their own. @param positions ascending. */
export function partOfView(view: SessionView, positions: Int32Array): SessionView {
  const offsets = new Int32Array(positions.length + 1);
  for (const [at, position] of positions.entries()) offsets[at + 1] = offsets[at]! + itemsOf(view, position).length;
  const items = new Int32Array(offsets[positions.length]!);
  for (const [at, position] of positions.entries()) items.set(itemsOf(view, position), offsets[at]);
  return {
    itemCount: view.itemCount,
    offsets,
    items,
    session: positions.map((position) => view.session[position]!),
    end: view.end === null ? null : Float64Array.from(positions, (position) => view.end![position]!),
  };
}

export function encodeView({ itemCount, offsets, items, session, end }: SessionView): Uint8Array {
  const tensors: Record<string, Tensor> = { offsets: vector(offsets), items: vector(items), session: vector(session) };
  if (end !== null) tensors['end'] = vector(end);
  return encodeSafetensors(tensors, { itemCount: String(itemCount) });
}

/** @throws DamagedTensorsError if the bytes are not what `encodeView` writes. */
export function decodeView(bytes: Uint8Array): SessionView {
  const file = decodeSafetensors(bytes);
  const itemCount = Number(file.metadata['itemCount']);
  if (!Number.isSafeInteger(itemCount)) throw new DamagedTensorsError('it does not say how many items there are');
  return {
    itemCount,
    offsets: numbersOf(file, 'offsets', 'I32'),
    items: numbersOf(file, 'items', 'I32'),
    session: numbersOf(file, 'session', 'I32'),
    end: optionalNumbersOf(file, 'end', 'F64'),
  };
}
