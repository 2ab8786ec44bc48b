import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Like } from 'typeorm';
import { describe, expect, it } from 'vitest';
import { entities } from '#apps/application.ts';
import { artifactLinkEntity } from '#features/artifacts/persistence/artifact.entity.ts';
import { Database } from '#platform/database/database.ts';
import { stream, type Rng } from '#science/random/stream.ts';
import { aHomeWithToy, aManifestFile, sprintlab, startSprintlab, type Running } from '../support/command-line.ts';
import { childrenOf, killProcess } from '../support/process-tree.ts';

/** `npm run check:kills` asks for more. */
const KILLS = Number(process.env['SPRINTLAB_TEST_KILLS'] ?? 6);
/** Of each training: enough that the last kill still finds something to kill. */
const EPOCHS = 12 + 3 * KILLS;
const TIMEOUT_MS = 120_000 + KILLS * 15_000;

const TOY = ['--users', '100', '--items', '80'];
const aTraining = (): Promise<string> =>
  aManifestFile([
    `settings: {method: backbone, backbone: {dimension: 16, layers: 1, heads: 2}, ` +
      `warmUp: {epochs: ${EPOCHS}, patience: ${EPOCHS}}, training: {epochs: ${EPOCHS}, patience: ${EPOCHS}}}`,
    'arms: [{name: backbone}]',
  ]);

interface List<Item> {
  readonly items: readonly Item[];
}
interface Metric {
  readonly split: string;
  readonly metric: string;
  readonly step: number;
  readonly value: number;
}

async function answered<Answer>(words: readonly string[], home: string): Promise<Answer> {
  return JSON.parse((await sprintlab([...words, '--json'], { home })).out) as Answer;
}

interface ListedArtifact {
  readonly id: string;
  readonly hash: string;
  readonly ownerKind: string;
}

async function artifactsOf(home: string): Promise<readonly ListedArtifact[]> {
  return (await answered<List<ListedArtifact>>(['artifacts', 'list', '--limit', '1000'], home)).items;
}

const isTiming = ({ metric }: Metric): boolean => metric === 'seconds' || metric === 'tokensPerSecond';

async function metricsOf(home: string): Promise<readonly Metric[]> {
  return (await answered<List<Metric>>(['trials', 'export'], home)).items;
}

async function objectsIn(home: string): Promise<readonly string[]> {
  const files = await readdir(join(home, 'artifacts', 'sha256'), { recursive: true, withFileTypes: true });
  return files.flatMap((file) => (file.isFile() ? [file.name] : [])).sort();
}

interface Made {
  /** Hashes by owner and name, without the logs, which tell when things happened. */
  readonly artifacts: ReadonlyMap<string, string>;
  readonly metrics: readonly Metric[];
}

async function madeIn(home: string): Promise<Made> {
  const results = (await artifactsOf(home)).filter(({ ownerKind }) => ownerKind !== 'execution');
  return { artifacts: new Map(results.map(({ id, hash }) => [id, hash])), metrics: await metricsOf(home) };
}

/** What the training makes where nobody disturbs it; the same for every test here, so it is made once. */
let made: Promise<Made> | null = null;
function madeUndisturbed(): Promise<Made> {
  made ??= (async () => {
    const home = await aHomeWithToy(TOY);
    expect((await sprintlab(['run', await aTraining()], { home })).code).toBe(0);
    return madeIn(home);
  })();
  return made;
}

/** Nothing lost, nothing twice, nothing left behind, and the same bits as where nobody disturbed. */
async function assertAsUndisturbed(home: string): Promise<void> {
  const { artifacts, metrics } = await madeIn(home);
  const { artifacts: expectedArtifacts, metrics: expected } = await madeUndisturbed();
  expect(artifacts).toEqual(expectedArtifacts);
  expect([...artifacts.keys()].filter((id) => id.includes('checkpoint'))).toEqual([]);
  expect(await objectsIn(home)).toEqual([...new Set((await artifactsOf(home)).map(({ hash }) => hash))].sort());

  const measured = (all: readonly Metric[]): readonly Metric[] => all.filter((metric) => !isTiming(metric));
  expect(measured(metrics).map(({ split, metric, step, value }) => [split, metric, step, value])).toEqual(
    measured(expected).map(({ split, metric, step, value }) => [split, metric, step, value]),
  );
  expect(metrics.filter(isTiming)).toHaveLength(expected.filter(isTiming).length);
  expect((await sprintlab(['doctor'], { home })).out).toContain('the chain is whole');
}

/** A kill of the whole run, of its stage's process only, or a polite request. */
type Blow = 'run' | 'stage' | 'interrupt';
const BLOWS: readonly Blow[] = ['run', 'stage', 'run', 'interrupt'];

