import { Command } from 'commander';
import type { Config } from '#platform/config/config.ts';
import type { Application } from '../application.ts';
import type { Server } from './remote/server.ts';
import type { Terminal } from './terminal.ts';

/** Where a verb runs. */
export interface Site {
  readonly config: Config;
  readonly terminal: Terminal;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** Opens the home; it is closed when the verb has answered. */
  readonly open: () => Promise<Application>;
}

/** A site with its home open. */
export interface Workplace extends Omit<Site, 'open'> {
  readonly application: Application;
}

/** Where a verb runs that asks a server, and opens no home of this machine. */
export interface FarSite extends Omit<Site, 'open' | 'config'> {
  readonly server: Server;
}

/** What a verb answers: the same facts for a program and for a person. */
export interface Answer {
  /** Printed with `--json`. */
  readonly json: unknown;
  /** Printed without. */
  readonly text: string;
  /** 0 unless said. */
  readonly exitCode?: number;
}

interface JsonOption {
  readonly json?: boolean;
}

/**
 * Opens the home, has `near` answer, prints the answer, closes. Where `SPRINTLAB_URL` names a server, `far` asks that one.
 * A verb without `far` works on homes only.
 */
export type Perform = (
  options: JsonOption,
  near: (workplace: Workplace) => Promise<Answer>,
  far?: (site: FarSite) => Promise<Answer>,
) => Promise<void>;

/** The same for a verb that must answer even where the home cannot be opened. */
export type Inspect = (options: JsonOption, work: (site: Site) => Promise<Answer>) => Promise<void>;

export type AddVerb = (program: Command, perform: Perform, inspect: Inspect) => void;

/** A verb with `--json` and an example in its help. */
export function verb(usage: string, summary: string, example: string): Command {
  const [name, ...operands] = usage.split(' ');
  const command = new Command(name)
    .description(summary)
    .option('--json', 'print the answer as JSON')
    .addHelpText('after', `\nExample:\n${prompted(example)}`);
  for (const operand of operands) command.argument(operand);
  return command;
}

/** A command may go on in the next line, which is then indented and has no prompt of its own. */
function prompted(example: string): string {
  return example
    .split('\n')
    .map((line) => (line.startsWith(' ') ? `  ${line}` : `  $ ${line}`))
    .join('\n');
}

/** A noun that only groups verbs: `datasets list`. */
export function noun(name: string, summary: string): Command {
  return new Command(name).description(summary);
}
