import { describe, expect, it } from 'vitest';
import { DomainError } from '#kernel/domain-error.ts';
import { encodeSafetensors } from '#science/tensors/safetensors.ts';
import { decodeInteractions, encodeInteractions, type Interactions } from './interactions.ts';
import { decodeView, encodeView, partOfView, type SessionView } from './session-view.ts';

const view: SessionView = {
  itemCount: 9,
  offsets: Int32Array.of(0, 2, 3),
  items: Int32Array.of(4, 9, 1),
  session: Int32Array.of(3, 8),
  end: Float64Array.of(1.5, 2.5),
};

describe('a session view', () => {
  it('reads back as it was written, with times and without', () => {
    expect(decodeView(encodeView(view))).toEqual(view);
    expect(decodeView(encodeView({ ...view, end: null }))).toEqual({ ...view, end: null });
  });

  it('has parts, whose sessions keep their items, numbers and times', () => {
    expect(partOfView(view, Int32Array.of(1))).toEqual({
      itemCount: 9,
      offsets: Int32Array.of(0, 1),
      items: Int32Array.of(1),
      session: Int32Array.of(8),
      end: Float64Array.of(2.5),
    });
    expect(partOfView(view, Int32Array.of(0, 1))).toEqual(view);
    expect(partOfView({ ...view, end: null }, Int32Array.of())).toMatchObject({ items: Int32Array.of(), end: null });
  });

  it('is refused without its number of items', () => {
    expect(() => decodeView(encodeSafetensors({}))).toThrow(DomainError);
  });
});

describe('interactions', () => {
  it('read back as they were written, absent columns as null', () => {
    const interactions: Interactions = {
      item: Int32Array.of(0, 1),
      user: Int32Array.of(5, 5),
      time: Float64Array.of(1, 2),
      order: null,
      session: null,
      split: Uint8Array.of(0, 2),
    };
    expect(decodeInteractions(encodeInteractions(interactions))).toEqual(interactions);
  });
});
