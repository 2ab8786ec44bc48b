import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readJson } from './reading.ts';

const shape = z.strictObject({ answer: z.array(z.number()) });

describe('readJson', () => {
  it.each(['{"answer":[1]}', ' \n{"answer": [1]}\n', '```json\n{"answer":[1]}\n```', '```\n{"answer":[1]}\n```\n'])(
    'reads %j',
    (text) => {
      expect(readJson(text, shape)).toEqual({ isReadable: true, value: { answer: [1] } });
    },
  );

  it.each([
    ['nothing', ''],
    ['prose', 'I think it is 1.'],
    ['prose around it', 'Sure! {"answer":[1]}'],
    ['two objects', '{"answer":[1]}{"answer":[2]}'],
    ['half of it', '{"answer":[1'],
    ['another type', '{"answer":["1"]}'],
    ['a key too many', '{"answer":[1],"why":"x"}'],
    ['the key that makes prototypes', '{"answer":[1],"__proto__":{"x":1}}'],
    ['a key too few', '{}'],
    ['a list', '[1]'],
    ['null', 'null'],
    ['numbers that JSON has not', '{"answer":[NaN]}'],
    ['what is nested', `{"answer":${'['.repeat(9000)}${']'.repeat(9000)}}`],
    ['what is huge', `{"answer":[${'1,'.repeat(40_000)}1]}`],
  ])('refuses %s', (_, text) => {
    expect(readJson(text, shape)).toMatchObject({ isReadable: false, outcome: 'not-json' });
  });
});
