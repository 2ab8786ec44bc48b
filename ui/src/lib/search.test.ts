import { expect, it } from 'vitest';
import { flag, oneOf, text, texts, whole } from './search.ts';

it('takes from an address only what it can be, however it was made', () => {
  expect([text('a'), text(''), text({}), text(3), text('x'.repeat(20_000))]).toEqual([
    'a',
    undefined,
    undefined,
    '3',
    undefined,
  ]);
  expect([whole(2), whole('7'), whole(1.5), whole('<b>')]).toEqual([2, 7, undefined, undefined]);
  expect([flag(true), flag('true'), flag('no')]).toEqual([true, true, undefined]);
  expect([oneOf('b', ['a', 'b']), oneOf('c', ['a', 'b'])]).toEqual(['b', undefined]);
  expect([texts(['a', 1, {}]), texts('a'), texts([])]).toEqual([['a', '1'], ['a'], undefined]);
});
