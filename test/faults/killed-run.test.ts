import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { aFolder, aHomeWithToy, aManifestFile, sprintlab, startSprintlab } from '../support/command-line.ts';

interface RunJson {
  readonly trials: { readonly total: number; readonly succeeded: number; readonly failed: number };
  readonly stages: {
    readonly total: number;
    readonly distinct: number;
    readonly executed: number;
    readonly reused: number;
  };
}
interface ArtifactsJson {
  readonly items: readonly { readonly id: string; readonly hash: string }[];
}

async function artifactsOf(home: string): Promise<ReadonlyMap<string, string>> {
  const { out } = await sprintlab(['artifacts', 'list', '--json', '--limit', '1000'], { home });
  const { items } = JSON.parse(out) as ArtifactsJson;
  // A log tells when things happened: no two are alike.
  return new Map(items.filter(({ id }) => !id.startsWith('execution/')).map(({ id, hash }) => [id, hash]));
}

/** Long enough to be killed in the middle: some seconds of neighbours. */
const SLOW = ['--users', '3000', '--items', '1500'];

/** What a run that nobody disturbs makes; the same for every test here, so it is made once. */
let undisturbed: Promise<ReadonlyMap<string, string>> | null = null;
function artifactsOfUndisturbedRun(): Promise<ReadonlyMap<string, string>> {
  undisturbed ??= (async () => {
    const home = await aHomeWithToy(SLOW);
    await sprintlab(['run', await aManifestFile()], { home });
    return artifactsOf(home);
  })();
  return undisturbed;
}

describe('a run', () => {
  it('makes the same artifacts in two homes, with 1 and with 2 workers', async () => {
    const manifest = await aManifestFile();
    const [one, two] = [await aHomeWithToy(), await aHomeWithToy()];
    await sprintlab(['run', manifest, '--workers', '1'], { home: one });
    await sprintlab(['run', manifest, '--workers', '2'], { home: two });
    const artifacts = await artifactsOf(one);
    expect(artifacts.size).toBeGreaterThan(10);
    expect(await artifactsOf(two)).toEqual(artifacts);
  });

  it('executes nothing when it is asked for again, and says so', async () => {
    const manifest = await aManifestFile();
    const home = await aHomeWithToy();
    const first = JSON.parse((await sprintlab(['run', manifest, '--json'], { home })).out) as RunJson;
    expect(first).toMatchObject({
      trials: { total: 3, succeeded: 3, failed: 0 },
      stages: { total: 9, distinct: 7, executed: 7, reused: 0 },
    });
    const again = await sprintlab(['run', manifest, '--json'], { home });
    expect(JSON.parse(again.out)).toMatchObject({ stages: { total: 9, distinct: 7, executed: 0, reused: 7 } });
    expect(again.err).toContain('Nothing to run');
    expect(again.code).toBe(0);
  });

  it('shares what another experiment has done', async () => {
    const home = await aHomeWithToy();
    await sprintlab(['run', await aManifestFile()], { home });
    const other = await aManifestFile([
      'name: other',
      'arms: [{name: few, method: item-knn, itemKnn: {neighbours: 5}}]',
    ]);
    const run = await sprintlab(['run', other, '--json'], { home });
    expect(JSON.parse(run.out)).toMatchObject({ stages: { total: 3, distinct: 3, executed: 2, reused: 1 } });
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)(
    'ended by %s goes on with the next, and makes the same artifacts as one that was left alone',
    async (signal) => {
      const manifest = await aManifestFile();
      const home = await aHomeWithToy(SLOW);
      const running = startSprintlab(['run', manifest, '--workers', '2'], { home });
      await running.until('evaluation of popularity on toy: done');
      running.process.kill(signal);
      const { code, err } = await running.outcome;
      if (signal !== 'SIGKILL') expect([code, err]).toEqual([130, expect.stringContaining('goes on from here')]);

      const next = await sprintlab(['run', manifest, '--json'], { home });
      const { stages, trials } = JSON.parse(next.out) as RunJson;
      expect(trials).toEqual({ total: 3, succeeded: 3, failed: 0 });
      expect(stages.reused).toBeGreaterThanOrEqual(3);
      expect(stages.executed).toBe(7 - stages.reused);

      expect(await artifactsOf(home)).toEqual(await artifactsOfUndisturbedRun());
      expect((await sprintlab(['doctor'], { home })).out).toContain('the chain is whole');
    },
  );

  it('beside another run of the same manifest does each stage once', async () => {
    const manifest = await aManifestFile();
    const home = await aHomeWithToy(['--users', '2000']);
    const runs = await Promise.all(
      [1, 2].map(() => sprintlab(['run', manifest, '--workers', '1', '--json'], { home })),
    );
    const stages = runs.map(({ out }) => (JSON.parse(out) as RunJson).stages);
    expect(runs.map(({ code }) => code)).toEqual([0, 0]);
    expect((stages[0]?.executed ?? 0) + (stages[1]?.executed ?? 0)).toBe(7);
  });

  it('asked for in a folder without a home makes one', async () => {
    const home = await aFolder();
    const { code, out } = await sprintlab(['experiments', 'list'], { home });
    expect([code, out]).toEqual([0, 'No experiment yet: `sprintlab run MANIFEST` makes one.\n']);
  });
});

describe('an import', () => {
  it('that is interrupted registers nothing and leaves nothing', async () => {
    const home = await aFolder();
    const file = join(await aFolder(), 'interactions.tsv');
    const rows = Array.from({ length: 2_000_000 }, (_, row) => `u${row % 1000}\ti${row % 777}`);
    await writeFile(file, `user\titem\n${rows.join('\n')}\n`);
    const running = startSprintlab(['datasets', 'import', 'big', '--interactions', file], { home });
    const workspaces = join(home, 'artifacts', 'tmp');
    while ((await readdir(workspaces).catch(() => [])).length === 0) await new Promise((wake) => setTimeout(wake, 5));
    running.process.kill('SIGINT');
    const { code, err } = await running.outcome;
    expect([code, err]).toEqual([130, 'Stopped as asked; data set big is not registered.\n']);
    expect(await readdir(workspaces)).toEqual([]);
    expect((await sprintlab(['datasets', 'list', '--json'], { home })).out).toContain('"items": []');
  });
});
