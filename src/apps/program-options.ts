import { hostname } from 'node:os';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { LOG_FORMATS, LOG_LEVELS, openLog, type Log } from '#platform/logging/log.ts';

/** How a command starts a program that serves or works: checked by the command, and read again from the words. */
const optionsSchema = z.strictObject({
  workers: z.coerce.number().int().nonnegative(),
  log: z.enum(LOG_FORMATS),
  'log-level': z.enum(LOG_LEVELS),
  port: z.coerce.number().int().min(0).max(65_535).default(0),
  host: z.string().default('127.0.0.1'),
  drain: z.boolean().default(false),
});

export type ProgramOptions = z.infer<typeof optionsSchema>;

export function readProgramOptions(words: readonly string[]): ProgramOptions {
  const { values } = parseArgs({
    args: [...words],
    options: {
      workers: { type: 'string' },
      log: { type: 'string' },
      'log-level': { type: 'string' },
      port: { type: 'string' },
      host: { type: 'string' },
      drain: { type: 'boolean' },
    },
  });
  return optionsSchema.parse(values);
}

/** The words that `readProgramOptions` reads. */
export function toProgramWords(options: Partial<ProgramOptions>): readonly string[] {
  return Object.entries(options).flatMap(([name, value]) => {
    if (typeof value === 'boolean') return value ? [`--${name}`] : [];
    return [`--${name}`, String(value)];
  });
}

/** On standard error: standard output is for answers. */
export function openProgramLog(program: string, options: ProgramOptions): Log {
  // Where the reader of the log is gone, the work goes on.
  process.stderr.on('error', () => undefined);
  const { log: format, 'log-level': level } = options;
  const write = (line: string): void => void process.stderr.write(line);
  return openLog({ program, host: hostname(), format, level, write });
}
