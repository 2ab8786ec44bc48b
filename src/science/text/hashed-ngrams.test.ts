import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HashedNgrams, ngramsOf, wordsOf } from './hashed-ngrams.ts';

const rowsOf = async (texts: readonly string[], dimension = 256): Promise<number[][]> => {
  const { data, shape } = await new HashedNgrams(dimension).embed(texts);
  expect(shape).toEqual([texts.length, dimension]);
  return texts.map((_, at) => [...data.subarray(at * dimension, (at + 1) * dimension)]);
};
const dot = (left: readonly number[], right: readonly number[]): number =>
  left.reduce((sum, number, at) => sum + number * right[at]!, 0);

describe('the words of a text', () => {
  it('are runs of letters and digits', () => {
    expect(wordsOf('Rose-tea, 20 bags!')).toEqual(['rose', 'tea', '20', 'bags']);
  });

  it('do not depend on how letters are written', () => {
    // A ligature, a letter and its accent apart, full-width letters, and the two ways to write a sharp s.
    expect(wordsOf('ﬁne CAFE\u0301 ＡＢ Straße')).toEqual(wordsOf('fine café ab STRASSE'));
  });
});

describe('the n-grams of a word', () => {
  it('are itself, and 3 to 5 characters in a row with a space at each end', () => {
    expect(ngramsOf('rose')).toEqual(['rose', ' ro', 'ros', 'ose', 'se ', ' ros', 'rose', 'ose ', ' rose', 'rose ']);
    expect(ngramsOf('ox')).toEqual(['ox', ' ox', 'ox ', ' ox ']);
  });

  it('count characters, not the halves of which a rare one is made', () => {
    expect(ngramsOf('a𐐨')).toEqual(['a𐐨', ' a𐐨', 'a𐐨 ', ' a𐐨 ']);
  });
});

describe('hashed n-grams', () => {
  it('add the sign of each n-gram at its place, to length 1', async () => {
    // MurmurHash3 of `tea` 1955911164 (twice), ` te` -1225640283, `ea ` 496817814, ` tea` 1905027133, `tea ` 1514771128,
    // ` tea ` -1160883356. Their absolute values modulo 8 are 4, 3, 6, 5, 0, 4: place 4 gets 2 - 1. Five ones: / √5.
    const [row] = await rowsOf(['Tea'], 8);
    const one = Math.fround(1 / Math.sqrt(5));
    expect(row).toEqual([one, 0, 0, -one, one, one, one, 0]);
  });

  it('are what HashingVectorizer makes of the same n-grams', async () => {
    // Origin: scikit-learn, HashingVectorizer(analyzer=<these n-grams>, n_features=8, norm="l2", alternate_sign=True).
    const expected = [0.468521, -0.624695, 0, -0.156174, -0.468521, 0.156174, 0.156174, -0.312348];
    const [row] = await rowsOf(['Rose tea, rose'], 8);
    expect(Math.max(...row!.map((number, at) => Math.abs(number - expected[at]!)))).toBeLessThan(1e-6);
  });

  it('bring similar titles nearer than others', async () => {
    const [tea, otherTea, soap] = await rowsOf(['Green rose tea, 20 bags', 'Rose teas 50 bag', 'Lavender soap']);
    expect(dot(tea!, otherTea!)).toBeGreaterThan(0.4);
    expect(Math.abs(dot(tea!, soap!))).toBeLessThan(0.2);
  });

  it('are zero for a text without a word', async () => {
    const rows = await rowsOf(['', ' \n–!']);
    expect(rows.flat().every((number) => number === 0)).toBe(true);
  });

  it('give a text the same bits wherever it stands, of length 1 unless it is empty', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 5 }), async (texts) => {
        const rows = await rowsOf(texts);
        expect((await rowsOf(texts.toReversed())).reverse()).toEqual(rows);
        for (const row of rows) expect([0, 1]).toContain(Math.round(dot(row, row) * 1e5) / 1e5);
      }),
    );
  });
});
