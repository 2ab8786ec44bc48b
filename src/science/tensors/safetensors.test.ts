import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DomainError } from '#kernel/domain-error.ts';
import { decodeSafetensors, encodeSafetensors, numbersOf, optionalNumbersOf, tensorsHeader } from './safetensors.ts';
import { type Tensor, type Tensors, vector } from './tensor.ts';

function damage(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof DomainError && error.code === 'DAMAGED_TENSORS') return error.message;
  }
  return 'not refused';
}

/** A file with this header, followed by this many zero bytes. */
function fileOf(header: string, dataBytes: number): Uint8Array {
  const file = new Uint8Array(8 + header.length + dataBytes);
  new DataView(file.buffer).setBigUint64(0, BigInt(header.length), true);
  file.set(new TextEncoder().encode(header), 8);
  return file;
}

const anyTensors: fc.Arbitrary<Tensors> = fc.dictionary(
  fc.string().filter((name) => name !== '__metadata__'),
  fc.oneof(
    fc.float64Array().map(vector),
    fc.float32Array().map(vector),
    fc.int32Array().map(vector),
    fc.uint8Array().map(vector),
    fc.bigInt64Array().map(vector),
    fc.int32Array({ minLength: 6, maxLength: 6 }).map((data): Tensor => ({ dtype: 'I32', shape: [2, 3], data })),
  ),
);

describe('encodeSafetensors', () => {
  it('writes the bytes that the format prescribes', () => {
    const bytes = encodeSafetensors({
      a: { dtype: 'U8', shape: [1], data: Uint8Array.of(7) },
      b: { dtype: 'I32', shape: [1, 1], data: Int32Array.of(-2) },
    });
    // Numbers of four bytes go first: b fills 0 to 4, a 4 to 5. The header's 55 + 53 characters are padded to 112.
    const header =
      '{"b":{"dtype":"I32","shape":[1,1],"data_offsets":[0,4]}' +
      ',"a":{"dtype":"U8","shape":[1],"data_offsets":[4,5]}}' +
      '    ';
    expect([...bytes]).toEqual([
      ...[112, 0, 0, 0, 0, 0, 0, 0],
      ...new TextEncoder().encode(header),
      ...[0xfe, 0xff, 0xff, 0xff],
      7,
    ]);
  });

  it('gives the same bytes in whatever order tensors and metadata were named', () => {
    const [x, y] = [vector(Float64Array.of(1)), vector(Float64Array.of(2))];
    expect(encodeSafetensors({ y, x }, { q: '1', p: '2' })).toEqual(encodeSafetensors({ x, y }, { p: '2', q: '1' }));
  });

  it('reads back what was written, whatever the memory it lies in', () => {
    fc.assert(
      fc.property(anyTensors, fc.dictionary(fc.string(), fc.string()), fc.nat(7), (tensors, metadata, shift) => {
        const bytes = encodeSafetensors(tensors, metadata);
        const shifted = Buffer.alloc(bytes.length + shift).subarray(shift);
        shifted.set(bytes);
        for (const file of [decodeSafetensors(bytes), decodeSafetensors(shifted)]) {
          expect(file.tensors).toEqual(tensors);
          expect(file.metadata).toEqual(metadata);
        }
      }),
    );
  });

  it('aligns every tensor, so that reading needs no copy', () => {
    fc.assert(
      fc.property(anyTensors, (tensors) => {
        const bytes = encodeSafetensors(tensors);
        for (const { data } of Object.values(decodeSafetensors(bytes).tensors)) expect(data.buffer).toBe(bytes.buffer);
      }),
    );
  });
});

describe('tensorsHeader', () => {
  it('begins the file whose numbers are written later, in the order it names', () => {
    const tensors = {
      user: vector(Int32Array.of(1, 2)),
      time: vector(Float64Array.of(3, 4)),
      '1': vector(Uint8Array.of(5)),
    };
    const { header, order } = tensorsHeader(tensors);
    expect(order).toEqual(['time', 'user', '1']);
    expect(encodeSafetensors(tensors).subarray(0, header.length)).toEqual(header);
  });
});

describe('decodeSafetensors', () => {
  const entry = (dtype: string, shape: number[], offsets: number[]): string =>
    JSON.stringify({ dtype, shape, data_offsets: offsets });

  it.each([
    ['a file of fewer than eight bytes', Uint8Array.of(1, 2, 3), 'it has 3 bytes, fewer than 8'],
    [
      'a header longer than the file',
      Uint8Array.of(200, 0, 0, 0, 0, 0, 0, 0, 123),
      'its header claims 200 bytes, the file has 9',
    ],
    ['a header that is no JSON', fileOf('{"a":', 0), 'its header is no JSON in UTF-8'],
    ['a header that is no object', fileOf('[]', 0), 'its header is no JSON object'],
    ['an unknown type', fileOf(`{"a":${entry('F16', [1], [0, 2])}}`, 2), '"a" has the unknown type "F16"'],
    [
      'a shape that does not fit',
      fileOf(`{"a":${entry('I32', [2], [0, 4])}}`, 4),
      '"a" has 4 bytes, which is not its shape [2]',
    ],
    ['a negative size', fileOf(`{"a":${entry('I32', [-1], [0, 4])}}`, 4), '"a" has no valid shape'],
    [
      'offsets beyond the end',
      fileOf(`{"a":${entry('U8', [9], [0, 9])}}`, 4),
      'its tensors need 9 bytes, the file has 4',
    ],
    [
      'bytes after the last tensor',
      fileOf(`{"a":${entry('U8', [1], [0, 1])}}`, 4),
      'its tensors need 1 bytes, the file has 4',
    ],
    [
      'tensors that overlap',
      fileOf(`{"a":${entry('U8', [2], [0, 2])},"b":${entry('U8', [2], [1, 3])}}`, 3),
      '"b" overlaps the tensor before it',
    ],
    ['a gap', fileOf(`{"a":${entry('U8', [1], [2, 3])}}`, 3), 'bytes 0 to 2, before "a", belong to no tensor'],
    ['metadata that are not words', fileOf('{"__metadata__":{"a":1}}', 0), 'its metadata is not an object of strings'],
  ])('refuses %s', (_, bytes, problem) => {
    expect(damage(() => decodeSafetensors(bytes))).toContain(problem);
  });

  it('refuses any truncation', () => {
    const bytes = encodeSafetensors({ a: vector(Float64Array.of(1, 2)), b: vector(Int32Array.of(3)) }, { k: 'v' });
    for (let length = 0; length < bytes.length; length++)
      expect(damage(() => decodeSafetensors(bytes.subarray(0, length)))).not.toBe('not refused');
  });
});

describe('numbersOf', () => {
  const file = decodeSafetensors(encodeSafetensors({ a: vector(Int32Array.of(1)) }));

  it('refuses a tensor that is missing or of another type', () => {
    expect(damage(() => numbersOf(file, 'b', 'I32'))).toContain('"b" is missing');
    expect(damage(() => numbersOf(file, 'toString', 'I32'))).toContain('"toString" is missing');
    expect(damage(() => optionalNumbersOf(file, 'a', 'F64'))).toContain('"a" is of type I32 instead of F64');
  });

  it('gives null for a tensor that may be missing', () => {
    expect(optionalNumbersOf(file, 'b', 'I32')).toBeNull();
  });
});
