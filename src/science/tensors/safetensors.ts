import { DomainError } from '#kernel/domain-error.ts';
import {
  type ArrayOf,
  DTYPE_BYTES,
  type Dtype,
  elementsOf,
  type Tensor,
  tensorOver,
  type Tensors,
  isOfType,
} from './tensor.ts';

/** What a safetensors file says: numbers by name, and words by name. */
export interface SafetensorsFile {
  readonly tensors: Tensors;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface TensorLayout {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
}

export class DamagedTensorsError extends DomainError<'DAMAGED_TENSORS'> {
  constructor(problem: string) {
    super('DAMAGED_TENSORS', `The bytes are no safetensors file that can be read: ${problem}. Make the artifact anew.`);
  }
}

/** Where each part of the file lies: eight bytes of header length, the header, the numbers. */
const LENGTH_BYTES = 8;
/** The bound of the reference reader (huggingface/safetensors): a longer header is an attack or an accident. */
const MAX_HEADER_BYTES = 100_000_000;
const METADATA = '__metadata__';

/**
 * The container of every numeric artifact: the safetensors format (https://github.com/huggingface/safetensors), which Python,
 * Rust and JavaScript read. Little endian, as every machine that Node runs on. The same input gives the same bytes: tensors
 * lie by falling size of their numbers and then by name, which also keeps each one aligned; metadata by name.
 */
export function encodeSafetensors(tensors: Tensors, metadata: Readonly<Record<string, string>> = {}): Uint8Array {
  const { header, order } = tensorsHeader(tensors, metadata);
  const parts = [header, ...order.map((name) => bytesOf(tensors[name]!))];
  const file = new Uint8Array(parts.reduce((total, part) => total + part.byteLength, 0));
  let position = 0;
  for (const part of parts) {
    file.set(part, position);
    position += part.byteLength;
  }
  return file;
}

/**
 * The beginning of a file whose numbers are not in memory: write `header`, then the bytes of each tensor in `order`, with
 * nothing between them.
 */
export function tensorsHeader(
  layouts: Readonly<Record<string, TensorLayout>>,
  metadata: Readonly<Record<string, string>> = {},
): { readonly header: Uint8Array; readonly order: readonly string[] } {
  const order = Object.keys(layouts).sort((left, right) => {
    const bySize = DTYPE_BYTES[layouts[right]!.dtype] - DTYPE_BYTES[layouts[left]!.dtype];
    return bySize === 0 ? byCodeUnit(left, right) : bySize;
  });
  const entries: [string, object][] = [];
  if (Object.keys(metadata).length > 0) entries.push([METADATA, sortedByName(metadata)]);
  let end = 0;
  for (const name of order) {
    const { dtype, shape } = layouts[name]!;
    const begin = end;
    end += elementsOf(shape) * DTYPE_BYTES[dtype];
    entries.push([name, { dtype, shape, data_offsets: [begin, end] }]);
  }
  return { header: framed(jsonObject(entries)), order };
}

/**
 * The tensors of a file: views of its bytes where the bytes lie aligned in memory, else copies.
 * @throws DamagedTensorsError naming what is wrong; tensors must fill the file without gap or overlap.
 */
export function decodeSafetensors(bytes: Uint8Array): SafetensorsFile {
  const headerBytes = headerLengthOf(bytes);
  const header = headerOf(bytes.subarray(LENGTH_BYTES, LENGTH_BYTES + headerBytes));
  const numbers = bytes.subarray(LENGTH_BYTES + headerBytes);
  const { [METADATA]: metadata = {}, ...layouts } = header;
  const places = Object.entries(layouts).map(([name, layout]) => placeOf(name, layout));
  assertPlacesFill(places, numbers.length);
  return {
    tensors: Object.fromEntries(places.map((place) => [place.name, tensorAt(place, numbers)])),
    metadata: metadataOf(metadata),
  };
}

/** The numbers of a tensor that must be there. @throws DamagedTensorsError if it is absent or of another type. */
export function numbersOf<D extends Dtype>(file: SafetensorsFile, name: string, dtype: D): ArrayOf[D] {
  const numbers = optionalNumbersOf(file, name, dtype);
  if (numbers === null) throw new DamagedTensorsError(`the tensor "${name}" is missing`);
  return numbers;
}

/** The numbers of a tensor, or `null` if the file has none of this name. @throws DamagedTensorsError if of another type. */
export function optionalNumbersOf<D extends Dtype>(file: SafetensorsFile, name: string, dtype: D): ArrayOf[D] | null {
  const tensor = Object.hasOwn(file.tensors, name) ? file.tensors[name]! : null;
  if (tensor === null) return null;
  if (!isOfType(tensor, dtype))
    throw new DamagedTensorsError(`the tensor "${name}" is of type ${tensor.dtype} instead of ${dtype}`);
  return tensor.data;
}

interface Place extends TensorLayout {
  readonly name: string;
  readonly begin: number;
  readonly end: number;
}

function bytesOf({ data }: Tensor): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

function byCodeUnit(left: string, right: string): number {
  return left < right ? -1 : 1;
}

function sortedByName(metadata: Readonly<Record<string, string>>): object {
  return Object.fromEntries(Object.entries(metadata).sort(([left], [right]) => byCodeUnit(left, right)));
}

/** Written entry by entry: an object would move names that look like numbers to its front. */
function jsonObject(entries: readonly [string, object][]): string {
  return `{${entries.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')}}`;
}

function framed(json: string): Uint8Array {
  const text = new TextEncoder().encode(json);
  const length = Math.ceil(text.length / LENGTH_BYTES) * LENGTH_BYTES;
  const header = new Uint8Array(LENGTH_BYTES + length).fill(0x20);
  new DataView(header.buffer).setBigUint64(0, BigInt(length), true);
  header.set(text, LENGTH_BYTES);
  return header;
}

function headerLengthOf(bytes: Uint8Array): number {
  if (bytes.length < LENGTH_BYTES) throw new DamagedTensorsError(`it has ${bytes.length} bytes, fewer than 8`);
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  if (length > Math.min(bytes.length - LENGTH_BYTES, MAX_HEADER_BYTES))
    throw new DamagedTensorsError(`its header claims ${length} bytes, the file has ${bytes.length}`);
  return length;
}

function headerOf(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  const header = parsed(bytes);
  if (!isRecord(header)) throw new DamagedTensorsError('its header is no JSON object');
  return header;
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new DamagedTensorsError('its header is no JSON in UTF-8');
  }
}