/** Strikes at some moment: during the start, or after a few epochs. @returns whether there was anything left to strike. */
async function strike(running: Running, blow: Blow, chance: Rng): Promise<boolean> {
  const epochs = chance.integer(4);
  let told = 0;
  running.process.stderr?.on('data', (chunk: string) => (told += chunk.split(': epoch ').length - 1));
  if (epochs === 0) await delay(100 + chance.integer(900));
  while (told < epochs && running.process.exitCode === null) await delay(2);
  await delay(chance.integer(80));
  if (running.process.exitCode !== null) return false;
  if (blow === 'interrupt') return running.process.kill('SIGINT');
  if (blow === 'run') return running.process.kill('SIGKILL');
  if (!(await killStage(running))) return false;
  // The run would try the stage again and come to its end; it is for the next one to take up.
  return running.process.kill('SIGKILL');
}

/** A process that has handed in its result a moment before dies unnoticed: then the next one is killed. */
async function killStage({ process: run, hasSaid }: Running): Promise<boolean> {
  const killed = new Set<number>();
  while (run.exitCode === null && !hasSaid('is tried again')) {
    for (const child of await childrenOf(run.pid ?? 0)) {
      if (killed.has(child)) continue;
      killed.add(child);
      killProcess(child);
    }
    await delay(2);
  }
  return run.exitCode === null;
}

describe('a training', () => {
  it(
    `killed ${KILLS} times at any moment, and taken up again each time, ends in the same bits`,
    async () => {
      const manifest = await aTraining();
      const home = await aHomeWithToy(TOY);
      const chance = stream(1, 'data', 'test/kills');
      for (let kill = 0; kill < KILLS; kill++) {
        const running = startSprintlab(['run', manifest, '--workers', '2'], { home });
        const struck = await strike(running, BLOWS[kill % BLOWS.length]!, chance);
        expect([kill, struck, (await running.outcome).code === 0]).toEqual([kill, true, false]);
      }
      const { code, err } = await sprintlab(['run', manifest], { home });
      expect([code, err]).toEqual([0, expect.stringContaining('1 of 1 trials succeeded')]);
      await assertAsUndisturbed(home);
    },
    TIMEOUT_MS,
  );
});

describe('a training that was killed after some epochs', () => {
  const FIRST_EPOCH = `warm-up of backbone on toy, train seed 1, profile seed 1: epoch 1 of`;

  /** A home with a checkpoint in it. */
  async function aKilledTraining(manifest: string): Promise<string> {
    const home = await aHomeWithToy(TOY);
    const running = startSprintlab(['run', manifest], { home });
    await running.until('epoch 5 of');
    running.process.kill('SIGKILL');
    expect((await running.outcome).err).toContain(FIRST_EPOCH);
    return home;
  }

  it('goes on after the last of them', async () => {
    const manifest = await aTraining();
    const home = await aKilledTraining(manifest);
    const { code, err } = await sprintlab(['run', manifest], { home });
    expect([code, err]).toEqual([0, expect.not.stringContaining(FIRST_EPOCH)]);
    await assertAsUndisturbed(home);
  });

  it('starts again where the class of processors, or a build, is another: its bits would be others', async () => {
    const manifest = await aTraining();
    const home = await aKilledTraining(manifest);
    const database = await Database.open({ engine: 'sqlite', file: join(home, 'sprintlab.db') }, entities);
    await database.transaction(async (rows) => {
      const change = { name: 'checkpoint-00000000.safetensors' };
      const { affected } = await rows.update(artifactLinkEntity, { name: Like('checkpoint-%') }, change);
      expect(affected).toBe(1);
    });
    await database.close();
    const { code, err } = await sprintlab(['run', manifest], { home });
    expect([code, err]).toEqual([0, expect.stringContaining(FIRST_EPOCH)]);
    await assertAsUndisturbed(home);
  });

  it('starts again, and says so, where its checkpoint is damaged', async () => {
    const manifest = await aTraining();
    const home = await aKilledTraining(manifest);
    const { hash } = (await artifactsOf(home)).find(({ id }) => id.includes('checkpoint'))!;
    const path = join(home, 'artifacts', 'sha256', hash.slice(0, 2), hash);
    const bytes = await readFile(path);
    await writeFile(path, bytes.subarray(0, bytes.length >> 1));
    const { code, err } = await sprintlab(['run', manifest], { home });
    expect([code, err]).toEqual([0, expect.stringContaining(FIRST_EPOCH)]);
    const message = `Checkpoint ${hash} is damaged: its bytes changed on disk; the stage starts again from its first epoch.`;
    expect(err).toContain(message);
    expect(err).toContain('Warnings: 1. `sprintlab stages list --filter "warnings!=0"` shows of which stages');
    const [trial] = (await answered<List<{ id: string }>>(['trials', 'list'], home)).items;
    expect(await answered(['trials', 'show', trial!.id], home)).toMatchObject({
      warnings: [{ kind: 'warm-up', message }],
    });
    await assertAsUndisturbed(home);
  });
});
