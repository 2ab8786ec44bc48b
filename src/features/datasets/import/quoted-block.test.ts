import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BrokenRowError } from './data-file-error.ts';
import { parseQuotedBlock } from './quoted-block.ts';

function parse(text: string, firstLine = 1) {
  return parseQuotedBlock({ firstLine, text }, ',', 'f.csv').map((row) =>
    row instanceof BrokenRowError ? `broken ${row.places[0]?.line ?? '?'}` : [row.line, ...row.cells],
  );
}

describe('parseQuotedBlock', () => {
  it('reads delimiters, doubled quotes and line ends inside quotes, and numbers rows by their first line', () => {
    expect(parse('a,"b,c"\n"d ""e""","f\ng"\n\nh,i', 10)).toEqual([
      [10, 'a', 'b,c'],
      [11, 'd "e"', 'f\ng'],
      [14, 'h', 'i'],
    ]);
  });

  it('loses no row but the broken one', () => {
    expect(parse('1,5" screen\n2,ok\n3,"q" w\n4,ok\n5,"never\n6,closed')).toEqual([
      'broken 1',
      [2, '2', 'ok'],
      'broken 3',
      [4, '4', 'ok'],
      'broken 5',
      [6, '6', 'closed'],
    ]);
  });

  it('reads back whatever was written with quotes', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', ' ', 'é'), maxLength: 6 });
    const rows = fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 5 });
    const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
    fc.assert(
      fc.property(rows, (table) => {
        const text = table.map((cells) => cells.map(quoted).join(',')).join('\n');
        expect(parse(text).map((row) => row.slice(1))).toEqual(table);
      }),
    );
  });
});
