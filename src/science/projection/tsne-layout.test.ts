import { describe, expect, it, vi } from 'vitest';
import { fillNormal } from '#science/random/normal.ts';
import { stream } from '#science/random/stream.ts';
import type { TensorOf } from '#science/tensors/tensor.ts';
import { LAYOUT_ITERATIONS, type Place, tsneLayout } from './tsne-layout.ts';

/** So many rows around each of three corners far apart. */
function islands(each: number): TensorOf<'F32'> {
  const data = new Float32Array(3 * each * 5);
  fillNormal(data, 0.1, stream(1, 'data', 'islands'));
  for (let row = 0; row < 3 * each; row++) data[row * 5 + (row % 3)]! += 5;
  return { dtype: 'F32', shape: [3 * each, 5], data };
}

function laidOut(rows: TensorOf<'F32'>, seed: number): { places: readonly Place[]; iterations: number[] } {
  const iterations: number[] = [];
  const layout = tsneLayout(rows, seed);
  for (;;) {
    const step = layout.next();
    if (step.done === true) return { places: step.value, iterations };
    iterations.push(step.value);
  }
}

describe('the layout of rows in a plane', () => {
  const { places, iterations } = laidOut(islands(20), 1);

  it('gives the same bits for the same seed, and others for another', () => {
    expect(laidOut(islands(20), 1).places).toEqual(places);
    expect(laidOut(islands(20), 2).places).not.toEqual(places);
  });

  it('keeps together what lies together', () => {
    const distance = (left: number, right: number): number =>
      Math.hypot(places[left]![0] - places[right]![0], places[left]![1] - places[right]![1]);
    for (const row of places.keys()) {
      const others = [...places.keys()].filter((other) => other !== row);
      const nearest = others.sort((left, right) => distance(row, left) - distance(row, right)).slice(0, 10);
      expect(nearest.every((other) => other % 3 === row % 3)).toBe(true);
    }
  });

  it('tells how much of it is done', () => {
    expect(iterations).toHaveLength(20);
    expect(iterations.at(-1)).toBe(LAYOUT_ITERATIONS);
  });

  it('is calculated in JavaScript alone: no compiled module is loaded and no worker started', () => {
    const webAssembly = Reflect.get(globalThis, 'WebAssembly') as { Module: () => object };
    const compiled = vi.spyOn(webAssembly, 'Module');
    // Enough rows for the compiled kernels to be taken, if they were allowed.
    tsneLayout(islands(100), 1).next();
    expect(compiled).not.toHaveBeenCalled();
    compiled.mockRestore();
  });

  it.each([20, 21, 30])('gives numbers for %d rows, some of them alike', (count) => {
    const data = islands(10)
      .data.slice(0, 5 * count)
      .fill(1, 0, 15);
    const rows: TensorOf<'F32'> = { dtype: 'F32', shape: [count, 5], data };
    expect(laidOut(rows, 1).places.every(([x, y]) => Number.isFinite(x) && Number.isFinite(y))).toBe(true);
  });

  it('lays fewer rows than twenty on one place: there is nothing to be seen in them', () => {
    const three: TensorOf<'F32'> = { dtype: 'F32', shape: [3, 5], data: islands(1).data };
    expect(laidOut(three, 1).places).toEqual([
      [0, 0],
      [0, 0],
      [0, 0],
    ]);
  });
});
