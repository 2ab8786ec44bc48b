import type { WriteStream } from 'node:tty';

/** Where the command line writes. Results go to `out`, progress and warnings to `err`, so that a pipe gets results only. */
export interface Terminal {
  readonly out: Pick<WriteStream, 'write'> & {
    readonly isTTY?: boolean;
    /** Its size, where it is a terminal. */
    readonly columns?: number;
    readonly rows?: number;
  };
  readonly err: Pick<WriteStream, 'write'> & { readonly isTTY?: boolean };
  /** Asks before a loss; without a person at the keyboard the answer is no. */
  readonly confirm: (question: string) => Promise<boolean>;
}

export function say(terminal: Terminal, line: string): void {
  terminal.err.write(`${line}\n`);
}
