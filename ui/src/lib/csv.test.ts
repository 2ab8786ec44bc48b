import { expect, it } from 'vitest';
import { csvOf } from './csv.ts';

it('quotes what needs it, and hands a spreadsheet no formula', () => {
  const text = csvOf(
    ['name', 'value'],
    [
      ['a, "b"', 1.5],
      ['=1+1', null],
      ['two\nlines', -2],
    ],
  );
  expect(text).toBe('name,value\r\n"a, ""b""",1.5\r\n\'=1+1,\r\n"two\nlines",-2\r\n');
});
