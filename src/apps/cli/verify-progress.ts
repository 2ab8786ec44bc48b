import { openBar } from './progress.ts';
import { formatCount } from './table.ts';
import type { Terminal } from './terminal.ts';

/** Fewer artifacts are read before anybody wonders. */
const MANY = 1000;

/** Follows the reading of a store: a bar on a terminal, elsewhere a line for each tenth of many artifacts. */
export function verifyProgressView(terminal: Terminal): {
  hear: (done: number, total: number) => void;
  stop: () => void;
} {
  let bar: ReturnType<typeof openBar> | null = null;
  return {
    hear: (done, total) => {
      bar ??= openBar(terminal, total, 'artifacts');
      bar.update(done, '');
      if (terminal.err.isTTY !== true && endsATenth(done, total))
        bar.note(`${formatCount(done)} of ${formatCount(total)} artifacts read`);
    },
    stop: () => bar?.stop(),
  };
}

function endsATenth(done: number, total: number): boolean {
  const tenths = (count: number): number => Math.floor((10 * count) / total);
  return total >= MANY && tenths(done) > tenths(done - 1);
}
