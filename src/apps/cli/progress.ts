import { SingleBar } from 'cli-progress';
import type { Stage } from '#features/stages/domain/stage.ts';
import type { RunNews } from '#features/scheduling/submission-runner.ts';
import type { TrialPlan } from '#features/experiments/domain/plan.ts';
import type { ImportProgress } from '#features/datasets/import/import-request.ts';
import { printable } from './printable-text.ts';
import { stagePurposes } from './stage-purposes.ts';
import { formatCount, formatSeconds } from './table.ts';
import { say, type Terminal } from './terminal.ts';

/** A bar on a terminal; elsewhere the caller writes plain lines. */
interface Bar {
  update(done: number, note: string): void;
  /** A line above the bar. */
  note(line: string): void;
  stop(): void;
}

/** Follows the stages of a run: one line a finished stage, and a bar of what is left. */
export class RunProgressView {
  private readonly bar: Bar;
  private readonly labels: ReadonlyMap<string, string>;

  /** @param done how many of the distinct stages were done before. */
  constructor(
    terminal: Terminal,
    trials: readonly TrialPlan[],
    private done: number,
  ) {
    this.labels = labelStages(trials);
    this.bar = openBar(terminal, this.labels.size, 'stages');
    this.bar.update(done, '');
  }

  hear(news: RunNews): void {
    switch (news.kind) {
      case 'started':
        this.bar.update(this.done, this.describe(news.stage));
        return;
      case 'report':
        this.hearReport(news);
        return;
      case 'epoch':
        this.hearEpoch(news);
        return;
      case 'succeeded':
        this.done += 1;
        this.bar.note(`${this.count()} ${this.describe(news.stage)}: done in ${formatSeconds(news.usage.seconds)}`);
        this.bar.update(this.done, '');
        return;
      case 'failed':
        this.bar.note(`${this.count()} ${this.describe(news.stage)}: ${failureWords(news)}`);
        return;
      case 'lost':
        this.bar.note(`${this.count()} ${this.describe(news.stage)}: cancelled, or taken over by another worker.`);
        return;
      case 'interrupted':
        return;
      case 'recovered':
        this.bar.note(`${news.stages} stages of a run that was killed go on.`);
    }
  }

  stop(): void {
    this.bar.stop();
  }

  private hearReport({ stage, report }: Extract<RunNews, { kind: 'report' }>): void {
    if (report.kind === 'warning') this.bar.note(`warning: ${this.describe(stage)}: ${printable(report.message)}`);
    else {
      const part = `${formatCount(report.done)}/${formatCount(report.total)} ${report.unit}`;
      this.bar.update(this.done, `${this.describe(stage)}: ${part}`);
    }
  }

  private hearEpoch({ stage, epoch }: Extract<RunNews, { kind: 'epoch' }>): void {
    const { metrics, seconds, tokens } = epoch;
    const shown = metrics.filter(({ name }) => SHOWN_OF_AN_EPOCH.includes(name));
    const values = shown.map(({ split, name, value }) => `${split} ${name} ${value.toFixed(4)}`).join(', ');
    const speed = `${formatSeconds(seconds)}, ${formatCount(Math.round(tokens / seconds))} tokens/s`;
    this.bar.note(
      `      ${this.describe(stage)}: epoch ${epoch.epoch} of at most ${epoch.epochs}: ${values}; ${speed}`,
    );
  }

  private describe({ key, kind }: Stage): string {
    return this.labels.get(key) ?? kind;
  }

  private count(): string {
    return `[${this.done}/${this.labels.size}]`;
  }
}

function failureWords({ failure, verdict }: Extract<RunNews, { kind: 'failed' }>): string {
  if (verdict.outcome === 'failed') return `FAILED: ${failure.message}`;
  return `${failure.message} It is tried again in ${formatSeconds(verdict.pauseMs / 1000)}.`;
}

/** What tells how a training goes; all that an epoch measured is for \`trials export\`. */
const SHOWN_OF_AN_EPOCH: readonly string[] = ['loss', 'ndcg@20'];

/** Follows an import by the bytes read. Returns what to call with news, and what to call at the end. */
export function importProgressView(terminal: Terminal): { hear: (progress: ImportProgress) => void; stop: () => void } {
  let bar: Bar | null = null;
  return {
    hear: ({ bytesRead, bytesTotal, rows }) => {
      bar ??= openBar(terminal, bytesTotal, 'bytes');
      bar.update(bytesRead, `${formatCount(rows)} rows`);
    },
    stop: () => bar?.stop(),
  };
}

export function openBar(terminal: Terminal, total: number, unit: 'stages' | 'artifacts' | 'bytes'): Bar {
  if (terminal.err.isTTY !== true) {
    return { update: () => undefined, note: (line) => say(terminal, line), stop: () => undefined };
  }
  const amount = unit === 'bytes' ? '{percentage}% {eta_formatted} left' : `{value}/{total} ${unit}`;
  const format = `{bar} ${amount} {note}`;
  const bar = new SingleBar({ format, stream: process.stderr, hideCursor: true, clearOnComplete: true, barsize: 24 });
  bar.start(total, 0, { note: '' });
  return {
    update: (done, note) => bar.update(done, { note }),
    note: (line) => {
      terminal.err.write(`\r\u001b[K${line}\n`);
      bar.render();
    },
    stop: () => bar.stop(),
  };
}

/** Kind and purpose of each stage, by its key. */
function labelStages(trials: readonly TrialPlan[]): ReadonlyMap<string, string> {
  const purposes = stagePurposes(
    trials.map(({ trial, stages }) => ({ ...trial, stages: stages.map(({ key }) => key) })),
  );
  const kinds = new Map(trials.flatMap(({ stages }) => stages.map(({ key, kind }) => [key, kind])));
  return new Map([...kinds].map(([key, kind]) => [key, `${kind} ${purposes.get(key) ?? ''}`]));
}
