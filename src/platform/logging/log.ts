import { pino, stdTimeFunctions, type Logger } from 'pino';
import { readableLine } from './readable-line.ts';

/**
 * Where programs say what they do, apart from what they answer. A line carries the ids of what it is about; it never carries a
 * secret, a prompt or an answer.
 */
export type Log = Logger;

export const LOG_LEVELS = ['error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** `json` for machines: one object a line. `text` for people. */
export const LOG_FORMATS = ['json', 'text'] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

export interface LogSettings {
  /** The program that speaks. */
  readonly program: string;
  readonly host: string;
  readonly format: LogFormat;
  readonly level: LogLevel;
  readonly write: (line: string) => void;
}

export function openLog({ program, host, format, level, write }: LogSettings): Log {
  const sink = format === 'json' ? write : (line: string) => write(readableLine(line));
  return pino(
    {
      level,
      base: { program, host, pid: process.pid },
      messageKey: 'message',
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: sink },
  );
}
