import { describe, expect, it } from 'vitest';
import { verifyProgressView } from './verify-progress.ts';

function linesOf(total: number): readonly string[] {
  const lines: string[] = [];
  const err = { write: (line: string) => lines.push(line) > 0 };
  const view = verifyProgressView({ out: err, err, confirm: () => Promise.resolve(false) });
  for (let done = 1; done <= total; done++) view.hear(done, total);
  view.stop();
  return lines;
}

describe('the progress of a verification, where there is no terminal,', () => {
  it('has a line for each tenth of many artifacts', () => {
    const lines = linesOf(1005);
    // 100.5 artifacts are a tenth: the 101st is the first beyond it.
    expect(lines[0]).toBe('101 of 1,005 artifacts read\n');
    expect(lines).toHaveLength(10);
    expect(lines.at(-1)).toBe('1,005 of 1,005 artifacts read\n');
  });

  it('is silent of few', () => {
    expect(linesOf(999)).toEqual([]);
  });
});
