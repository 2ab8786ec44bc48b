import { describe, expect, it } from 'vitest';
import { NEXT_STATUS } from './stage.ts';

describe('the states of a stage', () => {
  it('lets every state be reached from a blocked stage', () => {
    const reached = new Set(['blocked']);
    for (const status of reached) for (const next of NEXT_STATUS[status as keyof typeof NEXT_STATUS]) reached.add(next);
    expect([...reached].sort()).toEqual(Object.keys(NEXT_STATUS).sort());
  });

  it('never lets a result be replaced without being planned again', () => {
    expect(NEXT_STATUS.succeeded).toEqual(['blocked']);
    expect(NEXT_STATUS.failed).toEqual(['blocked']);
  });
});
