import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printable, printableLines } from './printable-text.ts';
import { renderTable } from './table.ts';

describe('a text from outside', () => {
  it.each([
    ['Shampoo 2 × 200 ml – ünïcode 🛒', 'Shampoo 2 × 200 ml – ünïcode 🛒'],
    ['<b onload="x">', '<b onload="x">'],
    ['a\tb\r\nc', 'a\\tb\\r\\nc'],
    ['\u001b[2J\u001b]0;title\u0007', '\\u001b[2J\\u001b]0;title\\u0007'],
    ['\u009b31m\u007f\u0000', '\\u009b31m\\u007f\\u0000'],
    ['safe\u202efdp.exe\u2066\u200f', 'safe\\u202efdp.exe\\u2066\\u200f'],
  ])('%j is shown as it is, and obeyed in nothing', (text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  it('keeps its lines where they are asked for, and nothing else', () => {
    expect(printableLines('one\n\ttwo\u001b\r\n')).toBe('one\n\\ttwo\\u001b\\r\n');
  });

  it('never breaks the row of a table', () => {
    const anyText = fc.string({
      unit: fc.oneof(fc.constantFrom('\n', '\r', '\u001b', '\u0085', '\u2028'), fc.string()),
    });
    fc.assert(
      fc.property(anyText, anyText, (left, right) => {
        const table = renderTable(
          [{ left, right }],
          [
            { title: 'left', of: (row) => row.left },
            { title: 'right', of: (row) => row.right },
          ],
        );
        expect(table.split('\n')).toHaveLength(2);
        expect(table).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
      }),
    );
  });
});
