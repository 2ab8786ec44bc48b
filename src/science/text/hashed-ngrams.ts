import type { TensorOf } from '#science/tensors/tensor.ts';
import { murmurHash } from './murmur-hash.ts';
import { TextEmbedder } from './text-embedder.port.ts';

/** Of characters within a word, its borders included: ` men`, `ens `. */
const [SHORTEST, LONGEST] = [3, 5];
const WORD = /[\p{L}\p{M}\p{N}]+/gu;

/**
 * A text as the n-grams that it is written with: nothing is learned, and nothing is known of what words mean.
 *
 *     v_j = Σ_g n_g · s(g) · [h(g) = j],   v / ‖v‖
 *
 * n_g is how often the n-gram g occurs, h(g) = |m(g)| mod dimension its place and s(g) = the sign of m(g), with m MurmurHash3:
 * what falls on one place cancels as often as it adds, so that dot products keep their expectation. N-grams are the words, and
 * the 3 to 5 characters in a row of each word between spaces.
 *
 * source: Weinberger et al. 2009, arXiv 0902.2206; checked against scikit-learn's `HashingVectorizer`
 */
export class HashedNgrams extends TextEmbedder {
  constructor(readonly dimension = 256) {
    super();
  }

  embed(texts: readonly string[]): Promise<TensorOf<'F32'>> {
    const data = new Float32Array(texts.length * this.dimension); // (texts, dimension)
    // A catalogue has few words, each in many titles.
    const known = new Map<string, Int32Array>();
    const hashesOf = (word: string): Int32Array => {
      const hashes = known.get(word) ?? hashed(ngramsOf(word));
      known.set(word, hashes);
      return hashes;
    };
    for (const [at, text] of texts.entries())
      data.set(summed(wordsOf(text).map(hashesOf), this.dimension), at * this.dimension);
    return Promise.resolve({ dtype: 'F32', shape: [texts.length, this.dimension], data });
  }
}

/** The words of a text in its order. How letters are written (`É`, `ﬁ`, `STRASSE`) makes no difference. */
export function wordsOf(text: string): readonly string[] {
  // Upper case first: it joins what only lower case keeps apart (ß and ss), as Unicode's case folding does.
  const folded = text.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC');
  return folded.match(WORD) ?? [];
}

/** The n-grams of a word, as often as they occur: itself, and its characters in a row. */
export function ngramsOf(word: string): readonly string[] {
  const characters = Array.from(` ${word} `);
  const ngrams = [word];
  for (let size = SHORTEST; size <= Math.min(LONGEST, characters.length); size++)
    for (let at = 0; at + size <= characters.length; at++) ngrams.push(characters.slice(at, at + size).join(''));
  return ngrams;
}

function hashed(ngrams: readonly string[]): Int32Array {
  const encoder = new TextEncoder();
  return Int32Array.from(ngrams, (ngram) => murmurHash(encoder.encode(ngram)));
}

/** (dimension), of length 1 */
function summed(hashes: readonly Int32Array[], dimension: number): Float64Array {
  const sums = new Float64Array(dimension);
  for (const ofWord of hashes) for (const hash of ofWord) sums[Math.abs(hash) % dimension]! += hash < 0 ? -1 : 1;
  const norm = Math.hypot(...sums);
  return norm === 0 ? sums : sums.map((sum) => sum / norm);
}