function placeOf(name: string, layout: unknown): Place {
  if (!isRecord(layout)) throw new DamagedTensorsError(`the entry of "${name}" is no object`);
  const { dtype, shape, data_offsets: offsets } = layout;
  if (!isDtype(dtype)) throw new DamagedTensorsError(`"${name}" has the unknown type ${JSON.stringify(dtype)}`);
  if (!isSizes(shape)) throw new DamagedTensorsError(`"${name}" has no valid shape`);
  if (!isSizes(offsets) || offsets.length !== 2) throw new DamagedTensorsError(`"${name}" has no valid data_offsets`);
  const [begin, end] = [offsets[0]!, offsets[1]!];
  if (end - begin !== elementsOf(shape) * DTYPE_BYTES[dtype])
    throw new DamagedTensorsError(`"${name}" has ${end - begin} bytes, which is not its shape [${shape.join(', ')}]`);
  return { name, dtype, shape, begin, end };
}

function assertPlacesFill(places: readonly Place[], length: number): void {
  let filled = 0;
  for (const { name, begin, end } of [...places].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin < filled) throw new DamagedTensorsError(`"${name}" overlaps the tensor before it`);
    if (begin > filled)
      throw new DamagedTensorsError(`bytes ${filled} to ${begin}, before "${name}", belong to no tensor`);
    filled = end;
  }
  if (filled !== length)
    throw new DamagedTensorsError(`its tensors need ${filled} bytes, the file has ${length} for them`);
}

function tensorAt({ dtype, shape, begin, end }: Place, numbers: Uint8Array): Tensor {
  const byte = numbers.byteOffset + begin;
  if (byte % DTYPE_BYTES[dtype] === 0) return tensorOver(numbers.buffer, byte, dtype, shape);
  return tensorOver(new Uint8Array(numbers.subarray(begin, end)).buffer, 0, dtype, shape);
}

function metadataOf(metadata: unknown): Readonly<Record<string, string>> {
  if (isRecord(metadata)) {
    const words = Object.entries(metadata).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
    if (words.length === Object.keys(metadata).length) return Object.fromEntries(words);
  }
  throw new DamagedTensorsError('its metadata is not an object of strings');
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isDtype(value: unknown): value is Dtype {
  return typeof value === 'string' && Object.hasOwn(DTYPE_BYTES, value);
}

function isSizes(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}
