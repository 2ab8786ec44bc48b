import { cpus } from 'node:os';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { LOG_FORMATS, LOG_LEVELS } from '#platform/logging/log.ts';
import type { ProgramOptions } from '../program-options.ts';
import { naturalNumber } from './listing.ts';

/** The options of a verb that starts a program which works until it is told to stop. */
export function withProgramOptions(command: Command): Command {
  const format = new Option(
    '--log <format>',
    'json: one object a line; text: for people (default: text on a terminal)',
  );
  const level = new Option('--log-level <level>', 'the least that is logged').default('info');
  return command
    .option('--workers <count>', 'stages at once (default: the number of cores)', workerCount)
    .addOption(format.choices([...LOG_FORMATS]))
    .addOption(level.choices([...LOG_LEVELS]));
}

export function portNumber(text: string): number {
  const port = naturalNumber(text);
  if (port > 65_535) throw new InvalidArgumentError('It must be a port, from 1 to 65535, or 0 for any that is free.');
  return port;
}

export type GivenOptions = Partial<ProgramOptions> & {
  readonly json?: boolean;
  readonly logLevel?: ProgramOptions['log-level'];
};

/** What was given, with what depends on the machine and the terminal. */
export function programOptions({ logLevel = 'info', ...given }: GivenOptions): GivenOptions & ProgramChoices {
  const format = process.stderr.isTTY ? 'text' : 'json';
  return { workers: cpus().length, log: format, 'log-level': logLevel, ...given };
}

type ProgramChoices = Pick<ProgramOptions, 'workers' | 'log' | 'log-level'>;

/** Each is a process that holds some hundred megabytes. */
const MOST_WORKERS = 1_024;

function workerCount(text: string): number {
  const count = naturalNumber(text);
  if (count > MOST_WORKERS) throw new InvalidArgumentError(`It must be at most ${MOST_WORKERS}.`);
  return count;
}
