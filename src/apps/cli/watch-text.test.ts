import { describe, expect, it } from 'vitest';
import type { StageKey } from '#features/stages/domain/stage.ts';
import { NO_COST } from '#features/calls/domain/call-cost.ts';
import { bar, watchLine, watchLines } from './watch-text.ts';
import { openWatchView } from './watch-view.ts';
import type { Watch, WatchedSubmission } from './watching.ts';

const key = 'a'.repeat(64) as StageKey;
const stages = { blocked: 3, ready: 2, running: 1, succeeded: 10, failed: 0, cancelled: 0 };

const submission: WatchedSubmission = {
  submission: '3f9a12cd-0000',
  experiment: 'demo',
  revision: 2,
  question: 'Does it help?',
  state: 'active',
  reason: null,
  trials: { queued: 2, running: 1, succeeded: 4, failed: 1, cancelled: 0 },
  stages,
  stagesPerMinute: 12.34,
  left: { seconds: 75, basis: 'measured' },
  llm: { ...NO_COST, calls: 1153, paidCalls: 274, simulatedCalls: 1153, promptTokens: 9000, completionTokens: 1000 },
  failures: [{ stage: key, kind: 'training', purpose: 'of self on planted', message: 'It broke.' }],
  warnings: [],
};

const seen: Watch = {
  at: new Date('2026-01-01T12:00:00Z'),
  submissions: [submission],
  workers: [
    {
      id: '1',
      host: 'lab',
      pid: 7,
      slots: 2,
      status: 'working',
      since: new Date(0),
      seen: new Date(0),
      runs: [{ stage: key, kind: 'training', purpose: 'of self on planted', seconds: 12 }],
    },
    { id: '2', host: 'lab', pid: 8, slots: 1, status: 'working', since: new Date(0), seen: new Date(0), runs: [] },
  ],
};

describe('a watch', () => {
  it('is drawn whole', () => {
    expect(watchLines(seen)).toEqual([
      'demo@2, submission 3f9a12cd: active',
      'Does it help?',
      '██████████████████████████▓▓░░░░░░░░░░░░  10 of 16 stages, 1 running, 5 waiting',
      'trials   4 of 8 done, 1 failed',
      'speed    12.3 stages a minute; about 75.0 s left (measured)',
      'LLM      1,153 calls, 274 of them paid; 10,000 tokens, $0.00 (SIMULATED)',
      'failed: training of self on planted: It broke.',
      '',
      '2 workers, at 12:00:00 UTC:',
      '  lab:7, 2 slots',
      '    training of self on planted, 12.0 s',
      '  lab:8, 1 slot',
      '    idle',
    ]);
  });

  it('is one line that does not change with the clock', () => {
    const later = { ...submission, stagesPerMinute: 1, left: null };
    expect(watchLine(submission)).toBe(watchLine(later));
    expect(watchLine({ ...submission, state: 'paused', reason: { code: 'HOURS', message: 'Too long.' } })).toBe(
      'demo@2 3f9a12cd: paused (Too long.); 10 of 16 stages, 1 running, 5 waiting; trials: 4 of 8 done, 1 failed',
    );
  });

  it('has a cell for a single failure among many stages', () => {
    expect(bar({ ...stages, succeeded: 10_000, failed: 1 })).toMatch(/^█+▓░+×$/);
    expect(bar({ blocked: 0, ready: 0, running: 0, succeeded: 0, failed: 0, cancelled: 0 })).toHaveLength(40);
  });
});

describe('the view', () => {
  const written: string[] = [];
  const terminalOf = (out: object) => ({
    out: { write: (text: string) => written.push(text) > 0, ...out },
    err: { write: () => true },
    confirm: () => Promise.resolve(false),
  });

  it('draws each look over the one before, within the terminal', () => {
    const view = openWatchView(terminalOf({ isTTY: true, columns: 20, rows: 6 }));
    view.show(seen);
    view.show(seen);
    const [first = '', second = ''] = written.splice(0);
    expect(first.split('\n')).toHaveLength(6);
    expect(first.split('\n').every((line) => line.replace(/\u001b\[\w/g, '').trim().length < 20)).toBe(true);
    expect(second.startsWith('\u001b[5A\r')).toBe(true);
  });

  it('elsewhere writes a line for each change, and each note once', () => {
    const view = openWatchView(terminalOf({}));
    view.show(seen);
    view.show(seen);
    view.show({ ...seen, submissions: [{ ...submission, state: 'finished' }] });
    expect(written.splice(0)).toEqual([
      expect.stringContaining('active;'),
      'failed: training of self on planted: It broke.\n',
      expect.stringContaining('finished;'),
    ]);
  });
});
