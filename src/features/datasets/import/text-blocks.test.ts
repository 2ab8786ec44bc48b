import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineTooLongError, NotUtf8Error, NulByteError, textBlocks } from './text-blocks.ts';

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let start = 0; start < bytes.length; start += size)
    yield await Promise.resolve(bytes.subarray(start, start + size));
}

async function linesOf(content: Buffer | string, size = 7): Promise<[line: number, text: string][]> {
  const lines: [number, string][] = [];
  for await (const { firstLine, text } of textBlocks(pieces(Buffer.from(content), size), 'f.tsv')) {
    lines.push(...text.split('\n').map((line, index): [number, string] => [firstLine + index, line]));
  }
  return lines;
}

describe('textBlocks', () => {
  it('gives the same numbered lines however the bytes arrive', async () => {
    const line = fc.string({ unit: fc.constantFrom('a', 'é', '😀', ' ', '\t'), maxLength: 12 });
    const file = fc.array(line, { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(
        file,
        fc.integer({ min: 1, max: 20 }),
        fc.constantFrom('\n', '\r\n'),
        async (lines, size, end) => {
          const text = lines.map((content) => content + end).join('');
          expect(await linesOf(text, size)).toEqual(lines.map((content, index) => [index + 1, content]));
        },
      ),
    );
  });

  it('takes a last line without an end, and a byte order mark for nothing', async () => {
    expect(await linesOf('\uFEFFa\r\nb\r')).toEqual([
      [1, 'a'],
      [2, 'b'],
    ]);
  });

  it('names the line that is not UTF-8', async () => {
    const bytes = Buffer.concat([Buffer.from('café\nok\n'), Buffer.from('caf\u00e9\n', 'latin1'), Buffer.from('x\n')]);
    for (const size of [1, 7, 100]) {
      const refusal = await linesOf(bytes, size).catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(NotUtf8Error);
      expect(refusal).toMatchObject({ places: [{ file: 'f.tsv', line: 3 }] });
    }
  });

  it('names the line of a NUL byte', async () => {
    const refusal = await linesOf('a\nb\nc\0d\n').catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(NulByteError);
    expect(refusal).toMatchObject({ places: [{ line: 3 }] });
  });

  it('takes a line of 1 MiB, and stops reading soon after a longer one began', async () => {
    const longest = 'x'.repeat(1024 * 1024);
    expect(await linesOf(`a\n${longest}\nb`, 65_536)).toHaveLength(3);
    await expect(linesOf(`a\n${longest}y\nb`, 65_536)).rejects.toMatchObject({ places: [{ line: 2 }] });

    let given = 0;
    async function* endless(): AsyncGenerator<Buffer> {
      for (;;) {
        given += 65_536;
        yield await Promise.resolve(Buffer.alloc(65_536, 'x'));
      }
    }
    await expect(textBlocks(endless(), 'f').next()).rejects.toThrow(LineTooLongError);
    expect(given).toBeLessThanOrEqual(1024 * 1024 + 65_536);
  });
});
