import { describe, expect, it } from 'vitest';
import { openLog } from './log.ts';
import { Troubles } from './troubles.ts';

function aTroubledLog() {
  const lines: string[] = [];
  let now = 0;
  const write = (line: string): void => void lines.push((JSON.parse(line) as { message: string }).message);
  const log = openLog({ program: 'worker', host: 'here', format: 'json', level: 'info', write });
  return { lines, troubles: new Troubles(log, () => now), pass: (ms: number) => (now += ms) };
}

describe('troubles', () => {
  it('are told once each, however often they come', () => {
    const { lines, troubles, pass } = aTroubledLog();
    for (let turn = 0; turn < 100; turn += 1, pass(250)) troubles.note('scheduling', new Error('nothing answers'));
    troubles.note('scheduling', new Error('the disk is full'));
    troubles.note('working', new Error('nothing answers'));
    expect(lines).toEqual(['scheduling: nothing answers', 'scheduling: the disk is full', 'working: nothing answers']);
  });

  it('are told again when they last', () => {
    const { lines, troubles, pass } = aTroubledLog();
    for (let turn = 0; turn < 3; turn += 1, pass(60_000)) troubles.note('scheduling', new Error('nothing answers'));
    expect(lines).toHaveLength(3);
  });

  it('are said to be over once', () => {
    const { lines, troubles } = aTroubledLog();
    troubles.over('scheduling');
    troubles.note('scheduling', new Error('nothing answers'));
    for (let turn = 0; turn < 3; turn += 1) troubles.over('scheduling');
    expect(lines).toEqual(['scheduling: nothing answers', 'scheduling: works again']);
  });
});
