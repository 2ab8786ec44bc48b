import { describe, expect, it } from 'vitest';
import { inOrder } from './in-order.ts';

const waits = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function gathered<Result>(results: AsyncGenerator<Result, void>): Promise<Result[]> {
  const all: Result[] = [];
  for await (const result of results) all.push(result);
  return all;
}

describe('inOrder', () => {
  it('gives results in the order of the items, however long each takes, and works on no more than it may', async () => {
    let [working, most] = [0, 0];
    const results = inOrder([9, 1, 5, 0, 3, 2], 3, async (milliseconds) => {
      working += 1;
      most = Math.max(most, working);
      await waits(milliseconds);
      working -= 1;
      return milliseconds;
    });
    expect(await gathered(results)).toEqual([9, 1, 5, 0, 3, 2]);
    expect(most).toBe(3);
  });

  it('fails where the first item fails, and a later failure ends nothing else', async () => {
    const results = inOrder([1, 2, 3], 3, async (item) => {
      await waits(item === 1 ? 5 : 0);
      if (item > 1) throw new Error(`item ${item}`);
      return item;
    });
    expect(await results.next()).toEqual({ done: false, value: 1 });
    await expect(results.next()).rejects.toThrow('item 2');
  });

  it('gives nothing for nothing', async () => {
    expect(await gathered(inOrder([], 4, () => Promise.resolve(1)))).toEqual([]);
  });
});
