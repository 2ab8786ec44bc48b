import type { Terminal } from './terminal.ts';
import { noteLine, watchLine, watchLines } from './watch-text.ts';
import type { Watch, WatchedSubmission } from './watching.ts';

/** Shows one look after the other. */
export interface WatchView {
  show(watch: Watch): void;
}

/** On a terminal each look is drawn over the one before; elsewhere a line is written whenever something has changed. */
export function openWatchView(terminal: Terminal): WatchView {
  return terminal.out.isTTY === true ? new DrawnView(terminal) : new WrittenView(terminal);
}

const UP = (lines: number): string => (lines === 0 ? '\r' : `\u001b[${lines}A\r`);
const CLEAR_LINE = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';

class DrawnView implements WatchView {
  private drawn = 0;

  constructor(private readonly terminal: Terminal) {}

  show(watch: Watch): void {
    const { columns = 80, rows = 24 } = this.terminal.out;
    // A line that wraps, or scrolls away, could not be drawn over.
    const lines = watchLines(watch)
      .slice(0, rows - 1)
      .map((line) => (line.length < columns ? line : `${line.slice(0, columns - 2)}…`));
    // One write, each line cleared as it is reached: nothing flickers.
    this.terminal.out.write(`${UP(this.drawn)}${lines.map((line) => `${line}${CLEAR_LINE}\n`).join('')}${CLEAR_BELOW}`);
    this.drawn = lines.length;
  }
}

class WrittenView implements WatchView {
  private readonly written = new Map<string, string>();
  private readonly told = new Set<string>();

  constructor(private readonly terminal: Terminal) {}

  show({ submissions }: Watch): void {
    for (const submission of submissions) this.showOne(submission);
  }

  private showOne(submission: WatchedSubmission): void {
    const line = watchLine(submission);
    if (this.written.get(submission.submission) !== line) this.write(line);
    this.written.set(submission.submission, line);
    const notes = [
      ...submission.failures.map((note) => noteLine('failed', note)),
      ...submission.warnings.map((note) => noteLine('warning', note)),
    ];
    for (const note of notes.filter((text) => !this.told.has(text))) {
      this.told.add(note);
      this.write(note);
    }
  }

  private write(line: string): void {
    this.terminal.out.write(`${line}\n`);
  }
}
