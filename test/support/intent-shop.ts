import { encodeSasrecFile } from '#science/models/sasrec-file.ts';
import type { SasrecShape } from '#science/models/sasrec.ts';
import { stream } from '#science/random/stream.ts';
import { encodeView } from '#science/sessions/session-view.ts';
import { encodeSafetensors } from '#science/tensors/safetensors.ts';
import { vector } from '#science/tensors/tensor.ts';
import { encodeOrder } from '#science/uncertainty/session-order.ts';
import { encodeUncertainty } from '#science/uncertainty/uncertainty-file.ts';
import { formulaWeights } from './formula-weights.ts';
import { aView } from './session-views.ts';

/** Names of intents, and the words of titles that mean them. */
const INTENTS = [
  ['camping trip', 'fern', 'heath', 'moss', 'larch'],
  ['home office', 'slate', 'quartz', 'chalk', 'flint'],
  ['baby shower', 'coral', 'pearl', 'kelp', 'dune'],
  ['tea time', 'plum', 'olive', 'sage', 'vine'],
] as const;
const NOUNS = ['lamp', 'mug', 'bag', 'clock', 'brush'];
const NOISE = ['basic', 'extra', 'prime', 'solid', 'swift', 'modern'];
const [ITEMS, SESSIONS] = [60, 200];
const SHAPE: SasrecShape = { itemCount: ITEMS, maxLength: 5, dimension: 8, layers: 1, heads: 2 };

/**
 * A small shop in which each item is of an intent and each session follows one: the artifacts that the stages of profiling read,
 * with a model that knows nothing. Item v is of intent v mod 4.
 */
export function intentShop(): Readonly<Record<string, Uint8Array>> & { readonly order: Uint8Array } {
  const rng = stream(3, 'data', 'intent shop');
  const pick = <Element>(elements: readonly Element[]): Element => elements[rng.integer(elements.length)]!;
  const lines = Array.from({ length: ITEMS }, (_, at) => {
    const [, ...words] = INTENTS[(at + 1) % 4]!;
    const noun = pick(NOUNS);
    return JSON.stringify({
      id: `i${at}`,
      title: [pick(words), pick(words), noun, pick(NOISE)].join(' '),
      categories: ['Shop', noun],
    });
  });
  const sessions = Array.from({ length: SESSIONS }, () => {
    const intent = rng.integer(4);
    return Array.from({ length: 3 + rng.integer(4) }, () => 4 * rng.integer(ITEMS / 4) + (intent === 0 ? 4 : intent));
  });
  const position = Int32Array.from({ length: SESSIONS }, (_, at) => at);
  const entropy = (): Float64Array => Float64Array.from(position, () => rng.uniform());
  const [sessionEntropy, predictionEntropy] = [entropy(), entropy()];
  const order = position.slice();
  rng.shuffle(order);
  return {
    train: encodeView(aView(sessions, { itemCount: ITEMS })),
    items: bytesOf(`${lines.join('\n')}\n`),
    catalogue: encodeSafetensors({ item: vector(Int32Array.from({ length: ITEMS }, (_, at) => at)) }),
    synonyms: bytesOf(
      JSON.stringify(
        Object.fromEntries(INTENTS.flatMap(([name, ...words]) => name.split(' ').map((word) => [word, words]))),
      ),
    ),
    model: encodeSasrecFile({ shape: SHAPE, weights: formulaWeights(SHAPE) }),
    order: encodeOrder({ position: order, score: null }),
    uncertainty: encodeUncertainty({ position, length: position.map(() => 3), sessionEntropy, predictionEntropy }),
  };
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
