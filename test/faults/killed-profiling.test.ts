import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { stream } from '#science/random/stream.ts';
import { sprintlab, startSprintlab } from '../support/command-line.ts';
import { aHomeWithPlanted, answered, aSprintManifest, bitsOf, type Bits } from '../support/planted-home.ts';

const KILLS = 10;
const SEEDED = stream(5, 'data', 'kills');

interface RunJson {
  readonly trials: { readonly total: number; readonly succeeded: number; readonly failed: number };
}

async function undisturbed(manifest: string, workers: number): Promise<Bits> {
  const home = await aHomeWithPlanted();
  const { trials } = await answered<RunJson>(['run', manifest, '--workers', String(workers)], home);
  expect(trials).toEqual({ total: 2, succeeded: 2, failed: 0 });
  return bitsOf(home);
}

/** Kills a run some moments after it has come a step or two further; `false` if it ended before. */
async function killedOnTheWay(manifest: string, home: string): Promise<boolean> {
  const running = startSprintlab(['run', manifest, '--workers', '2'], { home });
  let steps = 1 + SEEDED.integer(2);
  const further = new Promise<void>((done) => {
    running.process.stderr?.on('data', (text: string) => {
      steps -= text.split('\n').filter((line) => /: done in |: epoch \d/.test(line)).length;
      if (steps <= 0) done();
    });
  });
  const ended = running.outcome.then(() => true);
  const isOver = await Promise.race([ended, further.then(() => delay(SEEDED.integer(200), false))]);
  running.process.kill('SIGKILL');
  await running.outcome;
  return !isOver;
}

describe('a trial of the whole method', () => {
  it('ends in the same pool, labels, model, metrics and calls with 1 worker, with 2, and killed ten times', async () => {
    const manifest = await aSprintManifest(['axes: {enrichment.strategy: [neighbour, self]}']);
    const alone = await undisturbed(manifest, 1);
    const names = new Set([...alone.artifacts.keys()].map((id) => id.split('/').at(-1)));
    for (const name of ['pool.json', 'labels.safetensors', 'profiles.jsonl', 'model.safetensors', 'strata.json'])
      expect([...names].some((one) => one?.includes(name))).toBe(true);
    expect(alone.calls.length).toBeGreaterThan(100);
    expect(await undisturbed(manifest, 2)).toEqual(alone);

    const home = await aHomeWithPlanted();
    let killed = 0;
    while (killed < KILLS && (await killedOnTheWay(manifest, home))) killed += 1;
    expect(killed).toBe(KILLS);
    expect((await sprintlab(['run', manifest, '--workers', '2'], { home })).code).toBe(0);
    expect(await bitsOf(home)).toEqual(alone);
    expect((await sprintlab(['doctor'], { home })).out).toContain('the chain is whole');
  }, 300_000);
});
