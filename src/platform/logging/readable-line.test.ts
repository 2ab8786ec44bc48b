import { describe, expect, it } from 'vitest';
import { openLog, type LogFormat, type LogLevel } from './log.ts';

function linesOf(format: LogFormat, level: LogLevel, stage: string): readonly string[] {
  const lines: string[] = [];
  const log = openLog({ program: 'worker', host: 'here', format, level, write: (line) => lines.push(line) });
  log.info({ stage, seconds: 1.5, kind: 'training' }, 'training is done');
  log.warn('the data base is away');
  log.debug('a detail');
  return lines;
}

describe('a log', () => {
  it('gives people the time, the message and enough of each id', () => {
    const [done, away, ...others] = linesOf('text', 'info', 'ab'.repeat(32));
    expect(done).toMatch(/^\d\d:\d\d:\d\d training is done stage=abababab seconds=1.5 kind=training\n$/);
    expect(away).toMatch(/^\d\d:\d\d:\d\d warn: the data base is away\n$/);
    expect(others).toEqual([]);
  });

  it('gives machines one object a line with whole ids', () => {
    const lines = linesOf('json', 'debug', 'ab'.repeat(32)).map((line) => JSON.parse(line) as object);
    expect(lines).toEqual([
      expect.objectContaining({
        level: 'info',
        message: 'training is done',
        stage: 'ab'.repeat(32),
        program: 'worker',
      }),
      expect.objectContaining({ level: 'warn', host: 'here', pid: process.pid }),
      expect.objectContaining({ level: 'debug', time: expect.stringMatching(/^\d{4}-.*Z$/) as string }),
    ]);
  });

  it('leaves out what is below its level', () => {
    expect(linesOf('json', 'error', '')).toEqual([]);
  });
});
