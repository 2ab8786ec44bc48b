import { describe, expect, it } from 'vitest';
import { encodeSafetensors } from '#science/tensors/safetensors.ts';
import { vector } from '#science/tensors/tensor.ts';
import { HashedNgrams } from '#science/text/hashed-ngrams.ts';
import { itemTextOf, type BackboneParameters } from './stage-training.ts';

const parametersWith = (itemText: 'none' | 'hashed'): BackboneParameters => ({
  backbone: { kind: 'sasrec', dimension: 8, layers: 1, heads: 2, dropout: 0, itemText },
  maxLength: 4,
  epochs: 1,
  batch: 8,
  learningRate: 0.01,
  patience: 1,
  seed: 1,
});
const lines = ['Soap', 'Tea', 'Oak table'].map((title) => JSON.stringify({ id: title, title, categories: ['Home'] }));
const artifacts = {
  items: new TextEncoder().encode(`${lines.join('\n')}\n`),
  catalogue: encodeSafetensors({ item: vector(Int32Array.of(1, 2)) }),
};

describe("the texts of a training's items", () => {
  it('are not asked for by a backbone that knows items by their ids', async () => {
    expect(await itemTextOf({ parameters: parametersWith('none'), artifacts: {} })).toBeUndefined();
  });

  it('are vectors in the order of the catalogue', async () => {
    const expected = await new HashedNgrams().embed(['Tea\nHome', 'Oak table\nHome']);
    expect(await itemTextOf({ parameters: parametersWith('hashed'), artifacts })).toEqual(expected);
  });
});
