import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { aHomeWithToy, aManifestFile, sprintlab } from '../support/command-line.ts';
import { atHome, standingOf, startProgram, submit } from '../support/program.ts';

const DRAIN = ['worker', '--drain', '--workers', '2'];
const TIMEOUT = { timeout: 120_000 };

describe('a worker that drains', () => {
  it('does all there is and ends', TIMEOUT, async () => {
    const home = await aHomeWithToy();
    const submission = await submit(await aManifestFile(), { home });
    const { code, out } = await sprintlab([...DRAIN, '--json'], { home });
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({ url: null, pid: expect.any(Number) as number, workers: 2 });
    expect(await standingOf(submission, { home })).toMatchObject({ state: 'finished', stages: { succeeded: 7 } });
  });

  it('ends at once where nothing is to do', TIMEOUT, async () => {
    const home = await aHomeWithToy();
    expect((await sprintlab(DRAIN, { home })).code).toBe(0);
  });

  it('ends with 4 where stages failed', TIMEOUT, async () => {
    const home = await aHomeWithToy(['--users', '50']);
    const manifest = await aManifestFile(['onFailure: continue', 'arms: [{name: item-knn, method: item-knn}]']);
    await submit(manifest, { home });
    // What the stage reads is gone: it refuses, and would with every try.
    await rm(join(home, 'artifacts', 'sha256'), { recursive: true });
    const { code, err } = await sprintlab(DRAIN, { home });
    expect([code, err]).toEqual([4, expect.stringContaining('"level":"error"')]);
  });

  it('is refused where everything is planned for other code, and says what to do', TIMEOUT, async () => {
    const home = await aHomeWithToy();
    await submit(await aManifestFile(), { home });
    await atHome(['estrange'], { home });
    for (const words of [DRAIN, ['worker', '--workers', '1']]) {
      const { code, out, err } = await sprintlab(words, { home });
      expect([code, out]).toEqual([3, '']);
      expect(err).toContain('1 of sessions (planned for code 01234567, here is ');
      expect(err).toContain('sprintlab resume ID --approve');
    }
  });
});

describe('a server with stages for other code', () => {
  it('serves, and logs why nothing is done', TIMEOUT, async () => {
    const home = await aHomeWithToy();
    await submit(await aManifestFile(), { home });
    await atHome(['estrange'], { home });
    const server = await startProgram(['serve', '--port', '0', '--workers', '1'], { home });
    expect(await server.logged('planned for another code version')).toMatchObject({ level: 'warn' });
    expect((await fetch(`${server.url}/ready`)).status).toBe(200);
  });
});
