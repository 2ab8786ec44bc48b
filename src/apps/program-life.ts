import type { ErrorAnswer } from './error-answer.ts';
import type { ProgramEnd, ProgramMessage, Ready, StopMessage } from './program-message.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** What has not ended so long after it was told to, such as a data base that does not answer, is not waited for. */
const PATIENCE_MS = 10_000;
/** By what carries them. */
const WORDS = { stop: 'messages' } as const;
/** As shells count an interruption. */
const INTERRUPTED = 130;

/**
 * The life of a process that serves or works until it is told to stop: by a signal, by the command that started it, or by
 * that command's death. The first word has it give back what it runs; the second ends it at once.
 */
export class ProgramLife {
  private readonly stopping = new AbortController();
  /** Ctrl-C reaches this process and its command, which passes it on: each sender's words are counted for themselves. */
  private readonly words = { signals: 0, messages: 0 };

  constructor() {
    for (const signal of SIGNALS) process.on(signal, () => this.hear('signals'));
    process.on('message', ({ type }: StopMessage) => this.hear(WORDS[type]));
    process.once('disconnect', () => this.orphaned());
  }

  /** Aborted when the program is to stop. */
  get signal(): AbortSignal {
    return this.stopping.signal;
  }

  tellReady(ready: Ready): Promise<void> {
    return tell({ type: 'ready', ready });
  }

  async end(end: ProgramEnd): Promise<never> {
    await tell({ type: 'ended', end });
    process.exit(0);
  }

  async refuse(answer: ErrorAnswer): Promise<never> {
    if (process.send === undefined) process.stderr.write(`${answer.error.message}\n`);
    await tell({ type: 'refused', answer });
    process.exit(1);
  }

  private hear(from: 'signals' | 'messages'): void {
    this.words[from] += 1;
    if (this.words[from] > 1) process.exit(INTERRUPTED);
    this.stop();
  }

  /** Whoever could have said a second word is gone. */
  private orphaned(): void {
    if (this.stopping.signal.aborted) process.exit(INTERRUPTED);
    this.stop();
  }

  private stop(): void {
    if (this.stopping.signal.aborted) return;
    this.stopping.abort();
    setTimeout(() => process.exit(1), PATIENCE_MS).unref();
  }
}

/** Also where nobody listens, or not any more. */
function tell(message: ProgramMessage): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined || !process.connected) resolve();
    else process.send(message, undefined, undefined, () => resolve());
  });
}
